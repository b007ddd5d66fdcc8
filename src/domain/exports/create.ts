import * as z from "zod";
import { OperationError, invalid } from "../errors.ts";
import { defineOperation } from "../operation.ts";
import { validationError } from "../validation.ts";
import { Compression, DOWNLOAD_HOURS, Export, ExportFormat, ExportResource } from "./export.ts";
import { requireExport, signerOf, toExport } from "./rows.ts";
import { SOURCES } from "./sources/index.ts";

const WAITING_MAX = 100;

export const createExport = defineOperation({
  name: "exports.create",
  summary: "Start an export",
  description: `A complete file of interactions, products or daily figures, with the filter of the list and the columns you choose. It runs in the background, two at a time, the others wait in order; poll it or follow export.* events until it has a download_url, which works for ${DOWNLOAD_HOURS} hours. Rows that arrive after it started are not in it.`,
  effect: "create",
  scope: "exports:write",
  cost: 10,
  input: z
    .strictObject({
      resource: ExportResource,
      format: ExportFormat,
      filter: z.record(z.string(), z.json()).optional().describe("As in the list of the resource; for insights date_from and date_to"),
      fields: z.array(z.string().max(100)).min(1).max(50).optional().describe("Columns of the file, in this order; default all"),
      compression: Compression.default("none"),
    })
    .meta({ id: "ExportConfig" }),
  output: Export,
  errors: ["CONFLICT"],
  examples: [
    {
      title: "Purchases of a month as CSV",
      input: { resource: "interactions", format: "csv", filter: { type: "purchase", date_from: "2019-10-01", date_to: "2019-10-31" } },
    },
    { title: "The catalog as Parquet", input: { resource: "products", format: "parquet", fields: ["id", "sku", "title", "price", "currency"] } },
  ],
  rest: { method: "post", path: "/exports", status: 201 },
  graphql: { field: "triggerExport", input_argument: "config" },
  mcp: {
    core: true,
    description:
      "Makes a file of interactions, products or daily figures. Runs in the background: ask exports_get until it has a download_url. For a look at a few rows use the list tools.",
  },
  versioned: true,
  handle(ctx, input) {
    const { source, filter: schema } = SOURCES[input.resource];
    const filter = schema.safeParse(input.filter ?? {});
    if (!filter.success) throw inFilter(validationError(filter.error, input.filter), Object.keys(schema.shape));
    const names = source.columns.map(({ name }) => name);
    const fields = input.fields ?? names;
    fields.forEach((field, index) => {
      if (!names.includes(field)) throw invalid(`fields.${index}`, `one of: ${names.join(", ")}`, `Unknown field ${field}`);
      if (fields.indexOf(field) !== index) throw invalid(`fields.${index}`, "each field once");
    });
    const { waiting } = ctx.db.one<{ waiting: number }>("SELECT count(*) AS waiting FROM exports WHERE status IN ('queued', 'running')")!;
    if (waiting >= WAITING_MAX)
      throw new OperationError("CONFLICT", `At most ${WAITING_MAX} exports can wait; cancel some or come back later`, { limit: WAITING_MAX });
    // Counted now, so that a filter that makes no sense fails here and not in the background.
    source.count(ctx, input.filter ?? {}, 0);
    const id = ctx.newId("exp");
    ctx.db.run(
      `INSERT INTO exports (id, resource, format, compression, filter, fields, status, rows_done, bytes, parts, cursor, created_at, version)
       VALUES (?, ?, ?, ?, ?, ?, 'queued', 0, 0, '[]', 0, ?, 1)`,
      id,
      input.resource,
      input.format,
      input.compression,
      JSON.stringify(input.filter ?? {}),
      JSON.stringify(fields),
      ctx.now,
    );
    ctx.schedule({ kind: "exports.dispatch", key: "", run_at_ms: ctx.now });
    const created = toExport(requireExport(ctx.db, id), signerOf(ctx));
    ctx.record({ type: "export.created", subject: id, before: null, after: created });
    return created;
  },
});

function inFilter({ code, message, details }: OperationError, known: readonly string[]): OperationError {
  const field = String(details.field);
  const expected = known.includes(field.split(".")[0]!) ? details.expected : `one of: ${known.join(", ")}`;
  return new OperationError(code, message, { ...details, field: `filter.${field}`, expected });
}
