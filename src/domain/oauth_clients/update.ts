import * as z from "zod";
import { OperationError } from "../errors.ts";
import type { EventType } from "../events/types.ts";
import { defineOperation } from "../operation.ts";
import { checkVersion } from "../versioning.ts";
import { OAuthClientId, OAuthClientRecord, OAuthClientSettings } from "./oauth_client.ts";
import { checkClient, checkSettings, checkTakeover, settingsColumns, type Settings } from "./rules.ts";
import { requireOAuthClient, liveFacts, toOAuthClient, writeOAuthClient, type OAuthClientRow } from "./rows.ts";

/** What an organization decides about an application that is not its own. */
const EXTERNAL_SETTINGS: ReadonlySet<string> = new Set(["suspended", "tier", "rate_limit"]);

export const updateOAuthClient = defineOperation({
  name: "oauth_clients.update",
  summary: "Update or suspend an OAuth client",
  description:
    "Changes the settings that are sent, from the client's next request on. A suspended client gets no tokens and those it has are refused. Of an application from elsewhere only suspended, tier and rate_limit can be set.",
  effect: "update",
  scope: "oauth_clients:write",
  cost: 1,
  input: OAuthClientSettings.partial().extend({ oauth_client_id: OAuthClientId, suspended: z.boolean().optional() }),
  output: OAuthClientRecord,
  errors: ["NOT_FOUND", "PRECONDITION_FAILED"],
  examples: [{ title: "Suspend", input: { oauth_client_id: "cli_01jd0000000000000000000000", suspended: true } }],
  rest: { method: "patch", path: "/oauth-clients/{oauth_client_id}" },
  versioned: true,
  handle(ctx, { oauth_client_id, suspended, ...settings }) {
    const row = requireOAuthClient(ctx.db, oauth_client_id);
    checkVersion(ctx, row);
    if (row.external === 1) refuseForeignSettings(settings);
    checkSettings(ctx, settings);
    checkTakeover(ctx, row, settings);
    const next: OAuthClientRow = { ...row, ...settingsColumns(settings), updated_at: ctx.now, version: row.version + 1 };
    if (suspended !== undefined) next.suspended_at = suspended ? (row.suspended_at ?? ctx.now) : null;
    if (row.external === 0) checkClient(next);
    writeOAuthClient(ctx.db, next);
    const client = toOAuthClient(next);
    ctx.record({ type: changeOf(row, next), subject: oauth_client_id, before: toOAuthClient(row), after: client, data: liveFacts(client) });
    return client;
  },
});

function refuseForeignSettings(settings: Settings): void {
  const field = Object.entries(settings).find(([name, value]) => value !== undefined && !EXTERNAL_SETTINGS.has(name))?.[0];
  if (field !== undefined)
    throw new OperationError("FORBIDDEN", `This application comes from elsewhere: ${field} is its own to say; suspend it to keep it out`, { field });
}

function changeOf(row: OAuthClientRow, next: OAuthClientRow): EventType {
  if (row.suspended_at === null && next.suspended_at !== null) return "oauth_client.suspended";
  if (row.suspended_at !== null && next.suspended_at === null) return "oauth_client.unsuspended";
  return "oauth_client.updated";
}
