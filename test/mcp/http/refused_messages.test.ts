// What an empty bucket refuses is answered by the organization and costs nothing: it is bounded as all that costs nothing is.
import { expect, it } from "vitest";
import { FREE_MESSAGES_MAX } from "../../../src/edge/mcp/free_messages.ts";
import { createOrganization, OPERATOR_TOKEN, send } from "../../support/api.ts";
import { modern } from "./support.ts";

it("reads that an empty bucket refuses are counted among the messages that cost nothing", async () => {
  const { id, api_key: key } = await createOrganization({ tier: "professional" });
  const rate_limit = { per_minute: 10, per_day: 100 };
  expect((await send("PATCH", `/api/v1/organizations/${id}`, { key: OPERATOR_TOKEN, body: { rate_limit } })).status).toBe(200);
  const said: string[] = [];
  // Over two minutes at most twice as many are taken.
  for (let n = 0; n < 2 * FREE_MESSAGES_MAX + 100; n += 100) {
    const replies = await Promise.all(Array.from({ length: 100 }, () => modern("resources/read", { uri: "crow://catalog/quality" }, { key })));
    said.push(...replies.map(({ body }) => body.error?.message ?? ""));
  }
  expect(said.filter((message) => message.includes("in a minute cost nothing")).length).toBeGreaterThan(0);
});
