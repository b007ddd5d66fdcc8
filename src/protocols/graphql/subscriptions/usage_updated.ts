import { getUsage } from "../../../domain/usage/get.ts";
import { callOperation } from "../schema/root_field.ts";
import type { DefineSubscription } from "./subscription.ts";

const INTERVAL_MS = 1_000;

/** The usage report, and again after the organization was used. */
export const usageUpdated: DefineSubscription = ({ outputs }) => ({
  name: "usageUpdated",
  description: "Use of the last 30 days and what remains of the limits, and again after the organization was used, at most once a second",
  made: [],
  type: outputs.type(getUsage.output, "", ""),
  operation: getUsage,
  follow: () => ({
    kind: "state",
    scope: "usage:read",
    interval_ms: INTERVAL_MS,
    per_credential: true,
    follows_usage: true,
    concerns: () => false,
    state: (host) => ({ value: callOperation(getUsage, [], {}, host), final: false }),
  }),
});
