/** What each scope permits, in words a person consents to. The one list for API keys and OAuth clients. */
export const SCOPES = {
  "organizations:read": "See the organization's name, settings and tier",
  "organizations:write": "Change the organization",
  "organizations:delete": "Delete the organization with everything in it",
  "products:read": "See products",
  "products:write": "Create, change and delete products",
  "interactions:read": "See customer interactions",
  "interactions:write": "Send customer interactions",
  "interactions:erase": "Erase a person's interactions for good",
  "insights:read": "See insights computed from interactions",
  "exports:read": "See and download exports",
  "exports:write": "Create and cancel exports",
  "events:read": "Follow changes live",
  "api_keys:read": "See API keys (never their secrets)",
  "api_keys:write": "Create, rotate and revoke API keys",
  "members:read": "See who belongs to the organization",
  "members:write": "Invite people, change their roles and remove them",
  "oauth_clients:read": "See connected applications and what they were granted",
  "oauth_clients:write": "Register, change and suspend applications, and take back what they were granted",
  "webhooks:read": "See webhook endpoints and deliveries",
  "webhooks:write": "Create, change and replay webhooks",
  "persisted_operations:read": "See registered GraphQL operations",
  "persisted_operations:write": "Register and remove GraphQL operations",
  "usage:read": "See API use and what remains of the limits",
  "audit:read": "See who changed what",
} as const;

export type Scope = keyof typeof SCOPES;

export const ALL_SCOPES = Object.keys(SCOPES) as Scope[];

/** A browser key is public: it can only send interactions. */
export const PUBLISHABLE_SCOPES: readonly Scope[] = ["interactions:write"];

/** Only the operator of the deployment may call operations with this scope; no key can hold it. */
export const OPERATOR_SCOPE = "operator";
