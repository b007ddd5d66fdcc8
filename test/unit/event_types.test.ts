// The types of events stand once. The compiler refuses to record another; that each is recorded is read from the sources.
import { expect, it } from "vitest";
import { LOGGED_TYPES, UNLOGGED_TYPES } from "../../src/domain/events/types.ts";
import { OPERATIONS_BY_NAME } from "../../src/domain/registry.ts";

const files = import.meta.glob<string>(["../../src/domain/**/*.ts", "../../src/actors/**/*.ts", "!../../src/domain/events/types.ts"], {
  query: "?raw",
  import: "default",
  eager: true,
});

/** Where a change or an event is written, or its type chosen for that. */
const WRITES = /\brecord\(|\brecordInvitation\(|journal\.append\(|\): EventType \{|\btype: /;
const TYPE = /"([a-z_]+\.[a-z_]+)"/g;
/** Names of this form that are no event's: of operations, relations, jobs, columns. */
const OTHERS = /(?:name|kind|key|from|counted|operation): ?"[a-z_]+\.[a-z_]+"/g;

/** Sent to one webhook when somebody asks for it, and recorded nowhere. */
const PING = "webhook.ping";

/** Every type of event that the domain and the actors record. */
function recordedTypes(): Set<string> {
  const found = new Set<string>();
  for (const [path, text] of Object.entries(files)) {
    // Columns, named as events are.
    if (path.endsWith("/listing.ts")) continue;
    const lines = text.split("\n");
    lines.forEach((line, index) => {
      // A call may have its type on a line after its name.
      const near = lines.slice(Math.max(0, index - 3), index + 1).join("\n");
      if (!WRITES.test(near)) return;
      for (const [, type] of line.replaceAll(OTHERS, "").matchAll(TYPE)) if (!OPERATIONS_BY_NAME.has(type!) && type !== PING) found.add(type!);
    });
  }
  return found;
}

it("every type that the domain and the actors record is known, and none that they do not", () => {
  expect([...recordedTypes()].toSorted()).toEqual([...LOGGED_TYPES, ...UNLOGGED_TYPES].toSorted());
});
