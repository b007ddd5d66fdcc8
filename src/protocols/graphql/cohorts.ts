import type { DocumentHost } from "../../domain/documents.ts";
import { OperationError } from "../../domain/errors.ts";
import type { Argument } from "./schema/arguments.ts";
import { errorOf } from "./schema/failures.ts";

type Entity = object;

/** Objects that came into a document together; what hangs off one is loaded for all of them. */
interface Cohort {
  members: Entity[];
  /** Relation and arguments → what was loaded. */
  relations: Map<string, Loaded>;
  /** Fields whose values were made a cohort. */
  descended: Set<string>;
}

/** A value for each member, or why there is none. */
type Loaded = Map<Entity, unknown> | OperationError;

/**
 * Loads relations of a document without N+1 and without promises: the first object that asks has its relation loaded for its whole cohort, and all that was loaded is
 * the next cohort. A document costs one load for each relation field that it writes, however many objects it meets.
 */
export class Cohorts {
  private readonly cohorts = new Map<Entity, Cohort>();

  constructor(private readonly host: DocumentHost) {}

  /** Objects that a resolver returned together: a list, or a single one. */
  begin(value: unknown): void {
    const members = new Set<Entity>();
    collect(value, members);
    this.form(members);
  }

  /** A plain field of an object; its values in all of the object's cohort come together. */
  child(parent: Entity, key: string): unknown {
    const cohort = this.of(parent);
    if (!cohort.descended.has(key)) {
      cohort.descended.add(key);
      const members = new Set<Entity>();
      for (const member of cohort.members) collect(member[key as keyof Entity], members);
      this.form(members);
    }
    return parent[key as keyof Entity];
  }

  /** What hangs off an object. `made` are the arguments that the input was read from; a failed load throws for each object that asks. */
  relate(parent: Entity, relation: string, input: unknown, made: readonly Argument[]): unknown {
    const cohort = this.of(parent);
    const key = `${relation} ${JSON.stringify(input)}`;
    let loaded = cohort.relations.get(key);
    if (!loaded) cohort.relations.set(key, (loaded = this.load(cohort.members, relation, input, made)));
    if (loaded instanceof OperationError) throw loaded;
    return loaded.get(parent);
  }

  private load(members: readonly Entity[], relation: string, input: unknown, made: readonly Argument[]): Loaded {
    const { first = 1 } = input as { first?: number };
    if (members.length * first > ROWS_AT_ONCE_MAX) return tooManyRows();
    const outcome = this.host.relate(relation, members, input);
    if (!outcome.ok) return errorOf(outcome.failure, made);
    const values = outcome.value as unknown[];
    this.begin(values);
    return new Map(members.map((member, index) => [member, values[index]]));
  }

  private of(member: Entity): Cohort {
    return this.cohorts.get(member) ?? this.form(new Set([member]));
  }

  private form(members: ReadonlySet<Entity>): Cohort {
    const cohort: Cohort = { members: [...members], relations: new Map(), descended: new Set() };
    for (const member of members) this.cohorts.set(member, cohort);
    return cohort;
  }
}

/** Rows that one look-up may bring: all that an answer may have, and as much again where lists are longer than they were counted as. */
export const ROWS_AT_ONCE_MAX = 40_000;

function tooManyRows(): OperationError {
  return new OperationError("PAYLOAD_TOO_LARGE", "This is looked up for too many objects at once: ask for smaller pages", {
    limit: ROWS_AT_ONCE_MAX,
  });
}

function collect(value: unknown, into: Set<Entity>): void {
  if (Array.isArray(value)) for (const item of value) collect(item, into);
  else if (typeof value === "object" && value !== null) into.add(value);
}
