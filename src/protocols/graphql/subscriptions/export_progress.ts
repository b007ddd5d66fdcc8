import type { Export } from "../../../domain/exports/export.ts";
import { getExport } from "../../../domain/exports/get.ts";
import { rootArguments } from "../schema/root_arguments.ts";
import { callOperation, checkedInput } from "../schema/root_field.ts";
import type { DefineSubscription } from "./subscription.ts";

const INTERVAL_MS = 250;

/** An export as it goes on, to its end. */
export const exportProgress: DefineSubscription = ({ make, outputs }) => {
  const made = rootArguments(getExport, make);
  return {
    name: "exportProgress",
    description: "The export now, and as it goes on, to its end",
    made,
    type: outputs.type(getExport.output, "", ""),
    operation: getExport,
    follow(args) {
      const { export_id } = checkedInput(getExport.input, made, args);
      return {
        kind: "state",
        scope: "exports:read",
        interval_ms: INTERVAL_MS,
        concerns: (type, subject) => type.startsWith("export.") && subject === export_id,
        state(host) {
          const value = callOperation(getExport, made, args, host) as Export;
          return { value, final: value.finished_at !== null };
        },
      };
    },
  };
};
