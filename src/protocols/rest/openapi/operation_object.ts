import type * as z from "zod";
import type { AnyOperation } from "../../../domain/operation.ts";
import { elementOf, isOptional, shapeOf } from "../schema_walk.ts";
import { encoderOf } from "../versions/money_codec.ts";
import type { RestVersion } from "../versions/version.ts";
import { errorResponses, errorsOf } from "./errors.ts";
import { tagOf } from "./tag.ts";
import type { SchemaComponents } from "./schema_components.ts";

/** The OpenAPI operation object of one operation in one version. */
export function operationObject(version: RestVersion, operation: AnyOperation, schemas: SchemaComponents): Record<string, unknown> {
  const status = String(operation.rest.status ?? 200);
  const success: Record<string, unknown> = {
    description: operation.summary,
    headers: {
      "X-Request-Id": { $ref: "#/components/headers/X-Request-Id" },
      RateLimit: { $ref: "#/components/headers/RateLimit" },
      "RateLimit-Policy": { $ref: "#/components/headers/RateLimit-Policy" },
      ...(operation.versioned ? { ETag: { $ref: "#/components/headers/ETag" } } : {}),
    },
    content: { "application/json": { schema: schemas.schema(operation.output, "output") } },
  };
  const body = requestBody(version, operation, schemas);
  return {
    operationId: operation.name.replace(".", "_"),
    tags: [tagOf(operation)],
    summary: operation.summary,
    description: [operation.description, `Scope: \`${operation.scope}\`. Cost: ${operation.cost}.`].filter(Boolean).join("\n\n"),
    parameters: [...pathParameters(operation, schemas), ...queryParameters(version, operation, schemas), ...headerParameters(version, operation)],
    ...(body ? { requestBody: body } : {}),
    responses: {
      [status]: success,
      ...(operation.versioned && operation.effect === "read"
        ? { "304": { description: "Not modified: If-None-Match names the present version" } }
        : {}),
      ...errorResponses(errorsOf(operation, version.requires_if_match)),
    },
  };
}

function pathNames(operation: AnyOperation): string[] {
  return [...operation.rest.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
}

function pathParameters(operation: AnyOperation, schemas: SchemaComponents): unknown[] {
  const shape = shapeOf(operation.input) ?? {};
  return pathNames(operation).map((name) => ({ name, in: "path", required: true, schema: schemas.schema(shape[name] as z.ZodType, "input") }));
}

function queryParameters(version: RestVersion, operation: AnyOperation, schemas: SchemaComponents): unknown[] {
  const parameters: unknown[] = [];
  if (operation.rest.method === "get" || operation.rest.method === "delete") {
    const shape = shapeOf(operation.input) ?? {};
    const { filter, ...plain } = shape;
    const taken = new Set([...pathNames(operation), ...version.hidden_inputs]);
    for (const [name, schema] of Object.entries({ ...plain, ...(filter ? shapeOf(filter) : {}) })) {
      if (!taken.has(name)) parameters.push(queryParameter(name, schema as z.ZodType, schemas));
    }
  }
  const fields = [...version.fields(operation)];
  if (fields.length > 0) {
    parameters.push({
      name: "fields",
      in: "query",
      description: "Only these fields of each object, comma-separated",
      style: "form",
      explode: false,
      schema: { type: "array", items: { type: "string", enum: fields } },
    });
  }
  return parameters;
}

function queryParameter(name: string, schema: z.ZodType, schemas: SchemaComponents): unknown {
  const json = schemas.schema(schema, "input");
  const { description } = json;
  const list = elementOf(schema) !== null || ("anyOf" in json && JSON.stringify(json.anyOf).includes('"array"'));
  return {
    name,
    in: "query",
    required: !isOptional(schema),
    ...(description ? { description } : {}),
    ...(list ? { style: "form", explode: false } : {}),
    schema: json,
  };
}

function headerParameters(version: RestVersion, operation: AnyOperation): unknown[] {
  const text = { type: "string" };
  if (operation.effect === "read") {
    return operation.versioned ? [{ name: "If-None-Match", in: "header", required: false, description: "ETag you already have", schema: text }] : [];
  }
  const headers: unknown[] = [
    {
      name: "Idempotency-Key",
      in: "header",
      required: false,
      description: "Repeating the request with the same key replays its answer for 24 hours",
      schema: { ...text, maxLength: 255 },
    },
  ];
  if (operation.versioned && operation.effect !== "create") {
    headers.push({ name: "If-Match", in: "header", required: version.requires_if_match, description: "ETag of the version you read", schema: text });
  }
  return headers;
}

function requestBody(version: RestVersion, operation: AnyOperation, schemas: SchemaComponents): unknown {
  const { method } = operation.rest;
  if (method === "get" || method === "delete") return null;
  const taken = pathNames(operation);
  const input = operation.documented_input ?? operation.input;
  const schema = without(schemas.schema(input, "input"), taken);
  const fields = Object.keys(shapeOf(input) ?? {}).filter((name) => !taken.includes(name));
  if (fields.length === 0) return null;
  const examples = Object.fromEntries(
    operation.examples.map((example) => {
      const encoded =
        version.name === "v1" ? (encoderOf(input)(example.input) as Record<string, unknown>) : (example.input as Record<string, unknown>);
      return [example.title, { value: Object.fromEntries(Object.entries(encoded).filter(([name]) => !taken.includes(name))) }];
    }),
  );
  return { required: fields.some((name) => !isOptional(shapeOf(input)![name]!)), content: { "application/json": { schema, examples } } };
}

/** Fields that the path takes are no part of the body. */
function without(schema: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  if (names.length === 0 || !schema.properties) return schema;
  const properties = Object.fromEntries(Object.entries(schema.properties).filter(([name]) => !names.includes(name)));
  const required = ((schema.required as string[] | undefined) ?? []).filter((name) => !names.includes(name));
  const { required: _, ...rest } = schema;
  return { ...rest, properties, ...(required.length > 0 ? { required } : {}) };
}
