import { createApiKey } from "./create.ts";
import { getApiKey } from "./get.ts";
import { listApiKeys } from "./list.ts";
import { revokeApiKey } from "./revoke.ts";
import { rotateApiKey } from "./rotate.ts";
import { updateApiKey } from "./update.ts";

export const operations = [listApiKeys, createApiKey, getApiKey, updateApiKey, rotateApiKey, revokeApiKey];
