import { listOAuthGrants } from "./list.ts";
import { revokeOAuthGrant } from "./revoke.ts";

export const operations = [listOAuthGrants, revokeOAuthGrant];
