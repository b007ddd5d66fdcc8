import { createOAuthClient } from "./create.ts";
import { deleteOAuthClient } from "./delete.ts";
import { getOAuthClient } from "./get.ts";
import { listOAuthClients } from "./list.ts";
import { rotateOAuthClientSecret } from "./rotate_secret.ts";
import { updateOAuthClient } from "./update.ts";

export const operations = [listOAuthClients, createOAuthClient, getOAuthClient, updateOAuthClient, rotateOAuthClientSecret, deleteOAuthClient];
