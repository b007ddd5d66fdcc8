import * as z from "zod";
import { DOWNLOAD_HOURS, ExportFormat } from "../../../domain/exports/export.ts";
import { oneOf } from "../completion/completer.ts";
import { oneLine } from "../../reports/markdown.ts";
import { definePrompt } from "./define.ts";
import { CARE, form, say, setting, steps, tools } from "./wording.ts";

const GOAL_LENGTH_MAX = 500;

export const exportPlanningPrompt = definePrompt({
  name: "export_planning",
  title: "Plan an export",
  description: "Turns what somebody needs the data for into the right export: source, days, filter, columns, format; then starts it once they agree.",
  arguments: [
    {
      name: "goal",
      title: "What the file is for",
      description: "In your own words, such as: load last quarter's orders into our warehouse",
      required: true,
      schema: z.string().trim().min(1).max(GOAL_LENGTH_MAX),
      expected: `text of 1 to ${GOAL_LENGTH_MAX} characters`,
      completer: null,
    },
    {
      name: "format",
      title: "Format",
      description: `One of: ${ExportFormat.options.join(", ")}; left out: whichever suits the goal`,
      schema: ExportFormat,
      expected: `one of: ${ExportFormat.options.join(", ")}`,
      completer: oneOf(ExportFormat.options),
    },
  ],
  embeds: ["crow://schema/exports"],
  messages(context, { goal, format }) {
    const wanted = format === undefined ? "" : ` They want it as ${format}.`;
    return [
      say(
        setting(context),
        `Plan an export for this, in the person's words: "${oneLine(goal!, GOAL_LENGTH_MAX)}".${wanted} The document that follows says what can be exported.`,
      ),
      context.embed("crow://schema/exports"),
      say(
        steps(
          "Decide whether a file is the answer at all: a question about figures is answered by an insight at once, a few rows by a list.",
          "Choose the source: interactions for single events and orders, products for the catalog, insights for one row of figures a day.",
          "Choose days and filter as narrow as the goal allows, and only the columns it needs: leave out visitor_id, user_id, context and properties unless they are what it is about.",
          "Choose the format: Parquet for a warehouse, CSV for a spreadsheet (up to a million rows), NDJSON for programs, JSON for small ones; gzip where it goes over a network.",
          `Estimate the rows from a count of the same days, show the call you would make, and wait until the person agrees. Then start it, follow crow://exports/{export_id}, and hand over the download_url, which works for ${DOWNLOAD_HOURS} hours.`,
        ),
        tools(
          context,
          ["insights.summary", "how many interactions, orders and products those days have"],
          ["interactions.list", "a few rows under the same filter, to see that it means what you think"],
          ["exports.list", "whether the same file was made already"],
          ["exports.create", "start it"],
          ["exports.get", "how far it is, and the download_url"],
        ),
        CARE,
        form(
          "One sentence: what file, which days, about how many rows",
          "The input of exports.create as JSON",
          "What was left out and why; anything in it that names a person",
          "One question, only if the goal can be understood in two ways",
        ),
      ),
    ];
  },
});
