import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { DOWNLOAD_HOURS, Export, ExportId } from "./export.ts";
import { requireExport, signerOf, toExport } from "./rows.ts";

export const getExport = defineOperation({
  name: "exports.get",
  summary: "Get an export",
  description: "Its status, rows done of all, and once it succeeded a signed download_url that supports Range and needs no key.",
  effect: "read",
  scope: "exports:read",
  cost: 1,
  input: z.strictObject({ export_id: ExportId }),
  output: Export,
  errors: ["NOT_FOUND"],
  examples: [{ title: "By id", input: { export_id: "exp_01jd0000000000000000000000" } }],
  rest: { method: "get", path: "/exports/{export_id}" },
  mcp: {
    core: true,
    description: `An export's status and progress and, once it succeeded, its download_url, which works for ${DOWNLOAD_HOURS} hours without a key.`,
  },
  versioned: true,
  handle: (ctx, { export_id }) => toExport(requireExport(ctx.db, export_id), signerOf(ctx)),
});
