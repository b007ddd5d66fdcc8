import { anomalyInvestigationPrompt } from "./anomaly_investigation.ts";
import { catalogCleanupPrompt } from "./catalog_cleanup.ts";
import { exportPlanningPrompt } from "./export_planning.ts";
import { funnelDiagnosisPrompt } from "./funnel_diagnosis.ts";
import { productDeepDivePrompt } from "./product_deep_dive.ts";
import type { McpPrompt } from "./prompt.ts";
import { trackingCheckPrompt } from "./tracking_check.ts";
import { weeklyReportPrompt } from "./weekly_report.ts";
import { whatChangedPrompt } from "./what_changed.ts";

/** Every prompt there is. */
export const PROMPTS: readonly McpPrompt[] = [
  weeklyReportPrompt,
  whatChangedPrompt,
  funnelDiagnosisPrompt,
  productDeepDivePrompt,
  anomalyInvestigationPrompt,
  trackingCheckPrompt,
  catalogCleanupPrompt,
  exportPlanningPrompt,
];

export const PROMPTS_BY_NAME: ReadonlyMap<string, McpPrompt> = new Map(PROMPTS.map((prompt) => [prompt.name, prompt]));
