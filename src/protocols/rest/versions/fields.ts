import type * as z from "zod";
import { elementOf, shapeOf } from "../schema_walk.ts";

/** Fields of what an operation answers: of one item for a list, of the object itself otherwise. */
export function itemShape(output: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> {
  const shape = shapeOf(output) ?? {};
  const item = shape.data ? elementOf(shape.data) : null;
  return item ? (shapeOf(item) ?? {}) : shape;
}
