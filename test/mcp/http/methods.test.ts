// Every method in the transports' table is one that the organization answers, in the revisions that have it.
import { beforeAll, describe, expect, it } from "vitest";
import { METHODS, type MethodName } from "../../../src/protocols/mcp/methods.ts";
import { modern, newKey, openSession, type OpenSession } from "./support.ts";

let key: string;
let session: OpenSession;
beforeAll(async () => {
  key = await newKey();
  session = await openSession(key);
});

const uri = "crow://schema/exports";
const PARAMS: Partial<Record<MethodName, Record<string, unknown>>> = {
  "tools/call": { name: "products_list", arguments: {} },
  "resources/read": { uri },
  "resources/subscribe": { uri },
  "resources/unsubscribe": { uri },
  "prompts/get": { name: "weekly_report" },
  "completion/complete": { ref: { type: "ref/prompt", name: "weekly_report" }, argument: { name: "week_of", value: "" } },
};

describe("a method of the table", () => {
  it.each(Object.entries(METHODS))("%s is answered", async (method, traits) => {
    const params = PARAMS[method as MethodName] ?? {};
    expect((await session.request(method, params)).body).toHaveProperty("result");
    const { body } = await modern(method, params, { key });
    if ("sessions_only" in traits) expect(body.error!.code).toBe(-32_601);
    else expect(body).toHaveProperty("result");
  });

  it.each(["constructor", "__proto__", "tools/lists"])("is not %s", async (method) => {
    expect((await session.request(method)).body.error).toMatchObject({ code: -32_601 });
    expect((await modern(method, {}, { key })).body.error).toMatchObject({ code: -32_601 });
  });
});
