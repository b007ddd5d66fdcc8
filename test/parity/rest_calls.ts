import type { AnyOperation } from "../../src/domain/operation.ts";
import { createOrganization, send, type ErrorBody, type TestOrganization } from "../support/api.ts";

/** An organization that has the product and the interaction which examples look for. */
export async function createStockedOrganization(): Promise<TestOrganization> {
  const organization = await createOrganization();
  const { api_key: key } = organization;
  await send("POST", "/api/v1/products", { key, body: { name: "Example", sku: "EXAMPLE" } });
  await send("POST", "/api/v2/interactions", {
    key,
    body: { type: "purchase", visitor_id: "v", items: [{ sku: "EXAMPLE", quantity: 2, price: { amount: 500, currency: "USD" } }], tags: ["a"] },
  });
  return organization;
}

export interface RestOutcome {
  status: number;
  code: string | undefined;
  field: string | undefined;
  value: unknown;
  text: string;
}

/** Runs an operation with the domain's own input over REST v2. */
export async function runOverRest(operation: AnyOperation, input: Record<string, unknown>, key: string): Promise<RestOutcome> {
  const inPath = new Set([...operation.rest.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!));
  const path = operation.rest.path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => String(input[name]));
  const left = Object.entries(input).filter(([name]) => !inPath.has(name));
  const inQuery = operation.rest.method === "get" || operation.rest.method === "delete";
  const flat = left.flatMap(([name, value]) => (name === "filter" ? Object.entries(value as object) : [[name, value] as [string, unknown]]));
  const query = inQuery && flat.length > 0 ? `?${new URLSearchParams(flat.map(([name, value]) => [name, String(value)])).toString()}` : "";
  const { status, body } = await send<ErrorBody & Record<string, unknown>>(operation.rest.method.toUpperCase(), `/api/v2${path}${query}`, {
    key,
    headers: { "If-Match": "*", Accept: "application/json" },
    ...(inQuery ? {} : { body: Object.fromEntries(left) }),
  });
  return {
    status,
    code: body.error?.code,
    field: body.error?.details.field as string | undefined,
    value: status < 300 ? body : null,
    text: JSON.stringify(body).slice(0, 400),
  };
}

/** A list's items, without the page around them, which each protocol has in its own form. */
export function itemsOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("data" in value)) return value;
  return "page" in value || "next_cursor" in value || Object.keys(value).length === 1 ? value.data : value;
}
