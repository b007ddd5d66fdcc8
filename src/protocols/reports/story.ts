import type * as z from "zod";
import type { productStory } from "../../domain/products/story.ts";
import { kindOfProductMetric } from "../../domain/products/story_figures.ts";
import { change, count, figureOf, join, money, percent, plain, table, words } from "./markdown.ts";
import { reportHeader } from "./header.ts";
import { productKey, productName } from "./product_name.ts";

type Story = z.output<typeof productStory.output>;

const SENTENCE_MAX = 600;

/** One product's figures and what they say. */
export function storyReport(story: Story): string {
  const { product } = story;
  return join(
    reportHeader(`${plain(product.title)} (${product.product_id})`, story),
    story.first_seen === null ? "No customer has met it yet." : `Customers met it first on ${story.first_seen} and last on ${story.last_seen}.`,
    story.findings.map((finding) => `- ${plain(finding, SENTENCE_MAX)}`).join("\n"),
    `## Figures\n\n${table(
      ["figure", "now", "before", "change"],
      story.metrics.map(({ metric, current, previous, change: moved }) => {
        const kind = kindOfProductMetric(metric);
        return [words(metric), figureOf(kind, current), figureOf(kind, previous), change(moved)];
      }),
    )}`,
    `## Rank among the products\n\n${table(
      ["by", "rank", "of", "rank before", "of"],
      story.ranks.map((rank) => [rank.metric, place(rank.rank), count(rank.products), place(rank.previous_rank), count(rank.previous_products)]),
    )}`,
    `## From view to purchase\n\n${table(
      ["step", "events", "of the step before", "of the views"],
      story.funnel.map((step) => [step.step, count(step.events), percent(step.rate_from_previous), percent(step.rate_from_first)]),
    )}`,
    `## Met together with\n\n${table(
      ["product", "id", "sessions with both", "share of its sessions", "lift"],
      story.bought_with.map(({ product: other, sessions, confidence, lift }) => [
        productName(other),
        productKey(other),
        count(sessions),
        percent(confidence),
        lift === null ? "–" : lift.toFixed(1),
      ]),
    )}`,
    `## Unusual days\n\n${table(
      ["day", "direction", "views", "expected"],
      story.unusual_days.map((day) => [day.date, day.direction, figureOf("count", day.observed), figureOf("count", day.expected)]),
    )}`,
    `## By ${story.timeseries_interval}\n\n${table(
      ["from", "views", "carts", "orders", "revenue"],
      story.timeseries.map((point) => [point.date, count(point.views), count(point.carts), count(point.purchases), money(point.revenue)]),
    )}`,
    story.recent_interactions === undefined
      ? null
      : `## Latest interactions\n\n${table(
          ["when", "event", "source", "value", "id"],
          story.recent_interactions.map((interaction) => [
            interaction.occurred_at,
            plain(interaction.type),
            interaction.source_type,
            money(interaction.value),
            interaction.id,
          ]),
        )}`,
  );
}

function place(rank: number | null): string {
  return rank === null ? "–" : String(rank);
}
