// A call that goes on is of no use where its stream cannot be opened: it is taken back with what it began.
import { expect, it } from "vitest";
import { BASE_URL, send } from "../../support/api.ts";
import { newKey, openSession } from "./support.ts";

/** More than the opening of a stream holds, and no more than a message may have beside it. */
const headers = { Origin: `${BASE_URL}/${"a".repeat(10_000)}` };
/** Open calls of one credential. */
const CALLS_MAX = 50;

it("a call whose stream is refused does not stay open", async () => {
  const key = await newKey({ tier: "professional" });
  const { body } = await send<{ id: string }>("POST", "/api/v1/products", { key, body: { title: "Lamp" } });
  const session = await openSession(key, undefined, { capabilities: { elicitation: {} } });
  const asking = { name: "execute_operation", arguments: { operation: "products.delete", input: { product_id: body.id } } };
  for (let n = 0; n <= CALLS_MAX; n++) {
    const refused = await session.request("tools/call", asking, { headers });
    expect([refused.status, refused.body.error!.data!.code]).toEqual([400, "VALIDATION_ERROR"]);
  }
});
