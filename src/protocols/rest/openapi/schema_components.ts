import type * as z from "zod";
import type { RestVersion } from "../versions/version.ts";

type JsonSchema = Record<string, unknown>;

/** Collects the named schemas of a document: a zod schema with an `id` becomes a component once, and a reference everywhere else. */
export class SchemaComponents {
  private readonly components = new Map<string, JsonSchema>();

  constructor(private readonly version: RestVersion) {}

  /** The JSON Schema of a zod schema, its named parts hoisted into components. */
  schema(schema: z.ZodType, io: "input" | "output"): JsonSchema {
    const { $schema: _, $defs, ...root } = this.version.jsonSchema(schema, io) as JsonSchema & { $defs?: Record<string, JsonSchema> };
    const renamed = new Map<string, string>();
    for (const [name, definition] of Object.entries($defs ?? {})) renamed.set(name, this.claimName(name, definition, io));
    const rename = (value: unknown): unknown => rewriteReferences(value, renamed);
    for (const [name, definition] of Object.entries($defs ?? {})) {
      const { id: _id, ...body } = definition;
      this.components.set(renamed.get(name)!, rename(body) as JsonSchema);
    }
    const { id, ...body } = root;
    if (typeof id !== "string") return rename(body) as JsonSchema;
    const name = this.claimName(id, body, io);
    this.components.set(name, rename(body) as JsonSchema);
    return { $ref: `#/components/schemas/${name}` };
  }

  all(): Record<string, JsonSchema> {
    return Object.fromEntries([...this.components].toSorted(([a], [b]) => a.localeCompare(b)));
  }

  /** What goes in can differ from what comes out (defaults make fields optional): then the input's name says so. */
  private claimName(name: string, definition: JsonSchema, io: "input" | "output"): string {
    const known = this.components.get(name);
    if (!known || io === "output") return name;
    return sameShape(known, definition) ? name : `${name}Request`;
  }
}

function sameShape(a: JsonSchema, b: JsonSchema): boolean {
  return (
    JSON.stringify(a.required ?? []) === JSON.stringify(b.required ?? []) &&
    Object.keys(a.properties ?? {}).join() === Object.keys(b.properties ?? {}).join()
  );
}

function rewriteReferences(value: unknown, renamed: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => rewriteReferences(item, renamed));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (key === "$ref" && typeof item === "string") {
        const name = item.split("/").at(-1)!;
        return [key, `#/components/schemas/${renamed.get(name) ?? name}`];
      }
      return [key, rewriteReferences(item, renamed)];
    }),
  );
}
