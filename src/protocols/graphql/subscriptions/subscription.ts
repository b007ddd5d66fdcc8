import type { DocumentHost } from "../../../domain/documents.ts";
import type { Event } from "../../../domain/events/event.ts";
import type { AnyOperation } from "../../../domain/operation.ts";
import type { Scope } from "../../../domain/scopes.ts";
import type { Argument, Arguments } from "../schema/arguments.ts";
import type { OutputField } from "../schema/builder.ts";
import type { OutputTypes } from "../schema/output_types.ts";

/** A field of Subscription. */
export interface Subscription {
  name: string;
  description: string;
  made: readonly Argument[];
  type: OutputField["type"];
  /** Whose cost it has and whose use it counts as. */
  operation: AnyOperation;
  /** Reads the arguments; throws OperationError for bad ones. */
  follow(args: Record<string, unknown>): Source;
}

/** What a subscription's answers are made of. */
export type Source = EventSource | StateSource;

interface Followed {
  scope: Scope;
  /** Whether events of this type and subject may concern it. */
  concerns(type: string, subject: string): boolean;
}

/** Each matching event is told. */
export interface EventSource extends Followed {
  kind: "events";
  /** Where the log is followed from; null for now. */
  after: string | null;
  /** The values of those of these events that match, in order; throws OperationError. */
  values(events: readonly Event[], host: DocumentHost): { id: string; value: object }[];
}

/** The present state is told after something changed it. */
export interface StateSource extends Followed {
  kind: "state";
  interval_ms: number;
  per_credential?: boolean;
  follows_usage?: boolean;
  /** The value now, and whether it will never change again; throws OperationError. */
  state(host: DocumentHost): { value: unknown; final: boolean };
}

/** What definitions of subscriptions make their types and arguments with. */
export interface SubscriptionKit {
  make: Arguments;
  outputs: OutputTypes;
}

export type DefineSubscription = (kit: SubscriptionKit) => Subscription;
