import { createOrganization, type TestOrganization } from "../../support/api.ts";
import { McpCaller, STATELESS } from "./caller.ts";
import type { InnerSocket } from "./inner_socket.ts";
import { sql, subjectOf } from "./support.ts";

export const WORK = { name: "work" };

/** A call of `work` that goes on. */
export interface Begun {
  organization: TestOrganization;
  caller: McpCaller;
  session_id: string;
  call_id: string;
  product_id: string;
}

export async function begin(more: Record<string, unknown> = {}): Promise<Begun> {
  const organization = await createOrganization();
  const caller = new McpCaller(organization.api_key);
  const session_id = await caller.open();
  const call_id = await caller.call(WORK, { id: "call 1", session_id, progress_token: "p", ...more });
  return { organization, caller, session_id, call_id, product_id: await subjectOf(organization, call_id) };
}

/** The same without a session, on its stream. */
export async function beginStateless(): Promise<Begun & { stream: InnerSocket }> {
  const begun = await begin({ session_id: null, client: STATELESS });
  const stream = await begun.caller.followed({ kind: "call", call_id: begun.call_id, session_id: null, after: 0 });
  await stream.until("message");
  return { ...begun, stream };
}

export const follow = ({ caller, call_id, session_id }: Begun, after = 0): Promise<InnerSocket> =>
  caller.followed({ kind: "call", call_id, session_id, after });

export const progress = (value: number) => ({
  jsonrpc: "2.0",
  method: "notifications/progress",
  params: { progressToken: "p", progress: value, total: 10, message: `${value} of 10` },
});

/** So that the next progress is far enough from the last. */
export const aSecondLater = ({ organization }: Begun): Promise<unknown> =>
  sql(organization, "UPDATE mcp_calls SET progress = json_set(progress, '$.at_ms', 0)");

/** Of the organization's only call. */
export const statusOf = async ({ organization }: Pick<Begun, "organization">): Promise<unknown> =>
  (await sql(organization, "SELECT status FROM mcp_calls"))[0]!.status;
