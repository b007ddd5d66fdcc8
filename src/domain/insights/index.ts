import { anomaliesInsight } from "./anomalies.ts";
import { cartAbandonmentInsight } from "./cart_abandonment.ts";
import { changesInsight } from "./changes.ts";
import { comparisonInsight } from "./comparison.ts";
import { frictionInsight } from "./friction.ts";
import { funnelInsight } from "./funnel.ts";
import { listInsights } from "./list.ts";
import { moversInsight } from "./movers.ts";
import { productAffinityInsight } from "./product_affinity.ts";
import { productsInsight } from "./products.ts";
import { retentionInsight } from "./retention.ts";
import { revenueInsight } from "./revenue.ts";
import { insightsSummary } from "./summary.ts";
import { timeseriesInsight } from "./timeseries.ts";
import { trackingInsight } from "./tracking.ts";
import { viewedNotBoughtInsight } from "./viewed_not_bought.ts";

export const operations = [
  insightsSummary,
  funnelInsight,
  revenueInsight,
  productsInsight,
  comparisonInsight,
  changesInsight,
  moversInsight,
  cartAbandonmentInsight,
  timeseriesInsight,
  viewedNotBoughtInsight,
  anomaliesInsight,
  trackingInsight,
  frictionInsight,
  productAffinityInsight,
  retentionInsight,
  listInsights,
];
