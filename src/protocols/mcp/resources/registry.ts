import { catalogQualityResource } from "./definitions/catalog_quality.ts";
import { exportResource } from "./definitions/export.ts";
import { insightsAnomaliesResource } from "./definitions/insights_anomalies.ts";
import { insightsChangesResource } from "./definitions/insights_changes.ts";
import { insightsDataResource } from "./definitions/insights_data.ts";
import { insightsFunnelResource } from "./definitions/insights_funnel.ts";
import { latestInsightsResource } from "./definitions/insights_latest.ts";
import { insightsReportResource } from "./definitions/insights_report.ts";
import { insightsTrackingResource } from "./definitions/insights_tracking.ts";
import { interactionResource } from "./definitions/interaction.ts";
import { organizationResource } from "./definitions/organization.ts";
import { productResource } from "./definitions/product.ts";
import { productStoryResource } from "./definitions/product_story.ts";
import { exportSchemaResource } from "./definitions/schema_exports.ts";
import { interactionSchemaResource } from "./definitions/schema_interactions.ts";
import { operationSchemaResource } from "./definitions/schema_operations.ts";
import type { McpResource, UriVariables } from "./resource.ts";
import { judgeVariables, matchTemplate, parseUri, variablesOf, type UriProblem } from "./uri.ts";

/** Everything there is to read; what is not here does not exist as a resource. */
export const RESOURCES: readonly McpResource[] = [
  organizationResource,
  latestInsightsResource,
  catalogQualityResource,
  interactionSchemaResource,
  operationSchemaResource,
  exportSchemaResource,
  insightsReportResource,
  insightsDataResource,
  insightsChangesResource,
  insightsFunnelResource,
  insightsAnomaliesResource,
  insightsTrackingResource,
  productResource,
  productStoryResource,
  interactionResource,
  exportResource,
];

export const FIXED_RESOURCES: readonly McpResource[] = RESOURCES.filter(({ uri }) => variablesOf(uri).length === 0);
export const RESOURCE_TEMPLATES: readonly McpResource[] = RESOURCES.filter(({ uri }) => variablesOf(uri).length > 0);

export interface LocatedResource {
  resource: McpResource;
  variables: UriVariables;
}

/** The resource behind a URI, what is wrong with the URI, or null where there is no such kind. Literal segments go before variables. */
export function locateResource(uri: string): LocatedResource | { problem: UriProblem } | null {
  const segments = parseUri(uri);
  if (segments === null) return null;
  if ("field" in segments) return { problem: segments };
  for (const resource of [...FIXED_RESOURCES, ...RESOURCE_TEMPLATES]) {
    const variables = matchTemplate(resource.uri, segments);
    if (variables === null) continue;
    const problem = judgeVariables(variables);
    return problem === null ? { resource, variables } : { problem };
  }
  return null;
}
