import { createInvitation } from "./create.ts";
import { getInvitation } from "./get.ts";
import { listInvitations } from "./list.ts";
import { deleteInvitation } from "./revoke.ts";

export const operations = [listInvitations, createInvitation, getInvitation, deleteInvitation];
