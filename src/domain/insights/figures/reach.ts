/** The funnel's steps in their order, and each one's bit in a subset of them (as in `sessions.reached`). */
export const FUNNEL_STEPS = ["view_item", "add_to_cart", "begin_checkout", "purchase"] as const;
export type FunnelStep = (typeof FUNNEL_STEPS)[number];

export const STEP_BIT: Record<FunnelStep, number> = { view_item: 1, add_to_cart: 2, begin_checkout: 4, purchase: 8 };

/** Sessions by what they reached: bit s of `reached` is set when the steps of subset s occurred in order. */
export type Reach = readonly { reached: number; sessions: number }[];

/** Whether a session went through these steps in the funnel's order. */
export function reachedInOrder(reached: number, steps: readonly FunnelStep[]): boolean {
  const subset = steps.reduce((bits, step) => bits | STEP_BIT[step], 0);
  return ((reached >> subset) & 1) === 1;
}

/** Whether each of these steps occurred in the session, in whatever order. */
export function reachedAll(reached: number, steps: readonly FunnelStep[]): boolean {
  return steps.every((step) => reachedInOrder(reached, [step]));
}

export function countSessions(reach: Reach, condition: (reached: number) => boolean): number {
  let total = 0;
  for (const { reached, sessions } of reach) if (condition(reached)) total += sessions;
  return total;
}
