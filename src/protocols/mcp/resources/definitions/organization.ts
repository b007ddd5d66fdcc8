import { lastFullWeek, todayOf } from "../../../../domain/insights/calendar.ts";
import { getOrganization } from "../../../../domain/organizations/get.ts";
import { effectiveLimits } from "../../../../domain/tiers.ts";
import { mayRun } from "../../operations_in_view.ts";
import type { McpResource } from "../resource.ts";

export const organizationResource: McpResource = {
  uri: "crow://organization",
  name: "organization",
  title: "Organization",
  description:
    "Whose data this is: today's date and the last full week there, time zone in which its days begin, currency of its figures; for those who may read the organization also name, retention, settings and rate limits. Read it before working with dates or money.",
  mimeType: "application/json",
  scopes: [],
  operations: [],
  topic: () => "organization",
  more: "Call organizations_get.",
  /** What dates and amounts mean is everybody's to know; the rest is what the operation would answer. */
  read({ host, view }) {
    const { organization, principal, limit } = host;
    const facts = { today: todayOf(host), last_full_week: lastFullWeek(host), time_zone: organization.time_zone, currency: organization.currency };
    const this_credential = { minute: limit?.minute ?? null, day: limit?.day ?? null };
    if (!mayRun(getOrganization, principal, view)) return { ...facts, this_credential };
    return { ...organization, ...facts, limits_of_each_credential: effectiveLimits(organization.tier, organization.rate_limit), this_credential };
  },
};
