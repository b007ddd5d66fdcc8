import { expect, it } from "vitest";
import { createOrganization, send } from "../../support/api.ts";
import { CLIENT } from "./caller.ts";
import { makeKey, messagesOf } from "./support.ts";
import { callTool } from "../tools/support.ts";

it("a question names nothing that its client may see no more", async () => {
  const organization = await createOrganization();
  const { id, caller } = await makeKey(organization, { scopes: ["products:read", "products:write"] });
  const session_id = await caller.open(CLIENT);
  const { value } = await callTool("products_create", { title: "Secret title" }, { key: organization.api_key });
  const { reply } = await caller.request("tools/call", { name: "products_delete", arguments: { product_id: value.id } }, { id: "q", session_id });
  if (reply?.kind !== "stream") throw new Error(JSON.stringify(reply));
  await send("PATCH", `/api/v1/api-keys/${id}`, { key: organization.api_key, body: { scopes: ["products:write"] } });
  const stream = await caller.follow({ kind: "call", call_id: reply.call_id, session_id, after: 0 });
  if ("failure" in stream) return expect(stream.failure.code).toBe("FORBIDDEN");
  await Promise.race([stream.until("message"), stream.until("end")]);
  expect(JSON.stringify(messagesOf(stream))).not.toContain("Secret title");
});
