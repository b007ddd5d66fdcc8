import { definePrompt } from "./define.ts";
import { rangeArguments, spanOf } from "./range.ts";
import { CARE, form, say, setting, steps, tools } from "./wording.ts";

export const trackingCheckPrompt = definePrompt({
  name: "tracking_check",
  title: "Check the tracking",
  description: "Finds events that are missing, odd or incomplete, says which figures they spoil, and what developers have to change.",
  arguments: rangeArguments,
  embeds: ["crow://insights/{date_from}/{date_to}/tracking"],
  messages(context, given) {
    const { date_from, date_to } = spanOf(context.host, given);
    return [
      say(
        setting(context),
        `Check whether the events from ${date_from} to ${date_to} can be trusted: what is missing, odd or incomplete, which figures that spoils, and what the developers have to change. The document that follows is what came; what should come is at crow://schema/interactions.`,
      ),
      context.embed(`crow://insights/${date_from}/${date_to}/tracking`),
      {
        role: "user",
        content: {
          type: "resource_link",
          uri: "crow://schema/interactions",
          name: "interactions_schema",
          title: "What interactions look like",
          description: "Every event type with its meaning, and the JSON Schema",
          mimeType: "application/json",
        },
      },
      say(
        steps(
          "Begin with what funnel, conversion and revenue are made of: view_item, add_to_cart, begin_checkout, purchase. Each needs items; a purchase needs transaction_id and a value.",
          "Look for numbers that cannot be: more purchases than checkouts, carts without views, a type that fell to nothing or doubled while the others stayed, days without a type that comes every day. Totals hide a part that stopped: look at orders and checkouts of each campaign and source, and at what the document says went silent.",
          "Look for custom: events that are a known type under another name, and for two names of one thing.",
          "Look at identity: interactions without visitor and session make every visitor a new one.",
          "For each fault look at a few interactions of it before you call it one, and say since when.",
        ),
        tools(
          context,
          ["interactions.list", "samples of one type (filter type, date_from, date_to)"],
          ["insights.tracking", "what went silent, in other days"],
          [
            "insights.timeseries",
            "metric orders with dimension campaign: whose purchases stopped, since when; one type by hour or day: metric interactions, dimension event",
          ],
          ["insights.funnel", "what the fault does to the funnel"],
          ["webhooks.list", "whether other systems get these events too"],
        ),
        CARE,
        form(
          "One sentence: can the figures of these days be trusted, and which not",
          "A table of faults: event, what is wrong, share or number, since when, figures it spoils; the worst first",
          "For each fault what to change, with the event as it should be sent, as JSON",
          "What is in order, in one line",
        ),
      ),
    ];
  },
});
