// Every operation's own examples, sent through each version: the docs show only what works, and both versions come to the same outcome.
import { beforeAll, describe, expect, it } from "vitest";
import { OPERATIONS } from "../../src/domain/registry.ts";
import type { AnyOperation } from "../../src/domain/operation.ts";
import { encoderOf } from "../../src/protocols/rest/versions/money_codec.ts";
import { createOrganization, OPERATOR_TOKEN, send, type ErrorBody, type TestOrganization } from "../support/api.ts";

let organizations: Record<"v1" | "v2", TestOrganization>;
beforeAll(async () => {
  organizations = { v1: await createOrganization(), v2: await createOrganization() };
  for (const { api_key } of Object.values(organizations))
    await send("POST", "/api/v1/products", { key: api_key, body: { name: "Example", sku: "EXAMPLE" } });
});

async function run(
  version: "v1" | "v2",
  operation: AnyOperation,
  example: Record<string, unknown>,
): Promise<{ status: number; code: string | undefined; text: string }> {
  const shown = version === "v1" ? (encoderOf(operation.documented_input ?? operation.input)(example) as Record<string, unknown>) : example;
  const inPath = new Set([...operation.rest.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!));
  const path = operation.rest.path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => String(example[name]));
  const rest = Object.entries(shown).filter(([name]) => !inPath.has(name));
  const key = operation.scope === "operator" ? OPERATOR_TOKEN : organizations[version].api_key;
  const headers = { "If-Match": "*", Accept: "application/json" };
  const inQuery = operation.rest.method === "get" || operation.rest.method === "delete";
  const flat = rest.flatMap(([name, value]) => (name === "filter" ? Object.entries(value as object) : [[name, value] as [string, unknown]]));
  const query = inQuery && flat.length > 0 ? `?${new URLSearchParams(flat.map(([name, value]) => [name, String(value)])).toString()}` : "";
  const reply = await send<ErrorBody>(operation.rest.method.toUpperCase(), `/api/${version}${path}${query}`, {
    key,
    headers,
    ...(inQuery ? {} : { body: Object.fromEntries(rest) }),
  });
  return { status: reply.status, code: reply.body.error?.code, text: JSON.stringify(reply.body).slice(0, 400) };
}

const cases = OPERATIONS.flatMap((operation) =>
  operation.examples.map((example) => [operation.name, example.title, operation, example.input as Record<string, unknown>] as const),
);

describe("every operation's example", () => {
  it("exists", () => {
    expect(OPERATIONS.filter((operation) => operation.examples.length === 0).map(({ name }) => name)).toEqual([]);
  });

  it.each(cases)("%s, %s: is well formed and comes to the same outcome in v1 and v2", async (_name, _title, operation, input) => {
    const [first, second] = [await run("v1", operation, input), await run("v2", operation, input)];
    expect([second.status, second.code], `${first.text}\n${second.text}`).toEqual([first.status, first.code]);
    // Ids in examples are made up: what they name does not exist. Anything else must succeed.
    expect(first.status < 300 || first.code === "NOT_FOUND", first.text).toBe(true);
  });
});
