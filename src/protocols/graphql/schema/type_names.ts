/** Types that are called otherwise than their schema, or than the place that has them first. */
export const RENAMED_TYPES: Readonly<Record<string, string>> = {
  Export: "ExportJob",
  DateRange: "Period",
  OrganizationTier: "Tier",
  OrganizationRateLimit: "RateLimitOverride",
  ApiKeyScope: "Scope",
  MemberRole: "Role",
  MetricComparisonMetric: "Metric",
  FunnelStepStep: "FunnelStepName",
  FrictionSignalSignal: "FrictionSignalName",
  TimeseriesInsightInterval: "TimeseriesInterval",
  TimeseriesInsightDimension: "TimeseriesDimension",
  BatchUpsertProductsResultResult: "BatchUpsertItem",
  BatchUpsertItemResult: "BatchUpsertOutcome",
  IngestResultResult: "IngestItem",
  IngestItemErrorCode: "ErrorCode",
  EventsResult: "EventPage",
  UsageReportUsage: "UsageEntry",
  UsageReportLimitMinute: "RateLimitWindow",
  InsightsSummaryTimeseriesInterval: "SummaryInterval",
  ProductComparisonMetric: "ProductMetric",
  ProductFunnelStepStep: "ProductFunnelStepName",
  ProductStoryTimeseriesInterval: "ProductStoryInterval",
  UnusualProductDayDirection: "AnomalyDirection",
  UnusualDayMetric: "AnomalyMetric",
  RevenuePartFactor: "RevenueFactor",
  DimensionDriversDimension: "ChangeDimension",
  DimensionDriversMetric: "ChangeMetric",
  ChangeDriverPresence: "ChangePresence",
  MoversInsightDirection: "ChangeDirection",
};

/** The name of the type that stands for a schema with this id, or for an unnamed one at this place. */
export function typeNameOf(name: string): string {
  return RENAMED_TYPES[name] ?? name;
}
