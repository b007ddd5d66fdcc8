import type * as z from "zod";
import type { cartAbandonmentInsight } from "../../domain/insights/cart_abandonment.ts";
import type { frictionInsight } from "../../domain/insights/friction.ts";
import type { funnelInsight } from "../../domain/insights/funnel.ts";
import { change, count, join, percent, table, words } from "./markdown.ts";
import { reportHeader } from "./header.ts";

interface FunnelFacts {
  funnel: z.output<typeof funnelInsight.output>;
  funnel_before: z.output<typeof funnelInsight.output>;
  carts: z.output<typeof cartAbandonmentInsight.output>;
  friction: z.output<typeof frictionInsight.output>;
}

/** Where sessions are lost, now and before. */
export function funnelReport({ funnel, funnel_before, carts, friction }: FunnelFacts): string {
  return join(
    reportHeader("From view to purchase", carts),
    `${count(funnel.sessions)} sessions, ${count(funnel_before.sessions)} before.`,
    `## Steps\n\n${table(
      ["step", "sessions", "before", "went on from the step before", "before", "lost here", "of all viewers"],
      funnel.steps.map((step, index) => {
        const before = funnel_before.steps[index]!;
        return [
          step.step,
          count(step.sessions),
          count(before.sessions),
          percent(step.rate_from_previous),
          percent(before.rate_from_previous),
          count(step.dropped),
          percent(step.rate_from_first),
        ];
      }),
    )}`,
    `## Carts\n\n${percent(carts.abandonment_rate.value)} of ${count(carts.cart_sessions)} carts were abandoned (${percent(carts.abandonment_rate.previous)} before): ${count(carts.abandoned_before_checkout)} before the checkout began, ${count(carts.abandoned_in_checkout)} in it.`,
    table(
      ["source", "carts", "abandoned", "rate"],
      carts.by_source.map((source) => [
        source.source_type,
        count(source.cart_sessions),
        count(source.abandoned_sessions),
        percent(source.abandonment_rate),
      ]),
    ),
    `## Friction\n\n${table(
      ["signal", "occurrences", "per 100 sessions", "before", "change"],
      friction.signals.map(({ signal, occurrences, per_100_sessions: rate }) => [
        words(signal),
        count(occurrences),
        decimal(rate.value),
        decimal(rate.previous),
        change(rate.change),
      ]),
    )}`,
  );
}

function decimal(value: number | null): string {
  return value === null ? "–" : value.toFixed(2);
}
