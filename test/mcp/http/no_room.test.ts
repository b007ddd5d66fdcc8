// Where streams are taken, a call that was to go on is answered at once: its client learns what came of it.
import { describe, expect, it } from "vitest";
import { createOrganization, send } from "../../support/api.ts";
import { McpCaller } from "../actor/caller.ts";
import { openSession } from "./support.ts";

describe("a credential whose streams are all taken", () => {
  it("is told of the export that it starts, whichever way", async () => {
    const { api_key: key } = await createOrganization();
    const session = await openSession(key);
    const caller = new McpCaller(key);
    await Promise.all(Array.from({ length: 200 }, () => caller.followed({ kind: "listen", lists: ["tools"], uris: [] })));
    const params = { name: "exports_create", arguments: { resource: "products", format: "csv" }, _meta: { progressToken: "p" } };
    const answer = await session.request("tools/call", params);
    expect(answer.status).toBe(200);
    const { body } = await send<{ data: { id: string }[] }>("GET", "/api/v1/exports", { key });
    expect(body.data).toHaveLength(1);
    expect(JSON.stringify(answer.body)).toContain(body.data[0]!.id);
  });
});
