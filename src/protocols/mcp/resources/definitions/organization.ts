import { getOrganization } from "../../../../domain/organizations/get.ts";
import { effectiveLimits } from "../../../../domain/tiers.ts";
import { lastFullWeek, todayOf } from "../../../../domain/insights/calendar.ts";
import type { McpResource } from "../resource.ts";
import { run } from "../run.ts";

export const organizationResource: McpResource = {
  uri: "crow://organization",
  name: "organization",
  title: "Organization",
  description:
    "Whose data this is: name, time zone in which its days begin, currency of its figures, retention, settings and rate limits, with today's date and the last full week there. Read it before working with dates or money.",
  mimeType: "application/json",
  scopes: ["organizations:read"],
  operations: [getOrganization.name],
  topic: () => "organization",
  more: "Call organizations_get.",
  read({ host }) {
    const organization = run(host, getOrganization, { organization_id: host.organization.id });
    return {
      ...organization,
      today: todayOf(host),
      last_full_week: lastFullWeek(host),
      limits_of_each_credential: effectiveLimits(organization.tier, organization.rate_limit),
      this_credential: { minute: host.limit?.minute ?? null, day: host.limit?.day ?? null },
    };
  },
};
