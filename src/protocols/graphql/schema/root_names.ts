import type { AnyOperation } from "../../../domain/operation.ts";
import { pascal, singular, snake } from "./names.ts";

/** The root field of an operation, in snake_case: `products`, `product`, `funnel_insight`, `create_product`, `rotate_webhook_secret`. */
export function rootNameOf(operation: AnyOperation): string {
  if (operation.graphql?.field) return snake(operation.graphql.field);
  const [family, verb] = operation.name.split(".") as [string, string];
  const entity = singular(family);
  const [head, ...tail] = verb.split("_") as [string, ...string[]];
  if (operation.effect !== "read") return [head, entity, ...tail].join("_");
  if (head === "list") return tail.length === 0 ? family : [entity, ...tail].join("_");
  if (head === "get") return [entity, ...tail].join("_");
  return `${verb}_${entity}`;
}

/** What an operation is about, in PascalCase: types without a name of their own are called after it. */
export function entityOf(operation: AnyOperation): string {
  if (operation.effect === "read") return pascal(singular(rootNameOf(operation)));
  const [family] = operation.name.split(".") as [string];
  return pascal(singular(family));
}

/** The path's parameters; the last one names what the operation is about, unless it lists what hangs off that. */
export function pathParameters(operation: AnyOperation): { own: string | undefined; others: string[] } {
  const names = [...operation.rest.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const lists = /\.list(?:_|$)/.test(operation.name);
  return lists ? { own: undefined, others: names } : { own: names.at(-1), others: names.slice(0, -1) };
}
