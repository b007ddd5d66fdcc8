import { createOrganization } from "./create.ts";
import { deleteOrganization } from "./delete.ts";
import { getOrganization } from "./get.ts";
import { listOrganizations } from "./list.ts";
import { updateOrganization } from "./update.ts";

export const operations = [listOrganizations, createOrganization, getOrganization, updateOrganization, deleteOrganization];
