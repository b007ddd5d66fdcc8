import type { Document, DocumentResult } from "../../domain/documents.ts";
import type { Failure } from "../../domain/errors.ts";

/** What the edge gives to GraphQL for one authenticated caller. */
export interface GraphqlBindings {
  /** Runs all documents of a request in one RPC; `schema_hash` and who asks are added by the edge. */
  execute(documents: Document[]): Promise<DocumentResult>;
  /** Why nothing of this caller would run now, where that is known without asking the actor: nothing is prepared then. */
  refusal(): DocumentResult | null;
  /** A document was refused after work that nothing is charged for. */
  noteRefused(): void;
  /** Opens the inner, hibernating socket to the organization's actor that a live connection goes over, or says why the actor refuses. `again`: in place of one that was lost. */
  openLive(again: boolean): Promise<WebSocket | { failure: Failure }>;
  /** The text of a persisted operation by the SHA-256 of its text (hex); null when the organization has none with this hash. */
  persistedOperation(sha256: string): Promise<string | null>;
  /** Keeps a text that a client sent with its hash, so that its organization's clients can name it by that. */
  rememberOperation(sha256: string, query: string): void;
}
