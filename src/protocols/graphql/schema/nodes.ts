import type { Failure } from "../../../domain/errors.ts";
import { OPERATIONS } from "../../../domain/registry.ts";
import { errorOf } from "./failures.ts";
import { outputFields, type Builder, type OutputField, type OutputFields, type TypeRef } from "./builder.ts";
import { pathParameters } from "./root_names.ts";
import { typeNameOf } from "./type_names.ts";
import { definitionOf, exampleOf, idOf, type Shape } from "./zod_types.ts";

/** An entity that its id alone finds. */
interface NodeKind {
  type_name: string;
  operation: string;
  /** The input field that takes the id, and the entity's where it has no `id`. */
  key: string;
}

const ID: Omit<OutputField, "resolve"> = { type: "ID", nullable: false, description: "Finds it again, by `node`" };

/** Everything that `node(id)` finds: what has a `.get` operation that needs nothing but an id. */
export class Nodes {
  private readonly byPrefix = new Map<string, NodeKind>();
  private readonly bySchema = new Map<string, NodeKind>();
  /** Which kind an object is that was found by its id. */
  private readonly found = new WeakMap<object, NodeKind>();
  private readonly type: TypeRef;

  constructor(builder: Builder) {
    for (const operation of OPERATIONS) {
      const { own, others } = pathParameters(operation);
      const id = idOf(operation.graphql?.output ?? operation.output);
      if (!operation.name.endsWith(".get") || own === undefined || others.length > 0 || id === undefined) continue;
      const prefix = prefixOf(exampleOf(definitionOf(operation.input).shape![own]!));
      if (prefix === undefined) continue;
      const kind = { type_name: typeNameOf(id), operation: operation.name, key: own };
      this.byPrefix.set(prefix, kind);
      this.bySchema.set(id, kind);
    }
    const node = builder.interfaceRef("Node");
    node.implement({
      description: "What its id alone finds",
      resolveType: (value) => this.found.get(value as object)!.type_name,
      fields: outputFields(() => ({ id: { ...ID, resolve: (entity: { id: string }) => entity.id } })),
    });
    this.type = node;
  }

  /** What makes a node of an entity with this schema id. */
  additions(id: string, shape: Shape): { interfaces: TypeRef[]; fields: OutputFields } {
    const kind = this.bySchema.get(id);
    if (!kind) return { interfaces: [], fields: {} };
    const named: OutputFields = Object.hasOwn(shape, "id") ? {} : { id: { ...ID, resolve: (entity: Record<string, unknown>) => entity[kind.key] } };
    return { interfaces: [this.type], fields: named };
  }

  field(): OutputField {
    return {
      type: this.type,
      nullable: true,
      description: "Anything by its id",
      args: { id: { type: "ID", required: true, description: "Of any kind: prd_…, int_…, exp_…" } },
      extensions: { operation: "node", cost: { look_up: 1 } },
      resolve: (_root, args, { host, cohorts }) => {
        const id = String(args.id);
        const kind = this.byPrefix.get(prefixOf(id) ?? "");
        if (!kind) throw errorOf(nothingFound(id));
        const outcome = host.call({ operation: kind.operation, input: { [kind.key]: id } });
        if (!outcome.ok) throw errorOf(outcome.failure.code === "VALIDATION_ERROR" ? nothingFound(id) : outcome.failure);
        this.found.set(outcome.value as object, kind);
        cohorts.begin(outcome.value);
        return outcome.value;
      },
    };
  }
}

function prefixOf(id: unknown): string | undefined {
  return /^([a-z]+)_/.exec(String(id))?.[1];
}

function nothingFound(id: string): Failure {
  return { code: "NOT_FOUND", message: `Nothing has the id ${id.slice(0, 100)}`, details: { resource: "node", id: id.slice(0, 100) } };
}
