import type { Document, DocumentResult } from "../../domain/documents.ts";

/** What the edge gives to GraphQL for one authenticated caller. */
export interface GraphqlBindings {
  /** Runs all documents of a request in one RPC; `schema_hash` and who asks are added by the edge. */
  execute(documents: Document[]): Promise<DocumentResult>;
  /** Opens the inner, hibernating socket to the organization's actor that subscriptions come over; null when the actor refuses. */
  openLive(): Promise<WebSocket | null>;
  /** The text of a persisted operation by the SHA-256 of its text (hex); null when the organization has none with this hash. */
  persistedOperation(sha256: string): Promise<string | null>;
  /** When the caller's token expires; null for credentials whose end only the actor knows. */
  expires_at_ms: number | null;
}
