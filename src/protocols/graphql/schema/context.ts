import type { DocumentHost } from "../../../domain/documents.ts";
import type { Answer } from "../answer.ts";
import type { Cohorts } from "../cohorts.ts";

/** What every resolver of one running document gets. */
export interface GraphqlContext {
  host: DocumentHost;
  cohorts: Cohorts;
  /** What is being answered, as far as it is known how much. */
  answer: Answer;
  /** Response keys of changes that were made earlier, under the same idempotency key, and answered as then. */
  replayed: string[];
  /** The document's Idempotency-Key as the change behind this response key uses it. */
  idempotencyKey(response_key: string): string | undefined;
}
