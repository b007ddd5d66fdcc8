import type { Database } from "../database.ts";
import type { NewInteraction } from "./new_interaction.ts";
import {
  loadSessionProducts,
  newSession,
  SESSION_INACTIVITY_MS,
  storedSession,
  type Session,
  type SessionEvent,
  type SessionRow,
} from "./sessions.ts";

/** An interaction on its way to the tables, with its visitor and products resolved. */
export interface PlacedInteraction extends NewInteraction {
  visitor: number | null;
  refs: number[];
}

/** A derived session and how far it reaches with what this batch adds. */
interface Candidate {
  session: Session;
  from: number;
  to: number;
}

/** Finds or begins the session of each interaction; they come in order of time. Returns the session for each, by position. */
export function findSessions(db: Database, interactions: readonly PlacedInteraction[], newSessionId: () => string): Session[] {
  const byClientId = loadBySessionId(db, interactions);
  const derived = loadDerived(db, interactions);
  let next_id = db.one<{ id: number }>("SELECT ifnull(max(id), 0) + 1 AS id FROM sessions")!.id;
  return interactions.map((interaction) => {
    const event = eventOf(interaction);
    if (interaction.session_id !== null) {
      let session = byClientId.get(interaction.session_id);
      if (!session)
        byClientId.set(interaction.session_id, (session = newSession(next_id++, interaction.session_id, false, interaction.visitor, event)));
      session.now.visitor ??= interaction.visitor;
      return session;
    }
    if (interaction.visitor === null) return newSession(next_id++, newSessionId(), true, null, event);
    const candidates = derived.get(interaction.visitor) ?? [];
    let found = candidates.find(
      ({ from, to }) => interaction.occurred_at >= from - SESSION_INACTIVITY_MS && interaction.occurred_at <= to + SESSION_INACTIVITY_MS,
    );
    if (!found) {
      found = {
        session: newSession(next_id++, newSessionId(), true, interaction.visitor, event),
        from: interaction.occurred_at,
        to: interaction.occurred_at,
      };
      derived.set(interaction.visitor, [...candidates, found]);
    }
    found.from = Math.min(found.from, interaction.occurred_at);
    found.to = Math.max(found.to, interaction.occurred_at);
    return found.session;
  });
}

export function eventOf({ type, occurred_at, source_type, campaign, refs }: PlacedInteraction): SessionEvent {
  return { type, occurred_at, source_type, campaign, refs };
}

function loadBySessionId(db: Database, interactions: readonly PlacedInteraction[]): Map<string, Session> {
  const wanted = [...new Set(interactions.flatMap(({ session_id }) => (session_id === null ? [] : [session_id])))];
  if (wanted.length === 0) return new Map();
  return load(
    db,
    db.all<SessionRow>("SELECT * FROM sessions WHERE session_id IN (SELECT value FROM json_each(?))", JSON.stringify(wanted)),
    ({ session_id }) => session_id,
  );
}

/** Derived sessions near enough in time to be gone on with, by visitor. */
function loadDerived(db: Database, interactions: readonly PlacedInteraction[]): Map<number, Candidate[]> {
  const times = interactions.filter(({ session_id, visitor }) => session_id === null && visitor !== null);
  if (times.length === 0) return new Map();
  const rows = db.all<SessionRow>(
    `SELECT * FROM sessions WHERE derived = 1 AND visitor IN (SELECT value FROM json_each(?)) AND ended_at >= ? AND started_at <= ? ORDER BY started_at`,
    JSON.stringify([...new Set(times.map(({ visitor }) => visitor))]),
    Math.min(...times.map(({ occurred_at }) => occurred_at)) - SESSION_INACTIVITY_MS,
    Math.max(...times.map(({ occurred_at }) => occurred_at)) + SESSION_INACTIVITY_MS,
  );
  const sessions = load(db, rows, ({ id }) => id);
  const byVisitor = new Map<number, Candidate[]>();
  for (const session of sessions.values()) {
    const candidate: Candidate = { session, from: session.now.started_at, to: session.now.ended_at };
    byVisitor.set(session.now.visitor!, [...(byVisitor.get(session.now.visitor!) ?? []), candidate]);
  }
  return byVisitor;
}

function load<Key>(db: Database, rows: readonly SessionRow[], keyOf: (row: SessionRow) => Key): Map<Key, Session> {
  const products = loadSessionProducts(
    db,
    rows.map(({ id }) => id),
  );
  return new Map(rows.map((row) => [keyOf(row), storedSession(row, products.get(row.id) ?? [])]));
}
