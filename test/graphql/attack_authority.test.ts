// Each of these fails today and proves a finding of the attacker's review; the number is the finding's.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createOrganization, send } from "../support/api.ts";
import { ask, askAll } from "./request.ts";

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

async function makeKey(key: string, input: Record<string, unknown>): Promise<{ id: string; key: string }> {
  const { body } = await send<{ id: string; key: string }>("POST", "/api/v1/api-keys", { key, body: { name: "K", ...input } });
  return body;
}

describe("what no longer holds", () => {
  it("10: one key's made-up hashes do not hide what the organization registered", async () => {
    const { api_key } = await createOrganization();
    const browser = await makeKey(api_key, { publishable: true, scopes: ["interactions:write"] });
    const query = `query T${crypto.randomUUID().replaceAll("-", "")} { __typename }`;
    await send("POST", "/api/v2/persisted-operations", { key: api_key, body: { name: "Mine", query } });
    for (let round = 0; round < 11; round++)
      await askAll(
        browser.key,
        Array.from({ length: 20 }, (_value, index) => ({ documentId: `sha256:${hashOf(`${api_key} ${round} ${index}`)}` })),
      );
    expect((await ask(api_key, { documentId: `sha256:${hashOf(query)}` })).body.data).toEqual({ __typename: "Query" });
  });
});
