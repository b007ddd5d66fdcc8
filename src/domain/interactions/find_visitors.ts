import type { Database } from "../database.ts";
import type { NewInteraction } from "./new_interaction.ts";

/** The visitor's key: the anonymous id, else the user. */
export function visitorKey({ visitor_id, user_id }: Pick<NewInteraction, "visitor_id" | "user_id">): string | null {
  if (visitor_id !== null) return `v${visitor_id}`;
  return user_id === null ? null : `u${user_id}`;
}

/** The row ids of the interactions' visitors, made where they are new, by key. `dayOf` gives an interaction's local day. */
export function findVisitors(
  db: Database,
  interactions: readonly NewInteraction[],
  dayOf: (interaction: NewInteraction) => number,
): Map<string, number> {
  const wanted = new Map<string, [string | null, string | null, number]>();
  for (const interaction of interactions) {
    const key = visitorKey(interaction);
    if (key === null || wanted.has(key)) continue;
    wanted.set(
      key,
      interaction.visitor_id === null ? [null, interaction.user_id, dayOf(interaction)] : [interaction.visitor_id, null, dayOf(interaction)],
    );
  }
  const visitors = new Map<string, number>();
  if (wanted.size === 0) return visitors;
  const json = JSON.stringify([...wanted.values()]);
  db.run(
    "INSERT OR IGNORE INTO visitors (visitor_id, user_id, first_day, last_day) SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 2 FROM json_each(?)",
    json,
  );
  const rows = db.rows(
    `SELECT id, visitor_id, user_id FROM visitors WHERE visitor_id IN (SELECT value ->> 0 FROM json_each(?1))
     UNION ALL SELECT id, visitor_id, user_id FROM visitors WHERE user_id IN (SELECT value ->> 1 FROM json_each(?1))`,
    json,
  );
  for (const [id, visitor_id, user_id] of rows)
    visitors.set(visitor_id === null ? `u${user_id as string}` : `v${visitor_id as string}`, id as number);
  return visitors;
}
