import { listSigningKeys } from "./list.ts";
import { revokeSigningKey } from "./revoke.ts";
import { rotateSigningKeys } from "./rotate.ts";

export const operations = [listSigningKeys, rotateSigningKeys, revokeSigningKey];
