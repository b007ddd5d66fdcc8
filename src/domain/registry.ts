import { operations as account_recovery } from "./account_recovery/index.ts";
import { operations as api_keys } from "./api_keys/index.ts";
import { operations as audit } from "./audit/index.ts";
import { operations as events } from "./events/index.ts";
import { operations as exports } from "./exports/index.ts";
import { operations as insights } from "./insights/index.ts";
import { operations as interactions } from "./interactions/index.ts";
import { operations as invitations } from "./invitations/index.ts";
import { operations as members } from "./members/index.ts";
import { operations as oauth_clients } from "./oauth_clients/index.ts";
import { operations as oauth_grants } from "./oauth_grants/index.ts";
import type { AnyOperation } from "./operation.ts";
import { createOrganization } from "./organizations/create.ts";
import { operations as organizations } from "./organizations/index.ts";
import { listOrganizations } from "./organizations/list.ts";
import { operations as persisted_operations } from "./persisted_operations/index.ts";
import { operations as products } from "./products/index.ts";
import { operations as signing_keys } from "./signing_keys/index.ts";
import { operations as usage } from "./usage/index.ts";
import { operations as webhooks } from "./webhooks/index.ts";

/** Every capability of the platform; what is not here does not exist in any protocol. */
export const OPERATIONS: readonly AnyOperation[] = [
  ...organizations,
  ...products,
  ...interactions,
  ...insights,
  ...exports,
  ...events,
  ...webhooks,
  ...persisted_operations,
  ...api_keys,
  ...members,
  ...invitations,
  ...oauth_clients,
  ...oauth_grants,
  ...usage,
  ...audit,
  ...signing_keys,
  ...account_recovery,
];

/** What the operator asks of the deployment, not of one organization: the directory's. */
export const DEPLOYMENT_OPERATIONS: readonly AnyOperation[] = [createOrganization, listOrganizations, ...signing_keys, ...account_recovery];

export const OPERATIONS_BY_NAME: ReadonlyMap<string, AnyOperation> = new Map(OPERATIONS.map((operation) => [operation.name, operation]));
