import type { OutputField } from "../schema/builder.ts";
import { declared } from "../schema/root_field.ts";
import type { Source, Subscription } from "./subscription.ts";

/** The root value that a subscription is executed with: first to read its arguments, then once for each answer. */
export type SubscriptionRoot = { begin(source: Source): null } | { answer(): unknown };

/** The root field of a subscription. */
export function subscriptionField({ description, made, type, operation, follow }: Subscription): OutputField {
  return {
    type,
    nullable: true,
    description,
    args: declared(made),
    extensions: { operation: operation.name, cost: { look_up: operation.cost } },
    resolve: (root: SubscriptionRoot, args) => ("begin" in root ? root.begin(follow(args)) : root.answer()),
  };
}
