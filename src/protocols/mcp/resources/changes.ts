import type { LoggedType } from "../../../domain/events/types.ts";
import type { McpExecutor } from "../../../domain/mcp/executor.ts";

type Changes = ReturnType<McpExecutor["changesOf"]>;

const NOTHING: Changes = { topics: [], lists: [] };

/** Insights name products by title, and which product an event is about follows from the catalog: a product's change is theirs too. */
const PRODUCT_TOPICS = ["interactions", "stored_interactions"];

/** Families of events about what no resource shows: keys, people, applications, webhooks, stored documents. */
type ShownNowhere = "api_key" | "invitation" | "member" | "oauth_client" | "oauth_consent" | "oauth_grant" | "persisted_operation" | "webhook";

/** What each kind of event changes: a new one is decided here. After an organization's deletion nobody reads it. */
const CHANGES: Readonly<Record<Exclude<LoggedType, `${ShownNowhere}.${string}` | "organization.deleted">, (subject: string) => Changes>> = {
  "product.created": (id) => ({ topics: [`product:${id}`, ...PRODUCT_TOPICS], lists: ["resources"] }),
  "product.updated": (id) => ({ topics: [`product:${id}`, ...PRODUCT_TOPICS], lists: [] }),
  "product.deleted": (id) => ({ topics: [`product:${id}`, ...PRODUCT_TOPICS], lists: ["resources"] }),

  "interactions.ingested": () => ({ topics: ["interactions"], lists: [] }),
  "interactions.backfilled": () => ({ topics: ["interactions"], lists: [] }),
  "interactions.erased": () => ({ topics: ["interactions", "stored_interactions"], lists: [] }),

  "export.created": (id) => ({ topics: [`export:${id}`], lists: ["resources"] }),
  "export.progress": exportChanged,
  "export.succeeded": exportChanged,
  "export.failed": exportChanged,
  "export.cancelled": exportChanged,
  "export.expired": exportChanged,
  "export.deleted": (id) => ({ topics: [`export:${id}`], lists: ["resources"] }),

  // Days begin in its time zone and money is in its currency: all figures may be others.
  "organization.updated": () => ({ topics: ["organization", "interactions"], lists: [] }),
};

function exportChanged(id: string): Changes {
  return { topics: [`export:${id}`], lists: [] };
}

export const changesOf: McpExecutor["changesOf"] = (type, subject) =>
  Object.hasOwn(CHANGES, type) ? CHANGES[type as keyof typeof CHANGES](subject) : NOTHING;
