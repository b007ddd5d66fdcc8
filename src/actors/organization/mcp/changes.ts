import type { McpExecutor } from "../../../domain/mcp/executor.ts";
import type { McpList } from "../../../domain/mcp/stream.ts";

/** What events changed, each topic and list once, with the sequence of the first event that did. */
export interface Changes {
  topics: Map<string, number>;
  lists: Map<McpList, number>;
}

export function gatherChanges(executor: McpExecutor, events: Iterable<{ type: string; subject: string; seq: number }>): Changes {
  const changes: Changes = { topics: new Map(), lists: new Map() };
  for (const { type, subject, seq } of events) {
    const changed = executor.changesOf(type, subject);
    for (const topic of changed.topics) noteFirst(changes.topics, topic, seq);
    for (const list of changed.lists) noteFirst(changes.lists, list, seq);
  }
  return changes;
}

export function noteFirst<Name>(first: Map<Name, number>, name: Name, sequence: number): void {
  if (!first.has(name)) first.set(name, sequence);
}
