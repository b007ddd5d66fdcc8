import { definePrompt } from "./define.ts";
import { rangeArguments, spanOf } from "./range.ts";
import { CARE, form, say, setting, steps, tools } from "./wording.ts";

export const funnelDiagnosisPrompt = definePrompt({
  name: "funnel_diagnosis",
  title: "Funnel diagnosis",
  description: "Finds the step between product view and purchase where customers are lost, why, and what it is worth to mend it.",
  arguments: rangeArguments,
  embeds: ["crow://insights/{date_from}/{date_to}/funnel"],
  messages(context, given) {
    const { date_from, date_to } = spanOf(context.host, given);
    return [
      say(
        setting(context),
        `Find where customers are lost between seeing a product and buying it, from ${date_from} to ${date_to}, why they are, and what mending it would be worth. The document that follows has the steps, carts by source, and friction, each beside the range before.`,
      ),
      context.embed(`crow://insights/${date_from}/${date_to}/funnel`),
      say(
        steps(
          "Check that every step is tracked: a step with no sessions, or with more than the one before it could give, is a tracking fault and ends the diagnosis there.",
          "Find the step that loses most sessions, and the step that got worse most against the range before. They may be different ones: say both.",
          "Look whether it is one source, one device's pages or a few products that lose more than the others.",
          "Set friction beside it: errors, rage clicks and slow pages that rose in the same days.",
          "Reckon what it is worth: sessions that reached the step × the rate of the range before (or of the best source) × the later steps' rates × average order value, and what it is now. Show the sum.",
        ),
        tools(
          context,
          ["insights.cart_abandonment", "carts that are lost before and in the checkout, in other days"],
          ["insights.viewed_not_bought", "products that are seen often and never bought"],
          ["insights.timeseries", "conversion_rate or cart_abandonment_rate by day, split by source or campaign: when did it begin"],
          ["insights.friction", "friction in other days"],
          ["insights.movers", "friction signals, products or sources that moved (dimension)"],
          ["interactions.list", "errors of those days themselves (filter type error or api_error)"],
        ),
        CARE,
        form(
          "One sentence: the step, its rate now and before, the sessions lost there",
          "A table of the steps with both ranges",
          "**Likely causes**, the best supported first, each with its figure and how to check it",
          "**What to do**, with the orders and revenue it could bring and the sum behind that",
        ),
      ),
    ];
  },
});
