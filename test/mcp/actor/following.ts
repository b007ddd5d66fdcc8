import { vi } from "vitest";
import type { McpChange, McpFollow } from "../../../src/domain/mcp/stream.ts";
import { createOrganization, type TestOrganization } from "../../support/api.ts";
import { McpCaller } from "./caller.ts";
import type { InnerSocket } from "./inner_socket.ts";

export const PRODUCTS = { kind: "resource", uri: "test://products" } as const satisfies McpChange;
export const RESOURCES: McpChange = { kind: "list", list: "resources" };
export const TOOLS: McpChange = { kind: "list", list: "tools" };

interface Following {
  organization: TestOrganization;
  caller: McpCaller;
  session_id: string;
  stream: InnerSocket;
}

/** A session that follows products, with its stream open. */
export async function following(caller_of?: (organization: TestOrganization) => Promise<McpCaller>): Promise<Following> {
  const organization = await createOrganization();
  const caller = caller_of ? await caller_of(organization) : new McpCaller(organization.api_key);
  const session_id = await caller.open();
  await subscribe(caller, session_id, PRODUCTS.uri);
  const stream = await caller.followed({ kind: "session", session_id, after: null });
  await stream.until("ready");
  return { organization, caller, session_id, stream };
}

export const subscribe = (caller: McpCaller, session_id: string, uri: string): Promise<unknown> =>
  caller.request("resources/subscribe", { uri }, { session_id });

export const changesOf = (stream: InnerSocket): McpChange[] => stream.of("change").map(({ change }) => change);

export const listen = (uris: string[], lists: Extract<McpFollow, { kind: "listen" }>["lists"] = []): McpFollow => ({ kind: "listen", lists, uris });

export const placeOf = (stream: InnerSocket): string => String(stream.of("change").at(-1)!.id);

/** As if so long had passed; the clock then runs on from there until it is let go. */
export function later(ms: number): { letGo(): void } {
  const now = Date.now.bind(Date);
  const clock = vi.spyOn(Date, "now").mockImplementation(() => now() + ms);
  return { letGo: () => clock.mockRestore() };
}
