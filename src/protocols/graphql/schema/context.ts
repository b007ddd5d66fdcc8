import type { DocumentHost } from "../../../domain/documents.ts";
import type { Cohorts } from "../cohorts.ts";

/** What every resolver of one running document gets. */
export interface GraphqlContext {
  host: DocumentHost;
  cohorts: Cohorts;
  /** The document's Idempotency-Key as the change behind this response key uses it. */
  idempotencyKey(response_key: string): string | undefined;
}
