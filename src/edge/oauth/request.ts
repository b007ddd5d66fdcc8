import type { RequestLog } from "../request_context.ts";

/** What every endpoint of the authorization server works with. */
export interface OAuthRequest {
  request: Request;
  env: Env;
  /** The issuer. */
  base_url: string;
  ip: string | null;
  request_id: string;
  log: RequestLog;
}
