import { expect } from "vitest";
import type { AnyOperation } from "../../src/domain/operation.ts";

/** Reads whose values depend on what was asked before. */
const MOVING = new Set(["usage.get", "events.list"]);

/** A read tells the same over both protocols; a change was made in two organizations, so that the fields are compared without values. */
export function expectEqualValues(operation: AnyOperation, told: unknown, expected: unknown): void {
  if (operation.effect === "read" && !MOVING.has(operation.name)) expect(told).toEqual(expected);
  else expect(shapeOf(told)).toEqual(shapeOf(expected));
}

/** The names of all fields, without values. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== "object" || value === null) return null;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted()
      .map(([name, item]) => [name, ["metadata", "properties", "filter", "data", "jwks"].includes(name) ? null : shapeOf(item)]),
  );
}
