import { MINUTE_MS } from "../time.ts";

/** How long a person has to answer a question, in every revision: a session's call asks no longer than the consent that it asks for is good. */
export const CONSENT_MS = 10 * MINUTE_MS;
