import { defineListing, oneOf, pageOf } from "../listing.ts";
import { defineOperation } from "../operation.ts";
import { Export, ExportStatus } from "./export.ts";
import { signerOf, toExport, type ExportRow } from "./rows.ts";

const exportListing = defineListing({
  name: "exports",
  from: "exports",
  key: "id",
  filters: { status: oneOf("status", ExportStatus, "Where it has got to") },
  sorts: { created_at: "created_at" },
  default_sort: "-created_at",
});

export const listExports = defineOperation({
  name: "exports.list",
  summary: "List exports",
  effect: "read",
  scope: "exports:read",
  cost: 1,
  input: exportListing.input,
  output: pageOf(Export),
  errors: [],
  examples: [{ title: "What is running", input: { filter: { status: ["queued", "running"] } } }],
  rest: { method: "get", path: "/exports" },
  handle(ctx, input) {
    const signer = signerOf(ctx);
    return exportListing.page<ExportRow>(ctx, input, "exports.*").map((row) => toExport(row, signer));
  },
});
