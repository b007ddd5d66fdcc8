import type { Completer } from "./completer.ts";
import { dateFrom, dateTo } from "./dates.ts";
import { exportId, interactionId, productId } from "./lookups.ts";

/** How the variables of resource templates are completed. */
export const VARIABLE_COMPLETERS: Readonly<Record<string, Completer>> = {
  product_id: productId,
  interaction_id: interactionId,
  export_id: exportId,
  date_from: dateFrom,
  date_to: dateTo,
};
