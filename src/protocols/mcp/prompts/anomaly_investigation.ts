import * as z from "zod";
import { ANOMALY_METRICS } from "../../../domain/insights/figures/anomalies.ts";
import { addDays, todayOf } from "../../../domain/insights/calendar.ts";
import { oneOf } from "../completion/completer.ts";
import { pastDay } from "../completion/dates.ts";
import { words } from "../../reports/markdown.ts";
import { Day, DAY_EXPECTED } from "../day.ts";
import { definePrompt } from "./define.ts";
import { CARE, form, say, setting, steps, tools } from "./wording.ts";

const DAYS_AROUND = 27;

export const anomalyInvestigationPrompt = definePrompt({
  name: "anomaly_investigation",
  title: "Investigate an unusual day",
  description: "Explains a day whose figures do not fit: tracking fault, campaign, product, outage or chance.",
  arguments: [
    {
      name: "date",
      title: "The day",
      description: "YYYY-MM-DD; left out: the strongest unusual day of the last four weeks",
      schema: Day,
      expected: DAY_EXPECTED,
      completer: pastDay,
    },
    {
      name: "metric",
      title: "Figure",
      description: `One of: ${ANOMALY_METRICS.join(", ")}; left out: whichever stands out`,
      schema: z.enum(ANOMALY_METRICS),
      expected: `one of: ${ANOMALY_METRICS.join(", ")}`,
      completer: oneOf(ANOMALY_METRICS),
    },
  ],
  embeds: ["crow://insights/{date_from}/{date_to}/anomalies"],
  messages(context, { date, metric }) {
    const yesterday = addDays(todayOf(context.host), -1);
    const date_to = date ?? yesterday;
    const date_from = addDays(date_to, -DAYS_AROUND);
    const day = date === undefined ? "the strongest unusual day below that chance does not explain" : date;
    const week_before = date === undefined ? "the same weekday a week earlier" : addDays(date, -7);
    return [
      say(
        setting(context),
        `Explain ${day}${metric === undefined ? "" : `, as to ${words(metric)}`}: what was unusual, whether it is real, and where it came from. The document that follows lists the unusual days from ${date_from} to ${date_to}, each judged against its own weekday.`,
      ),
      context.embed(`crow://insights/${date_from}/${date_to}/anomalies`),
      say(
        steps(
          "If the day is not listed, or none is unlikely by chance, say that its figures lie within what its weekday usually has, and stop unless the person knows better.",
          "See which figures moved together. Interactions without sessions is tracking; sessions without orders is traffic of another kind; orders without revenue is price or currency; all of them is demand or an outage.",
          `Compare the day with ${week_before} alone: which source, campaign, event and product made the difference.`,
          "Look at the hours: an edge in the middle of a day is a deploy, an outage or a campaign's start; a day that is high throughout is demand.",
          "Look whether the day before or after makes up for it (late events, a moved promotion), and whether an event type vanished or appeared.",
        ),
        tools(
          context,
          ["insights.changes", `one day against another: date_from and date_to the day, compare_from and compare_to ${week_before}`],
          ["insights.movers", "which products, sources, campaigns or events made the difference"],
          ["insights.timeseries", "that day by hour (interval hour), split by event or source"],
          ["interactions.list", "the day's interactions themselves, by type"],
          ["audit.list", "whether something was changed in the organization that day"],
        ),
        CARE,
        form(
          "One sentence: the day, the figure, observed against expected, and the verdict (real, tracking, or chance)",
          "The evidence in three to five bullets, each with its figure",
          "What speaks against the verdict",
          "What to do now, and how to be told earlier next time",
        ),
      ),
    ];
  },
});
