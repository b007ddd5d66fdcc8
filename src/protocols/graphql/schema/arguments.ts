import { SORT_NAMES } from "../../../domain/listing.ts";
import type { InputField, TypeRef } from "./builder.ts";
import type { InputTypes } from "./input_types.ts";
import type { LeafTypes } from "./leaf_types.ts";
import { clientDescription } from "./domain_names.ts";
import { camel } from "./names.ts";
import { clientPath, readerOf, shapeReader, type Nulls } from "./read_input.ts";
import { acceptsNull, boundsOf, unwrap, type Schema, type Shape } from "./zod_types.ts";

/** One argument of a field and what it stands for in the input of an operation or relation. */
export interface Argument {
  name: string;
  field: InputField;
  /** The most that a number can be. */
  max?: number | undefined;
  /** Adds what was given to the input. */
  read(value: unknown, input: Record<string, unknown>): void;
  /** The input's fields that it gives. */
  keys: readonly string[];
  /** A place in one of those, as the client wrote it. */
  clientPath(path: readonly string[]): string[];
}

/** Makes arguments from fields of inputs. */
export class Arguments {
  private dateRange: TypeRef | undefined;

  constructor(
    readonly inputs: InputTypes,
    private readonly leaves: LeafTypes,
  ) {}

  /** One field of the input as an argument. */
  single(key: string, schema: Schema, owner: string, name = camel(key)): Argument {
    return argument(name, key, schema, this.inputs.field(schema, key, owner));
  }

  /** The id of something that the path names. */
  id(key: string, schema: Schema, name: string): Argument {
    return argument(name, key, schema, { type: "ID", required: true, description: clientDescription(schema) });
  }

  /** A listing's filter. */
  filter(schema: Schema, owner: string): Argument {
    const type = this.inputs.object(schema, `${owner}Filter`, owner);
    return argument("filter", "filter", schema, { type, required: false, description: clientDescription(schema) });
  }

  /** A listing's `sort` as a list of enumeration values. */
  order(schema: Schema, owner: string): Argument {
    const type = this.leaves.ordering(`${owner}Order`, sortNamesOf(schema));
    return {
      name: "orderBy",
      keys: ["sort"],
      field: { type: [type], required: { list: false, items: true }, description: "Sort keys, the most important first" },
      read(value, input) {
        if (Array.isArray(value) && value.length > 0) input.sort = value.join(",");
      },
      clientPath: () => ["orderBy"],
    };
  }

  /** `date_from` and `date_to` as one argument. */
  range(shape: Shape): Argument {
    this.dateRange ??= this.inputs.define("DateRange", shape, "DateRange", "Days, both inclusive; an end that is left out has a default");
    return group("dateRange", shape, { type: this.dateRange, required: false, description: "Which days" });
  }

  /** All these fields of a write as one input object. */
  input(name: string, shape: Shape, type: TypeRef, nulls: Nulls): Argument {
    return group(name, shape, { type, required: true, description: undefined }, nulls);
  }
}

/** The names that a sort input takes; none when it is no listing's. */
export function sortNamesOf(schema: Schema): readonly string[] {
  return SORT_NAMES.get(schema as never)?.names ?? [];
}

function argument(name: string, key: string, schema: Schema, field: InputField): Argument {
  const read = readerOf(schema);
  const nullable = acceptsNull(schema);
  return {
    name,
    keys: [key],
    field,
    max: boundsOf(unwrap(schema)).max,
    read(value, input) {
      if (value === undefined || (value === null && !nullable)) return;
      input[key] = value === null ? null : read(value);
    },
    clientPath: ([, ...rest]) => [name, ...clientPath(schema, rest)],
  };
}

function group(name: string, shape: Shape, field: InputField, nulls: Nulls = "absent"): Argument {
  const read = shapeReader(shape, nulls);
  return {
    name,
    keys: Object.keys(shape),
    field,
    read(value, input) {
      if (value !== undefined && value !== null) Object.assign(input, read(value));
    },
    clientPath: ([key = "", ...rest]) => [name, camel(key), ...(Object.hasOwn(shape, key) ? clientPath(shape[key]!, rest) : rest)],
  };
}
