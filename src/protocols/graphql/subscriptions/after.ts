import * as z from "zod";
import type { Argument, Arguments } from "../schema/arguments.ts";

const After = z.string().optional().describe("`extensions.sequence` of the last answer you saw: goes on right after it. Default from now on");

/** The argument by which an interrupted subscription goes on. */
export function afterArgument(make: Arguments): Argument {
  return make.single("after", After, "");
}

export function readAfter(args: Record<string, unknown>): string | null {
  return typeof args.after === "string" ? args.after : null;
}
