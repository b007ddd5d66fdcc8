import * as z from "zod";
import type { Database } from "../database.ts";
import { invalid } from "../errors.ts";
import { defineOperation } from "../operation.ts";
import { REMOVABLE_COLUMNS, removeInteractions, type RemovableRow } from "./remove.ts";
import type { Locale } from "./rollups/interaction_contribution.ts";

/** Removed in one go; the rest of a larger person follows in the background. */
export const ERASE_PAGE = 5_000;

const Identifier = z.string().min(1).max(200);

/** Who is erased: exactly one of the two. */
export interface Person {
  visitor_id?: string;
  user_id?: string;
}

export const eraseInteractions = defineOperation({
  name: "interactions.erase",
  summary: "Erase a person's interactions",
  description:
    "For privacy requests: removes every interaction of a visitor or user for good and corrects all insights. Up to 5,000 go before this answers; `complete` is false while the rest goes in the background.",
  effect: "delete",
  scope: "interactions:erase",
  cost: 5,
  input: z.strictObject({ visitor_id: Identifier.optional(), user_id: Identifier.optional() }),
  output: z.strictObject({ erased: z.int(), complete: z.boolean() }),
  errors: [],
  examples: [{ title: "A visitor", input: { visitor_id: "v-1" } }],
  rest: { method: "post", path: "/interactions/erase" },
  graphql: { field: "eraseInteractions" },
  handle(ctx, person) {
    if ((person.visitor_id === undefined) === (person.user_id === undefined)) throw invalid("visitor_id", "exactly one of visitor_id and user_id");
    const { erased, complete } = eraseSome(ctx.db, person, ctx.organization);
    if (!complete) ctx.schedule({ kind: "interactions.erase", key: JSON.stringify(person), run_at_ms: ctx.now, payload: person });
    // The audit says that somebody was erased, not who: the name would outlive the person.
    ctx.record({
      type: "interactions.erased",
      subject: "interactions",
      before: null,
      after: { erased, complete, by: person.visitor_id === undefined ? "user_id" : "visitor_id" },
    });
    return { erased, complete };
  },
});

/** Erases up to a page of the person's interactions; `complete` when none is left. Call it in a transaction. */
export function eraseSome(db: Database, person: Person, locale: Locale): { erased: number; complete: boolean } {
  const rows =
    person.visitor_id === undefined
      ? db.all<RemovableRow>(`SELECT ${REMOVABLE_COLUMNS} FROM interactions WHERE user_id = ? LIMIT ${ERASE_PAGE}`, person.user_id!)
      : db.all<RemovableRow>(
          `SELECT ${REMOVABLE_COLUMNS} FROM interactions WHERE visitor = (SELECT id FROM visitors WHERE visitor_id = ?) LIMIT ${ERASE_PAGE}`,
          person.visitor_id,
        );
  removeInteractions(db, rows, locale);
  return { erased: rows.length, complete: rows.length < ERASE_PAGE };
}
