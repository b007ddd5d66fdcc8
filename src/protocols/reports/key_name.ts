import { NO_CAMPAIGN } from "../../domain/insights/movement.ts";
import { plain } from "./markdown.ts";

/** What to call a dimension's value in a table's cell; that without one is the traffic of no campaign. */
export function keyName(dimension: string | null, key: string | null): string {
  if (key !== null) return plain(key);
  return dimension === "campaign" ? NO_CAMPAIGN : "none";
}
