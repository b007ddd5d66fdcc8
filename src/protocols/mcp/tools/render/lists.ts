import { listAudit } from "../../../../domain/audit/list.ts";
import { listInteractions } from "../../../../domain/interactions/list.ts";
import type { McpHost } from "../../../../domain/mcp/executor.ts";
import { auditTable } from "./audit_table.ts";
import { interactionsTable } from "./interactions_table.ts";
import type { Fields } from "./shapes.ts";

type ListTable = (rows: readonly Fields[], host: McpHost) => string;

/** Lists whose rows say more in columns of their own, by their operation's name. */
export const LIST_TABLES: ReadonlyMap<string, ListTable> = new Map([
  [listAudit.name, (rows) => auditTable(rows as never)],
  [listInteractions.name, (rows, host) => interactionsTable(rows as never, host)],
]);
