import type { Event } from "../../../domain/events/event.ts";
import { ITEM_TYPE } from "../../../domain/events/log.ts";
import { listInteractions } from "../../../domain/interactions/list.ts";
import { matchesFilter } from "../../../domain/interactions/matches_filter.ts";
import { Interaction } from "../../../domain/interactions/interaction.ts";
import { errorOf } from "../schema/failures.ts";
import { checkedInput } from "../schema/root_field.ts";
import { afterArgument, readAfter } from "./after.ts";
import type { DefineSubscription } from "./subscription.ts";

/** Each interaction that comes in and meets a filter. */
export const interactionAdded: DefineSubscription = ({ make, outputs }) => {
  const filter = make.filter(matchesFilter.input.shape.filter, "Interaction");
  return {
    name: "interactionAdded",
    description: "Each interaction that comes in and meets the filter; imported history does not",
    made: [filter, afterArgument(make)],
    type: outputs.type(Interaction, "", ""),
    operation: listInteractions,
    follow(args) {
      const input = checkedInput(matchesFilter.input, [filter], args);
      return {
        kind: "events",
        scope: matchesFilter.scope,
        after: readAfter(args),
        concerns: (type) => type === ITEM_TYPE,
        values(events: readonly Event[], host) {
          const interactions = events.map(({ data }) => data as object);
          const outcome = host.relate(matchesFilter.name, interactions, input);
          if (!outcome.ok) throw errorOf(outcome.failure, [filter]);
          const matching = outcome.value as boolean[];
          return events.flatMap(({ id }, index) => (matching[index] ? [{ id, value: interactions[index]! }] : []));
        },
      };
    },
  };
};
