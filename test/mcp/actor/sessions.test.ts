import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { mcpExecutor } from "../../../src/protocols/mcp/executor.ts";
import { createOrganization } from "../../support/api.ts";
import { McpCaller, resultOf } from "./caller.ts";

describe("probe", () => {
  it("spies", async () => {
    vi.spyOn(mcpExecutor, "prepare").mockImplementation(() => ({
      cost: 0,
      writes: false,
      operations: [],
      run: () => ({ kind: "result", result: { spied: true } }),
    }));
    const organization = await createOrganization();
    const caller = new McpCaller(organization.api_key);
    const session_id = await caller.open();
    expect(resultOf(await caller.request("tools/list", {}, { session_id }))).toEqual({ spied: true });
    await evictDurableObject(env.ORGANIZATIONS.getByName(organization.id));
    expect(resultOf(await caller.request("tools/list", {}, { session_id }))).toEqual({ spied: true });
  });
});
