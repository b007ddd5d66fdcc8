import * as z from "zod";
import { OperationError } from "../errors.ts";
import { defineOperation } from "../operation.ts";
import { checkVersion } from "../versioning.ts";
import { Export, ExportId } from "./export.ts";
import { FINISHED, requireExport, signerOf, toExport } from "./rows.ts";

export const cancelExport = defineOperation({
  name: "exports.cancel",
  summary: "Cancel an export",
  description: "Stops a queued or running export and drops what it wrote. A finished one cannot be cancelled: delete it.",
  effect: "update",
  scope: "exports:write",
  cost: 1,
  input: z.strictObject({ export_id: ExportId }),
  output: Export,
  errors: ["NOT_FOUND", "CONFLICT", "PRECONDITION_FAILED"],
  examples: [{ title: "By id", input: { export_id: "exp_01jd0000000000000000000000" } }],
  rest: { method: "post", path: "/exports/{export_id}/cancel" },
  versioned: true,
  handle(ctx, { export_id }) {
    const row = requireExport(ctx.db, export_id);
    checkVersion(ctx, row);
    if (FINISHED.has(row.status)) throw new OperationError("CONFLICT", `This export is ${row.status} already`, { status: row.status });
    ctx.db.run("UPDATE exports SET status = 'cancelled', finished_at = ?, version = version + 1 WHERE id = ?", ctx.now, export_id);
    ctx.cancelJob("export.run", export_id);
    ctx.schedule({ kind: "export.cleanup", key: export_id, run_at_ms: ctx.now, payload: { upload_id: row.upload_id } });
    ctx.schedule({ kind: "exports.dispatch", key: "", run_at_ms: ctx.now });
    const signer = signerOf(ctx);
    const cancelled = toExport(requireExport(ctx.db, export_id), signer);
    ctx.record({ type: "export.cancelled", subject: export_id, before: toExport(row, signer), after: cancelled });
    return cancelled;
  },
});
