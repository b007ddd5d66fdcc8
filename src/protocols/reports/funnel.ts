import type * as z from "zod";
import type { cartAbandonmentInsight } from "../../domain/insights/cart_abandonment.ts";
import type { frictionInsight } from "../../domain/insights/friction.ts";
import type { funnelInsight } from "../../domain/insights/funnel.ts";
import { change, count, join, percent, table, words } from "./markdown.ts";
import { keyName } from "./key_name.ts";
import { reportHeader } from "./header.ts";

interface FunnelFacts {
  funnel: z.output<typeof funnelInsight.output>;
  carts: z.output<typeof cartAbandonmentInsight.output>;
  friction: z.output<typeof frictionInsight.output>;
}

type Funnels = Pick<FunnelFacts["funnel"], "sessions" | "steps">;

/** Where sessions are lost, now and before. */
export function funnelReport({ funnel, carts, friction }: FunnelFacts): string {
  return join(
    reportHeader("From view to purchase", carts),
    sessionCounts(funnel),
    `## Steps\n\n${stepsTable(funnel)}`,
    valuesTable(funnel, "campaign"),
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

/** The funnel alone. */
export function funnelStepsReport(funnel: FunnelFacts["funnel"]): string {
  return join(reportHeader("From step to step", funnel), sessionCounts(funnel), stepsTable(funnel), valuesTable(funnel, "value"));
}

function sessionCounts({ sessions, previous }: FunnelFacts["funnel"]): string {
  return `${count(sessions)} sessions, ${count(previous.sessions)} before.`;
}

function stepsTable({ steps, previous }: FunnelFacts["funnel"]): string {
  return table(
    ["step", "sessions", "before", "went on from the step before", "before", "lost here", "of the first step"],
    steps.map((step, index) => {
      const before = previous.steps[index]!;
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
  );
}

/** Nothing where no session came with a campaign's name. */
function valuesTable({ values, others, steps }: FunnelFacts["funnel"], split_by: string): string | null {
  if (values.every(({ key }) => key === null)) return null;
  const row = (name: string, now: Funnels, past: Funnels): string[] => [
    name,
    count(now.sessions),
    ...now.steps.map(({ sessions }, index) => `${count(sessions)} (${count(past.steps[index]!.sessions)})`),
  ];
  return `## By ${split_by}, before in brackets\n\n${table(
    [split_by, "sessions", ...steps.map(({ step }) => step)],
    [
      ...values.map((value) => row(keyName("campaign", value.key), value, value.previous)),
      ...(others === null ? [] : [row(`${others.values} others`, others, others.previous)]),
    ],
  )}`;
}

function decimal(value: number | null): string {
  return value === null ? "–" : value.toFixed(2);
}
