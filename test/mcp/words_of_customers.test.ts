// Texts of customers and shops are data: no Markdown of theirs becomes Markdown of ours.
import { expect, it } from "vitest";
import { createOrganization, send } from "../support/api.ts";
import { modern } from "./http/support.ts";
import { callTool } from "./tools/support.ts";

it("no text shows an image, a link or HTML that a title or a visitor wrote", async () => {
  const { api_key: key } = await createOrganization();
  await send("POST", "/api/v1/products", { key, body: { title: "![x](https://evil.test/p) [Open](https://evil.test) <img src=//evil.test>" } });
  await send("POST", "/api/v1/interactions", { key, body: { type: "page_view", visitor_id: "![v](https://evil.test/v)" } });
  const texts = [
    (await callTool("products_list", {}, { key })).text,
    (await callTool("interactions_list", {}, { key })).text,
    JSON.stringify((await modern("prompts/get", { name: "catalog_cleanup" }, { key })).body),
  ];
  for (const text of texts) {
    expect(text).toContain("evil.test");
    expect(text).not.toMatch(/(?<!\\)(?:!\[|\]\(|<img)/);
  }
});
