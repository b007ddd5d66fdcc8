import type { Builder, TypeRef } from "./builder.ts";
import { enumName } from "./names.ts";
import { typeNameOf } from "./type_names.ts";
import { boundsOf, definitionOf, isInteger, isOpen, type Schema } from "./zod_types.ts";

const INT_MAX = 2 ** 31 - 1;
const JSON_TYPES: ReadonlySet<string> = new Set(["record", "lazy", "unknown", "any"]);

/** Scalars and enumerations. Enumerations of the same values are one type, named by the first place that has them. */
export class LeafTypes {
  private readonly enums = new Map<string, TypeRef>();

  constructor(private readonly builder: Builder) {}

  /** The type of an unwrapped schema that has no fields; undefined for objects and arrays. `name` is for an enumeration that is met first. */
  of(schema: Schema, field: string, name: string): TypeRef | undefined {
    const { type, format, entries, values, options } = definitionOf(schema);
    if (JSON_TYPES.has(type) || isOpen(schema)) return "JSON";
    switch (type) {
      case "enum":
        return this.enumeration(name, Object.values(entries!) as string[]);
      case "boolean":
        return "Boolean";
      case "number":
        return numberType(schema);
      case "literal":
        return typeof values![0] === "boolean" ? "Boolean" : "String";
      case "string":
        return textType(format, field);
      case "union":
        return unionType(options!.map((option) => this.of(option, field, name)));
      default:
        return undefined;
    }
  }

  /** The enumeration of these values, each named in capitals. */
  enumeration(name: string, values: readonly string[]): TypeRef {
    const key = values.toSorted().join();
    let type = this.enums.get(key);
    if (!type) {
      type = this.builder.enumType(typeNameOf(name), { values: Object.fromEntries(values.map((value) => [enumName(value), { value }])) });
      this.enums.set(key, type);
    }
    return type;
  }

  /** The ways to order by these names: `-created_at` is CREATED_AT_DESC. */
  ordering(type_name: string, names: readonly string[]): TypeRef {
    const values = names.flatMap((name) => [
      [`${enumName(name)}_ASC`, { value: name }],
      [`${enumName(name)}_DESC`, { value: `-${name}` }],
    ]);
    return this.builder.enumType(type_name, { values: Object.fromEntries(values) as Record<string, { value: string }> });
  }
}

function numberType(schema: Schema): string {
  if (!isInteger(schema)) return "Float";
  const { min = 0, max = 0 } = boundsOf(schema);
  return max > INT_MAX || min < -INT_MAX ? "SafeInt" : "Int";
}

function textType(format: string | undefined, field: string): string {
  if (format === "datetime") return "DateTime";
  if (format === "date") return "Date";
  return /(?:^|_)ids?$/.test(field) ? "ID" : "String";
}

/** A date or a moment is a moment whose time can be left out; alternatives of one type are that type. */
function unionType(options: readonly (TypeRef | undefined)[]): TypeRef | undefined {
  const types = [...new Set(options)];
  if (types.length === 1) return types[0];
  return types.every((type) => type === "Date" || type === "DateTime") ? "DateTime" : "JSON";
}
