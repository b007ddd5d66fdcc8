import * as z from "zod";
import { OperationError } from "../errors.ts";
import { defineOperation } from "../operation.ts";
import { checkVersion } from "../versioning.ts";
import { ExportId } from "./export.ts";
import { FINISHED, requireExport, signerOf, toExport } from "./rows.ts";

export const deleteExport = defineOperation({
  name: "exports.delete",
  summary: "Delete an export and its file",
  effect: "delete",
  scope: "exports:write",
  cost: 1,
  input: z.strictObject({ export_id: ExportId }),
  output: z.strictObject({ id: ExportId, deleted: z.literal(true) }),
  errors: ["NOT_FOUND", "CONFLICT", "PRECONDITION_FAILED"],
  examples: [{ title: "By id", input: { export_id: "exp_01jd0000000000000000000000" } }],
  rest: { method: "delete", path: "/exports/{export_id}" },
  versioned: true,
  handle(ctx, { export_id }) {
    const row = requireExport(ctx.db, export_id);
    checkVersion(ctx, row);
    if (!FINISHED.has(row.status)) throw new OperationError("CONFLICT", `This export is ${row.status}: cancel it first`, { status: row.status });
    ctx.db.run("DELETE FROM exports WHERE id = ?", export_id);
    ctx.cancelJob("export.expire", export_id);
    ctx.schedule({ kind: "export.cleanup", key: export_id, run_at_ms: ctx.now, payload: { upload_id: row.upload_id } });
    ctx.record({ type: "export.deleted", subject: export_id, before: toExport(row, signerOf(ctx)), after: null, data: { id: export_id } });
    return { id: export_id, deleted: true as const };
  },
});
