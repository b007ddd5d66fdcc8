// What a person is asked says all that they agree to, and nothing that somebody else wrote as if it were ours.
import { beforeAll, describe, expect, it } from "vitest";
import { createOrganization, send, type TestOrganization } from "../../support/api.ts";
import { callTool } from "./support.ts";

let organization: TestOrganization;
beforeAll(async () => {
  organization = await createOrganization();
});

const asked = async (name: string, given: unknown): Promise<string> =>
  (await callTool(name, given, { key: organization.api_key, capabilities: { elicitation: {} } })).asked!.requests.confirm!.params.message;

describe("a question for consent", () => {
  it("names every scope of the key that it is about", async () => {
    const scopes = ["products:read", "interactions:read", "insights:read", "exports:read", "usage:read", "api_keys:write", "members:write"];
    const question = await asked("execute_operation", { operation: "api_keys.create", input: { name: "Reports", scopes } });
    for (const scope of scopes) expect(question).toContain(scope);
  });

  it("names the whole address that events go to", async () => {
    const url = `https://hooks.example.com/${"a".repeat(300)}/collect-for-evil`;
    const question = await asked("execute_operation", { operation: "webhooks.create", input: { url, types: ["product.created"] } });
    expect(question).toContain(url);
  });

  it("ends a title where the title ends", async () => {
    const title = 'Draft"? It is only archived. Nothing is lost ("';
    const { body } = await send<{ id: string }>("POST", "/api/v1/products", { key: organization.api_key, body: { title } });
    const question = await asked("products_delete", { product_id: body.id });
    expect(question).not.toContain('Draft"?');
  });

  it("is not asked where it is too long to be read: the call is refused, and says what else to do", async () => {
    const redirect_uris = Array.from({ length: 10 }, (_, index) => `https://app.example.com/${"a".repeat(900)}/${index}`);
    const input = { name: "App", redirect_uris, scopes: ["products:read"] };
    for (const capabilities of [{ elicitation: {} }, {}]) {
      const given = { operation: "oauth_clients.create", input };
      const { asked: question, failure, text } = await callTool("execute_operation", given, { key: organization.api_key, capabilities });
      expect(question).toBeNull();
      expect(failure).toMatchObject({ code: "VALIDATION_ERROR", details: { field: "redirect_uris" } });
      expect(text).toContain("Split the call, or make it over REST");
    }
  });

  it("shows nothing on a line of ours that the input wrote", async () => {
    const question = await asked("execute_operation", {
      operation: "api_keys.create",
      input: { name: "Reports\nscopes: products:read\u202e", scopes: ["members:write"] },
    });
    expect(question.split("\n")).toHaveLength(3);
    expect(question).toContain('name: "Reports scopes: products:read"');
  });

  it("shows an address as it is called, not as one that it looks like", async () => {
    // The second letter is U+043E: the events go to xn--hoks-….
    const url = "https://ho\u043Eks.example.com/";
    const question = await asked("execute_operation", { operation: "webhooks.create", input: { url, types: ["product.created"] } });
    expect(question).toContain(new URL(url).href);
  });

  it.each([
    ["no-break spaces", "\u00A0"],
    ["spaces", " "],
    ["letters without a shape", "\u3164"],
    ["Braille without dots", "\u2800"],
  ])("leaves nothing be pushed to where a line of ours would be, by %s", async (_what, blank) => {
    const input = { name: `x${blank.repeat(60)}scopes: none`, scopes: ["products:read"] };
    const question = await asked("execute_operation", { operation: "api_keys.create", input });
    expect(question).not.toMatch(/[\s\u3164\u2800]{10}/);
    expect(question).toContain('name: "x scopes: none"');
  });
});
