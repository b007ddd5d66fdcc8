import { Z_SIGNIFICANT } from "../insights/figures/chance.ts";
import type { ProductSums } from "../insights/figures/one_product.ts";
import type { UnusualViewsDay } from "../insights/figures/unusual_views.ts";
import { sayChange, sayUnusual, type Finding } from "../insights/findings.ts";
import { counted, percent, twoProportionZ } from "../insights/generated/wording.ts";
import { productLabel } from "../insights/product.ts";
import type { DayRange } from "../insights/range.ts";
import { ratio, relativeChange } from "../insights/ratio.ts";
import type * as z from "zod";
import { dateOfDay } from "../time.ts";
import type { Product } from "./product.ts";
import type { ProductRank } from "./story_figures.ts";
import type { Companion, ProductTrouble } from "./story_parts.ts";

/** Fewer errors or rage clicks are an accident. */
const TROUBLE_MIN = 5;

/** What the findings rest on; money in minor units. */
export interface StoryFacts {
  product: Product;
  now: ProductSums;
  past: ProductSums;
  ranks: readonly ProductRank[];
  companions: readonly Companion[];
  trouble: readonly z.output<typeof ProductTrouble>[];
  /** Strongest first. */
  unusual: readonly UnusualViewsDay[];
  lifetime: { first_day: number; last_day: number } | null;
  range: DayRange;
  currency: string;
}

export function storyFindings(facts: StoryFacts): Finding[] {
  return [
    ...sales(facts),
    ...views(facts),
    ...places(facts),
    ...way(facts),
    ...together(facts),
    ...unusualDay(facts),
    ...troubled(facts),
    ...presence(facts),
  ];
}

function sales({ product, now, past, currency }: StoryFacts): Finding[] {
  if (now.revenue === 0 && past.revenue === 0) return [];
  const revenue = sayChange(`Revenue of ${product.title}`, "money", now.revenue, past.revenue, currency);
  return [{ weight: 95, text: `${revenue.slice(0, -1)}, with ${counted(now.purchases, "order")} against ${past.purchases}.` }];
}

function views({ now, past, currency }: StoryFacts): Finding[] {
  if (now.views === 0 && past.views === 0) return [];
  const change = relativeChange(now.views, past.views);
  return [
    { weight: change === null ? 70 : 50 + 40 * Math.min(1, Math.abs(change)), text: sayChange("Views", "count", now.views, past.views, currency) },
  ];
}

function places({ ranks }: StoryFacts): Finding[] {
  return ranks.flatMap(({ metric, rank, products, previous_rank }): Finding[] => {
    if (rank === null) return [];
    const before = previous_rank === null ? "" : previous_rank === rank ? ", as before" : `, from ${previous_rank}`;
    return [{ weight: metric === "revenue" ? 72 : 48, text: `It ranks ${rank} of ${products} by ${metric}${before}.` }];
  });
}

/** How many views lead to a purchase, and whether that changed by more than chance. */
function way({ now, past }: StoryFacts): Finding[] {
  if (now.views === 0) return [];
  if (now.purchases === 0)
    return [{ weight: 74, text: `It was viewed ${now.views} times and never bought; ${counted(now.carts, "view")} went on to a cart.` }];
  const [rate, before] = [now.purchases / now.views, ratio(past.purchases, past.views)];
  const z = twoProportionZ(Math.min(now.purchases, now.views), now.views, Math.min(past.purchases, past.views), past.views);
  const changed = before !== null && z !== null && Math.abs(z) >= Z_SIGNIFICANT;
  const text = `For 100 views there were ${tenth(100 * (now.carts / now.views))} carts and ${tenth(100 * rate)} purchases${changed ? `, against ${tenth(100 * before)} purchases before` : ""}.`;
  return [{ weight: changed ? 76 : 46, text }];
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

function together({ companions }: StoryFacts): Finding[] {
  const best = companions.find(({ lift }) => lift !== null && lift > 1);
  if (!best || best.confidence === null) return [];
  const text = `It interests together with ${productLabel(best.product)}: ${counted(best.sessions, "session")} touched both, ${percent(best.confidence)} of its own.`;
  return [{ weight: 44, text }];
}

function unusualDay({ unusual, currency }: StoryFacts): Finding[] {
  return unusual
    .slice(0, 1)
    .filter(({ may_be_chance }) => !may_be_chance)
    .map((day) => ({ weight: 60, text: sayUnusual("views", "count", day, currency) }));
}

/** What goes wrong with it often enough to matter. */
function troubled({ trouble, now }: StoryFacts): Finding[] {
  return trouble
    .filter(({ occurrences }) => occurrences >= TROUBLE_MIN)
    .map(({ type, occurrences, previous }) => ({
      weight: occurrences > 2 * previous ? 96 : 58,
      text: `${occurrences} ${type} came with ${counted(now.views, "view")} of it, against ${previous} ${type} before.`,
    }));
}

function presence({ product, lifetime, range }: StoryFacts): Finding[] {
  if (lifetime === null) return [{ weight: 98, text: `${product.title} was never viewed, put into a cart or bought.` }];
  const { first_day, last_day } = lifetime;
  if (first_day >= range.from_day && first_day <= range.to_day)
    return [{ weight: 85, text: `It was first seen in this range, on ${dateOfDay(first_day)}.` }];
  if (last_day < range.from_day) return [{ weight: 98, text: `It was last seen on ${dateOfDay(last_day)}, before this range.` }];
  return [];
}
