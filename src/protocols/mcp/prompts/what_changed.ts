import * as z from "zod";
import { METRICS } from "../../../domain/insights/metrics.ts";
import { oneOf } from "../completion/completer.ts";
import { words } from "../../reports/markdown.ts";
import { definePrompt } from "./define.ts";
import { rangeArguments, spanOf } from "./range.ts";
import { CARE, form, say, setting, steps, tools } from "./wording.ts";

export const whatChangedPrompt = definePrompt({
  name: "what_changed",
  title: "What changed, and why",
  description: "Explains how a range of days differs from the equally long range before it, and what the difference comes from.",
  arguments: [
    ...rangeArguments,
    {
      name: "metric",
      title: "Figure to explain",
      description: `One of: ${METRICS.join(", ")}; left out: whichever changed most`,
      schema: z.enum(METRICS),
      expected: `one of: ${METRICS.join(", ")}`,
      completer: oneOf(METRICS),
    },
  ],
  embeds: ["crow://insights/{date_from}/{date_to}/changes"],
  messages(context, given) {
    const { date_from, date_to } = spanOf(context.host, given);
    const about = given.metric === undefined ? "Find the change that matters most to the business" : `Explain the change in ${words(given.metric)}`;
    return [
      say(
        setting(context),
        `${about}, from ${date_from} to ${date_to} against the equally long range before, and say why. The document that follows has the key figures of both ranges, what the revenue's change is made of, and what moved in each dimension.`,
      ),
      context.embed(`crow://insights/${date_from}/${date_to}/changes`),
      say(
        steps(
          "Check that the ranges can be compared: the same weekdays, both with data on all days, neither with today in it.",
          "Decide whether the change is more than the usual up and down: a rate from few sessions, or a total that hangs on one order, is not.",
          "Split it. Revenue is sessions × orders per session × order value less refunds; a conversion rate moves by itself or because the mix of sources moved.",
          "Follow the largest part into the dimension where it is concentrated, and one level deeper: the source's campaigns, the product's views, carts and orders.",
          "Name two other explanations and the figure that speaks for or against each. Events that changed in number all at once are often tracking, not customers.",
        ),
        tools(
          context,
          ["insights.movers", "who moved most in one dimension, up or down, with more than what is above"],
          ["insights.changes", "another comparison, such as the same weeks of last year"],
          ["insights.funnel", "whether a step of the purchase got worse"],
          ["insights.anomalies", "single days that stand out, with their baseline"],
          ["products.story", "one product's own way through both ranges"],
          ["interactions.list", "a few of the interactions themselves, to see what they say"],
        ),
        CARE,
        form(
          "The answer in one or two sentences, with the figure now, before and the difference",
          "A table of what the difference is made of, adding up to it",
          "**Why**: the explanation that the figures carry, then the ones they do not, each with its figure",
          "How sure this is, and which figure or question would settle it",
        ),
      ),
    ];
  },
});
