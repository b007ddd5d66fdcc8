import type { Database } from "../database.ts";

const NAMES = `
  SELECT api_keys.id, name FROM json_each(?1) AS ids CROSS JOIN api_keys ON api_keys.id = ids.value
  UNION ALL SELECT oauth_clients.id, name FROM json_each(?1) AS ids CROSS JOIN oauth_clients ON oauth_clients.id = ids.value
  UNION ALL SELECT account_id, name FROM json_each(?1) AS ids CROSS JOIN members ON account_id = ids.value`;

/** What the API keys, OAuth clients and members of these ids are called now; those that are gone are missing. One look-up for all. */
export function namesOf(db: Database, ids: readonly string[]): Map<string, string> {
  const rows = db.all<{ id: string; name: string }>(NAMES, JSON.stringify([...new Set(ids)]));
  return new Map(rows.map(({ id, name }) => [id, name]));
}
