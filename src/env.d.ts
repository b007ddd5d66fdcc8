/** Bindings of the Worker. wrangler.toml and the local workerd configuration declare the same names. */
declare global {
  interface Env {
    ORGANIZATIONS: DurableObjectNamespace<import("./actors/organization/actor.ts").OrganizationActor>;
    DIRECTORY: DurableObjectNamespace<import("./actors/directory/actor.ts").DirectoryActor>;
    ACCOUNTS: DurableObjectNamespace<import("./actors/accounts/actor.ts").AccountActor>;
    /** Clients that no organization owns: registered (RFC 7591) or by metadata document. */
    OAUTH_CLIENTS: DurableObjectNamespace<import("./actors/oauth_clients/actor.ts").OAuthClientActor>;
    THROTTLES: DurableObjectNamespace<import("./actors/throttle/actor.ts").ThrottleActor>;
    /** Static files: Cloudflare's assets on the network, a disk service on one machine. */
    ASSETS: Fetcher;
    /** Export files on the network; absent on one machine. */
    EXPORTS?: R2Bucket;
    /** Export files on one machine (workerd's writable disk service); absent on the network. */
    OBJECTS?: Fetcher;
    /** Root secret: key checksums, sealing and signing derive from it. At least 32 characters. */
    CROW_SECRET: string;
    /** The operator's bearer token. At least 32 characters. */
    OPERATOR_TOKEN: string;
    /** Slug of the demo organization that /readyz waits for; set by the local start only. */
    DEMO_SLUG?: string;
    /** Print log lines together every few milliseconds; set on one machine. */
    LOG_BATCHED?: string;
    /** Who may make an account: `open` (with an organization of their own), `invite` (the default: whoever has an invitation), `closed` (nobody new). */
    SIGN_UP?: string;
    /** Whether applications may register themselves (RFC 7591, metadata documents): `open` (the default) or `closed`. */
    CLIENT_REGISTRATION?: string;
    /** Whether GraphQL tells its schema (`__schema`, `__type`): `on` (the default) or `off`. */
    INTROSPECTION?: string;
    /** Origins whose pages may use MCP, with commas between them, besides the deployment's own. */
    MCP_ALLOWED_ORIGINS?: string;
    /** Another OpenID provider that people may sign in with. All three, or none. */
    UPSTREAM_ISSUER?: string;
    UPSTREAM_CLIENT_ID?: string;
    UPSTREAM_CLIENT_SECRET?: string;
    /** Its name on the sign-in button; default its host. */
    UPSTREAM_NAME?: string;
    /** Public origin where it differs from the request's, e.g. behind a proxy. */
    PUBLIC_URL?: string;
  }
  namespace Cloudflare {
    interface Env extends globalThis.Env {}
  }
}

export {};
