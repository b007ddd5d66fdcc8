/** The funnel's steps in their order, as bits. */
const STEP_BITS: Readonly<Record<string, number>> = { view_item: 1, add_to_cart: 2, begin_checkout: 4, purchase: 8 };
export const FUNNEL_TYPES = Object.keys(STEP_BITS);

/** Before anything happened: only the empty subset of steps is reached. */
export const NOTHING_REACHED = 1;

/**
 * A session's funnel state after one more event, in order of time. Bit s of the mask is set when the subset s of steps occurred in the funnel's
 * order, for all 16 subsets at once, so that any funnel over these steps can be read from counts by mask.
 */
export function advance(reached: number, type: string): number {
  const step = STEP_BITS[type];
  if (step === undefined) return reached;
  let next = reached;
  // A subset can be extended by this step when all of its steps come earlier in the funnel: exactly the subsets below the step's bit.
  for (let subset = 0; subset < step; subset++) {
    if (reached & (1 << subset)) next |= 1 << (subset | step);
  }
  return next;
}
