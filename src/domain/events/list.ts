import * as z from "zod";
import { invalid, OperationError } from "../errors.ts";
import { defineOperation } from "../operation.ts";
import { Event, parsePosition } from "./event.ts";
import { expandRow, ITEM_TYPE, logBounds, readRows } from "./log.ts";
import { describeTypes, typePatterns, type TypeChoice } from "./type_patterns.ts";
import { LOGGED_TYPES } from "./types.ts";

const ROWS_DEFAULT = 100;
const FOLLOWED: TypeChoice = {
  types: [...LOGGED_TYPES, ITEM_TYPE],
  of_interactions: `${ITEM_TYPE}, looking at data.type`,
};

export const listEvents = defineOperation({
  name: "events.list",
  summary: "Follow changes",
  description:
    "The organization's event log. By default the answer is a live stream (text/event-stream): send Last-Event-ID to go on where you stopped; `resync` says that the log no longer reaches back to there. With Accept: application/json it is one page of events after `after`. The log keeps 7 days and 100,000 changes.",
  effect: "read",
  scope: "events:read",
  cost: 1,
  input: z.strictObject({
    types: typePatterns(FOLLOWED)
      .optional()
      .describe(`${describeTypes(FOLLOWED)}. Default all`),
    after: z.string().max(32).optional().describe("Id of the last event you saw; default from now on (stream) or from the beginning (page)"),
    limit: z.coerce.number().int().min(1).max(ROWS_DEFAULT).default(ROWS_DEFAULT).describe("Changes to read in one page"),
  }),
  output: z.strictObject({
    data: z.array(Event),
    last_id: z.string().nullable().describe("Send as `after` for what comes next; null when nothing was read"),
    oldest_sequence: z.int().max(1e15),
    latest_sequence: z.int().max(1e15),
  }),
  errors: ["GONE"],
  examples: [{ title: "Changes of products", input: { types: ["product.*"], after: "0" } }],
  rest: { method: "get", path: "/events" },
  graphql: {
    description: "One page of the organization's event log after `after`; a subscription follows it. The log keeps 7 days and 100,000 changes.",
  },
  mcp: {
    description:
      "One page of the organization's event log after `after`: what was created, changed and deleted, in order. The log keeps 7 days and 100,000 changes. Who did it is in audit.list.",
  },
  handle(ctx, input) {
    const after = parsePosition(input.after ?? "0");
    if (!after) throw invalid("after", "the id of an event, such as 12 or 12.3");
    const { oldest, latest } = logBounds(ctx.db);
    if (input.after !== undefined && after.sequence < oldest - 1 && after.sequence > 0) {
      throw new OperationError("GONE", "The log no longer reaches back to there; read the present state and go on from latest_sequence", {
        oldest_sequence: oldest,
        latest_sequence: latest,
      });
    }
    const rows = readRows(ctx.db, after, input.limit);
    return {
      data: rows.flatMap((row) => expandRow(ctx.db, ctx.organization.id, row, input.types ?? null, after)),
      last_id: rows.length > 0 ? String(rows.at(-1)!.seq) : null,
      oldest_sequence: oldest,
      latest_sequence: latest,
    };
  },
});
