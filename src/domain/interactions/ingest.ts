import * as z from "zod";
import type { OperationContext } from "../context.ts";
import { ERROR_CATALOGUE, OperationError, type ErrorCode, type Failure } from "../errors.ts";
import { defineOperation } from "../operation.ts";
import { DAY_MS, Timestamp } from "../time.ts";
import { acceptInteraction } from "./accept.ts";
import { interactionId } from "./id.ts";
import { InteractionId, InteractionInput } from "./interaction.ts";
import type { NewInteraction } from "./new_interaction.ts";
import { storeInteractions } from "./store.ts";

export const INGEST_BATCH_MAX = 1_000;

const batch = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({
    interactions: z.array(item).min(1).max(INGEST_BATCH_MAX).describe(`1 to ${INGEST_BATCH_MAX}; a single interaction can also be sent bare`),
    sent_at: Timestamp.optional().describe("The client's clock when it sent the batch: corrects occurred_at for a wrong clock"),
    backfill: z.boolean().optional().describe("History: needs occurred_at, is taken at its word, and never counts as live"),
  });

const ItemResult = z.strictObject({
  index: z.int(),
  status: z.enum(["accepted", "duplicate", "rejected"]),
  id: InteractionId.optional().describe("Of the stored interaction; for a duplicate the first one's"),
  event_id: z.string().optional(),
  late: z.literal(true).optional(),
  error: z
    .strictObject({
      code: z.enum(Object.keys(ERROR_CATALOGUE) as [ErrorCode, ...ErrorCode[]]),
      message: z.string(),
      details: z.record(z.string(), z.unknown()).describe("`field` is the path to the bad field"),
    })
    .optional(),
});
type ItemResult = z.output<typeof ItemResult>;

export const ingestInteractions = defineOperation({
  name: "interactions.ingest",
  summary: "Send interactions",
  description:
    "One interaction or a batch of up to 1,000. Every item is answered: accepted, duplicate (its event_id is stored already) or rejected with the path to the bad field; good items are stored even when others are bad. When none is good the request fails with VALIDATION_ERROR. Insights are up to date when this answers.",
  effect: "create",
  scope: "interactions:write",
  cost: 1,
  // Items are judged one by one, so that a bad one does not refuse the others.
  input: batch(z.unknown()),
  documented_input: batch(InteractionInput),
  output: z
    .strictObject({ accepted: z.int(), duplicates: z.int(), rejected: z.int(), results: z.array(ItemResult).max(INGEST_BATCH_MAX) })
    .meta({ id: "IngestResult" }),
  errors: [],
  examples: [
    {
      title: "A view and a purchase",
      input: {
        interactions: [
          { event_id: "e-1", type: "view_item", visitor_id: "v-1", session_id: "s-1", items: [{ external_id: "1001" }] },
          {
            event_id: "e-2",
            type: "purchase",
            visitor_id: "v-1",
            session_id: "s-1",
            transaction_id: "t-1",
            value: { amount: 1999, currency: "EUR" },
          },
        ],
      },
    },
  ],
  rest: { method: "post", path: "/interactions", status: 201, bare_item_of: "interactions" },
  graphql: { field: "ingestInteractions" },
  handle(ctx, input) {
    const results: ItemResult[] = [];
    const accepted: { index: number; interaction: NewInteraction }[] = [];
    const options = {
      now: ctx.now,
      backfill: input.backfill ?? false,
      skew_ms: input.sent_at === undefined ? 0 : ctx.now - Date.parse(input.sent_at),
      late_after_ms: ctx.organization.settings.live_late_after_s * 1_000,
      oldest_ms: ctx.organization.retention_days === null ? null : ctx.now - ctx.organization.retention_days * DAY_MS,
    };
    input.interactions.forEach((raw, index) => {
      const judged = acceptInteraction(raw, options);
      if ("failure" in judged) results[index] = { index, status: "rejected", error: atItem(judged.failure, index) };
      else accepted.push({ index, interaction: judged.interaction });
    });
    const fresh = markDuplicates(ctx, accepted, results);
    if (fresh.length > 0) store(ctx, fresh, results, options.backfill);
    const count = (status: ItemResult["status"]): number => results.filter((result) => result.status === status).length;
    const rejected = count("rejected");
    if (rejected === results.length) throw allRejected(results);
    return { accepted: count("accepted"), duplicates: count("duplicate"), rejected, results };
  },
});

type Accepted = { index: number; interaction: NewInteraction };

/** Answers the items whose event_id is stored already, or came earlier in this batch, and returns the others. */
function markDuplicates(ctx: OperationContext, accepted: readonly Accepted[], results: ItemResult[]): Accepted[] {
  const wanted = accepted.flatMap(({ interaction }) => (interaction.event_id === null ? [] : [interaction.event_id]));
  if (wanted.length === 0) return [...accepted];
  const stored = new Map<string, number | null>();
  for (const [event_id, seq] of ctx.db.rows(
    "SELECT event_id, seq FROM interactions WHERE event_id IN (SELECT value FROM json_each(?))",
    JSON.stringify(wanted),
  )) {
    stored.set(event_id as string, seq as number);
  }
  return accepted.filter(({ index, interaction: { event_id } }) => {
    if (event_id === null) return true;
    const seq = stored.get(event_id);
    if (seq === undefined) {
      stored.set(event_id, null);
      return true;
    }
    results[index] = { index, status: "duplicate", event_id, ...(seq === null ? {} : { id: interactionId(seq, ctx.organization.id) }) };
    return false;
  });
}

function store(ctx: OperationContext, fresh: readonly Accepted[], results: ItemResult[], backfill: boolean): void {
  const first_seq = storeInteractions(
    ctx.db,
    fresh.map(({ interaction }) => interaction),
    ctx.organization,
    ctx.now,
    () => ctx.newId("ses"),
  );
  fresh.forEach(({ index, interaction }, position) => {
    results[index] = {
      index,
      status: "accepted",
      id: interactionId(first_seq + position, ctx.organization.id),
      ...(interaction.event_id === null ? {} : { event_id: interaction.event_id }),
      ...(interaction.late ? { late: true } : {}),
    };
  });
  // Sequence numbers, never persons: readers of the log fetch the rows, so an erased person is gone from the log too.
  const data = { count: fresh.length, first_seq, last_seq: first_seq + fresh.length - 1 };
  ctx.record({
    type: backfill ? "interactions.backfilled" : "interactions.ingested",
    subject: interactionId(first_seq, ctx.organization.id),
    before: null,
    after: { count: fresh.length },
    data,
  });
}

function atItem(failure: Failure, index: number): NonNullable<ItemResult["error"]> {
  const { field } = failure.details;
  return { ...failure, details: { ...failure.details, field: field ? `interactions.${index}.${String(field)}` : `interactions.${index}` } };
}

function allRejected(results: readonly ItemResult[]): OperationError {
  const { error } = results[0]!;
  return new OperationError("VALIDATION_ERROR", results.length === 1 ? error!.message : "No interaction was accepted; `results` says why", {
    field: error!.details.field,
    expected: error!.details.expected,
    ...(results.length === 1 ? {} : { results }),
  });
}
