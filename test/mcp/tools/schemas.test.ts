import { CfWorkerJsonSchemaValidator } from "@modelcontextprotocol/client/validators/cf-worker";
import { beforeAll, describe, expect, it } from "vitest";
import type { AnyOperation } from "../../../src/domain/operation.ts";
import { inputSchemaOf } from "../../../src/protocols/mcp/tools/input_schema.ts";
import type { JsonSchema } from "../../../src/protocols/mcp/json_schema.ts";
import { TOOL_OPERATIONS } from "../../../src/protocols/mcp/operations_in_view.ts";
import { EXECUTE_TOOL, operationNamed } from "../../../src/protocols/mcp/tools/names.ts";
import { outputSchemaOf } from "../../../src/protocols/mcp/tools/output_schema.ts";
import { runOverMcp } from "../../parity/mcp_calls.ts";
import { createStockedOrganization } from "../../parity/rest_calls.ts";
import { callAgreed } from "./support.ts";

const validator = new CfWorkerJsonSchemaValidator();

function problem(schema: JsonSchema, value: unknown): string | undefined {
  const judged = validator.getValidator(schema as never)(value);
  return judged.valid ? undefined : judged.errorMessage;
}

let key: string;
/** Ids of things that there are, by the input field that takes them. */
const ids: Record<string, string> = {};
beforeAll(async () => {
  const organization = await createStockedOrganization();
  key = organization.api_key;
  ids.organization_id = organization.id;
  const make = async (operation: string, input: unknown): Promise<Record<string, unknown>> =>
    (await callAgreed(EXECUTE_TOOL, { operation, input }, { key })).value;
  const id = async (operation: string, input: unknown): Promise<string> => String((await make(operation, input)).id);
  ids.product_id = await id("products.create", { title: "Thing", price: { amount: 1, currency: "EUR" }, metadata: { deep: [{ a: 1 }] } });
  ids.export_id = await id("exports.create", { resource: "products", format: "csv" });
  ids.webhook_id = await id("webhooks.create", { url: "https://hooks.example.com/a", types: ["*"] });
  ids.delivery_id = await id("webhooks.ping", { webhook_id: ids.webhook_id });
  ids.api_key_id = await id("api_keys.create", { name: "Other", scopes: ["products:read"] });
  ids.invitation_id = await id("invitations.create", { email: "kim@example.com", role: "member" });
  const { data } = (await make("interactions.list", {})) as { data: { id: string }[] };
  ids.interaction_id = data[0]!.id;
});

const examples = TOOL_OPERATIONS.flatMap((operation) =>
  operation.examples.map((example) => [operation.name, example.title, operation, example.input as Record<string, unknown>] as const),
);

/** The example about things that there are. */
function real(input: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, ids[name] ?? value]));
}

describe("what a tool says that it answers", () => {
  it.each(examples)("%s, %s: is what it answers", async (_name, _title, operation, input) => {
    const { reply, text } = await runOverMcp(operation, input, key);
    expect(problem(outputSchemaOf(operation), reply.value), text).toBeUndefined();
  });

  // Reads first: deletions leave nothing to read.
  const effects = ["read", "create", "update", "delete"] as const;
  const ordered = examples
    .filter(([name]) => name !== "organizations.delete")
    .toSorted((a, b) => effects.indexOf(a[2].effect) - effects.indexOf(b[2].effect));
  it("holds for things that there are, and most examples find one", async () => {
    let good = 0;
    for (const [name, title, operation, input] of ordered) {
      const { reply, text } = await runOverMcp(operation, real(input), key);
      expect(problem(outputSchemaOf(operation), reply.value), `${name}, ${title}: ${text}`).toBeUndefined();
      if (!reply.is_error) good++;
    }
    expect(good / ordered.length).toBeGreaterThan(0.75);
  });

  it("tells a wrong answer from a right one", () => {
    const schema = outputSchemaOf(operationNamed("products.get")!);
    expect(problem(schema, { id: 7 })).toBeDefined();
    expect(problem(schema, { price: "19.99" })).toBeDefined();
    expect(problem(schema, [])).toBeDefined();
  });

  it("names structure alone: no descriptions, patterns or bounds, and no references to resolve", () => {
    for (const operation of TOOL_OPERATIONS) {
      expect(JSON.stringify(outputSchemaOf(operation)), operation.name).not.toMatch(
        /"(?:description|pattern|format|\$ref)":"|"(?:minimum|maximum)":-?\d|\$defs/,
      );
    }
  });
});

/** As a model that follows the schema sends it: several where several are taken. */
function asAdvertised(value: unknown, schema: JsonSchema | undefined): unknown {
  if (schema?.type === "array" && !Array.isArray(value)) return [value];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, asAdvertised(item, schema?.properties?.[name])]));
}

describe("what a tool says that it takes", () => {
  it.each(examples)("%s, %s: fits the schema", (_name, _title, operation, input) => {
    const schema = inputSchemaOf(operation);
    const advertised = asAdvertised(input, schema);
    expect(problem(schema, advertised)).toBeUndefined();
    expect(operation.input.safeParse(advertised).success).toBe(true);
    expect(problem(schema, { ...(advertised as object), no_such_field: 1 })).toBeDefined();
  });

  it("has every field of the operation, what is required, and no references to resolve", () => {
    for (const operation of TOOL_OPERATIONS) {
      const shape = (operation.input as AnyOperation["input"] & { shape: Record<string, { _zod: { optin?: string } }> }).shape;
      const { properties = {}, required = [] } = inputSchemaOf(operation);
      expect(Object.keys(properties), operation.name).toEqual(Object.keys(shape));
      const wanted = Object.keys(shape).filter((name) => shape[name]!._zod.optin === undefined);
      expect(required.toSorted(), operation.name).toEqual(wanted.toSorted());
      expect(JSON.stringify(properties), operation.name).not.toMatch(/\$ref|\$defs|\$schema/);
    }
  });

  it("shows the number of rows that a model gets, and the form of ids", () => {
    expect(inputSchemaOf(operationNamed("products.list")!).properties!.limit).toMatchObject({ type: "integer", default: 20 });
    expect(inputSchemaOf(operationNamed("products.get")!).properties!.product_id).toEqual({ type: "string", description: "prd_…" });
    expect(inputSchemaOf(operationNamed("usage.get")!).properties!.api_key_id).toEqual({ type: "string", description: "Only this key: key_…" });
  });
});
