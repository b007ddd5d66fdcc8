import { lastFullWeek, weekOf } from "../../../domain/insights/calendar.ts";
import { pastDay } from "../completion/dates.ts";
import { Day, DAY_EXPECTED } from "../day.ts";
import { definePrompt } from "./define.ts";
import { CARE, form, say, setting, steps, tools } from "./wording.ts";

export const weeklyReportPrompt = definePrompt({
  name: "weekly_report",
  title: "Weekly report",
  description: "A report of one week for people who run the business: what happened, what changed, what to do.",
  arguments: [
    {
      name: "week_of",
      title: "A day of the week",
      description: "Any day of the week to report, YYYY-MM-DD; left out: the last full week (Monday to Sunday)",
      schema: Day,
      expected: DAY_EXPECTED,
      completer: pastDay,
    },
  ],
  embeds: ["crow://insights/{date_from}/{date_to}/changes", "crow://insights/{date_from}/{date_to}"],
  messages(context, { week_of }) {
    const { date_from, date_to } = week_of === undefined ? lastFullWeek(context.host) : weekOf(week_of);
    return [
      say(
        setting(context),
        `Write the report of the week from ${date_from} to ${date_to} for people who have three minutes. They want to know how the week went against the one before, why, and what to do next. The two documents that follow are the data of now: first what changed and what the change is made of, then the week itself.`,
      ),
      context.embed(`crow://insights/${date_from}/${date_to}/changes`),
      context.embed(`crow://insights/${date_from}/${date_to}`),
      say(
        steps(
          "Look at the coverage first: if days lack data, or the week is not over, say so before anything else and do not call a shorter week a fall.",
          "Take revenue apart: sessions, orders per session, order value, refunds. The larger part is the story; the others are a subordinate clause.",
          "Find where that part comes from: source, campaign, product. One that explains most of it is named; where many share it, say that it is broad.",
          "Look at the days: one unusual day is told apart from a change that held all week.",
          "Choose at most three things to do, each following from a figure, with what should be seen next week if it works.",
        ),
        tools(
          context,
          ["insights.movers", "more products, sources or campaigns that moved, up or down"],
          ["insights.changes", "the same week against another one, such as last year's (compare_from, compare_to)"],
          ["products.story", "what happened to one product"],
          ["insights.timeseries", "a figure by day or hour, split by source or campaign"],
        ),
        CARE,
        form(
          "One headline sentence with the figure that matters most",
          "A table of five to eight key figures: this week, the week before, change",
          "**What happened**: three to five bullets, the weightiest first",
          "**Why**: what the change is made of and where it comes from, supposition marked as such",
          "**What to do**: at most three, each with its figure and how to tell that it worked",
          "One line on what the data cannot say",
        ),
      ),
    ];
  },
});
