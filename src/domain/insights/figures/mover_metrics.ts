/** What a change can be split by, and the figures that can be: those that add up. The first is the one that says most. */
export const MOVER_METRICS = {
  product: ["revenue", "views", "carts", "purchases", "quantity"],
  source: ["revenue", "orders", "sessions", "interactions"],
  campaign: ["revenue", "orders", "sessions", "interactions"],
  event: ["interactions"],
  friction: ["occurrences"],
} as const;
export type MoverDimension = keyof typeof MOVER_METRICS;
export type MoverMetric = (typeof MOVER_METRICS)[MoverDimension][number];
export const MOVER_DIMENSIONS = Object.keys(MOVER_METRICS) as [MoverDimension, ...MoverDimension[]];
