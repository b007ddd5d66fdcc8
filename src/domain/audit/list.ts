import * as z from "zod";
import { defineListing, fromDate, oneOf, pageOf, toDate } from "../listing.ts";
import { defineOperation } from "../operation.ts";
import { Timestamp, toTimestamp } from "../time.ts";
import { namesOf } from "./names.ts";

const Text = z.string().min(1).max(200);

const auditListing = defineListing({
  name: "audit",
  from: "audit_log",
  key: "id",
  filters: {
    principal_id: oneOf("principal_id", Text, "Who: the id of an API key, an OAuth client or an account, operator or system"),
    account_id: oneOf("account_id", Text, "The person, whatever they did it with"),
    type: oneOf("type", Text, "What happened, e.g. member.removed"),
    subject: oneOf("subject", Text, "Id of what was changed"),
    date_from: fromDate("at"),
    date_to: toDate("at"),
  },
  sorts: { created_at: "at" },
  default_sort: "-created_at",
});

interface AuditRow {
  id: number;
  at: number;
  principal_kind: string;
  principal_id: string;
  account_id: string | null;
  protocol: string;
  request_id: string;
  operation: string;
  type: string;
  subject: string;
  before: string | null;
  after: string | null;
}

const AuditEntry = z
  .strictObject({
    id: z.string(),
    created_at: Timestamp,
    principal: z
      .strictObject({
        kind: z.string().describe("api_key, oauth_client, account, operator or system"),
        id: z.string(),
        name: z.string().nullable().describe("What the key, the application or the person is called now; null for operator, system and what is gone"),
        account_id: z.string().nullable().describe("The person; null for keys and for applications that act for themselves"),
        account_name: z.string().nullable().describe("What the person is called now; null when they are no member any more"),
      })
      .describe("Who"),
    protocol: z.string().describe("With what: rest/v1, …"),
    request_id: z.string(),
    operation: z.string(),
    type: z.string().describe("What happened"),
    subject: z.string().describe("To what"),
    before: z.json().nullable(),
    after: z.json().nullable(),
  })
  .meta({ id: "AuditEntry" });

export const listAudit = defineOperation({
  name: "audit.list",
  summary: "See who changed what",
  description: "Every committed change, newest first: who, with what, before and after. Secrets are never in it. Kept for 400 days.",
  effect: "read",
  scope: "audit:read",
  cost: 1,
  input: auditListing.input,
  output: pageOf(AuditEntry),
  errors: [],
  examples: [{ title: "Changes of one product", input: { filter: { subject: "prd_01jd0000000000000000000000" } } }],
  rest: { method: "get", path: "/audit-log" },
  mcp: {
    description: "The audit log: every committed change, newest first: who, with what, before and after. Secrets are never in it. Kept for 400 days.",
  },
  graphql: { field: "auditEntries" },
  handle(ctx, input) {
    const page = auditListing.page<AuditRow>(ctx, input, "audit_log.*");
    const ids = page.data.flatMap(({ principal_id, account_id }) => (account_id === null ? [principal_id] : [principal_id, account_id]));
    const names = namesOf(ctx.db, ids);
    return page.map((row) => toEntry(row, names));
  },
});

function toEntry(row: AuditRow, names: ReadonlyMap<string, string>): z.output<typeof AuditEntry> {
  return {
    id: `aud_${row.id}`,
    created_at: toTimestamp(row.at),
    principal: {
      kind: row.principal_kind,
      id: row.principal_id,
      name: names.get(row.principal_id) ?? null,
      account_id: row.account_id,
      account_name: row.account_id === null ? null : (names.get(row.account_id) ?? null),
    },
    protocol: row.protocol,
    request_id: row.request_id,
    operation: row.operation,
    type: row.type,
    subject: row.subject,
    before: row.before === null ? null : (JSON.parse(row.before) as z.output<typeof AuditEntry>["before"]),
    after: row.after === null ? null : (JSON.parse(row.after) as z.output<typeof AuditEntry>["after"]),
  };
}
