import { insightsSummary } from "../../../domain/insights/summary.ts";
import { rootArguments } from "../schema/root_arguments.ts";
import { callOperation, checkedInput } from "../schema/root_field.ts";
import type { DefineSubscription } from "./subscription.ts";

const INTERVAL_MS = 1_000;
/** What figures are made of: interactions, the products' names, the organization's time zone and currency. */
const CONCERNS = /^(?:interactions|product|organization)\./;

/** The insights summary, and again after the figures changed. */
export const insightsUpdated: DefineSubscription = ({ make, outputs }) => {
  const made = rootArguments(insightsSummary, make);
  return {
    name: "insightsUpdated",
    description: "The insights summary now, and again after the figures changed, at most once a second",
    made,
    type: outputs.type(insightsSummary.output, "", ""),
    operation: insightsSummary,
    follow(args) {
      checkedInput(insightsSummary.input, made, args);
      return {
        kind: "state",
        scope: "insights:read",
        interval_ms: INTERVAL_MS,
        concerns: (type) => CONCERNS.test(type),
        state: (host) => ({ value: callOperation(insightsSummary, made, args, host), final: false }),
      };
    },
  };
};
