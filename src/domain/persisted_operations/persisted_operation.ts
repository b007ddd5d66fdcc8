import * as z from "zod";
import { Timestamp } from "../time.ts";

export const PERSISTED_OPERATIONS_MAX = 1_000;
/** A GraphQL document's text in UTF-8, whether it is registered or sent. */
export const DOCUMENT_MAX_BYTES = 102_400;

export function isLongDocument(text: string): boolean {
  return text.length > DOCUMENT_MAX_BYTES || (text.length * 3 > DOCUMENT_MAX_BYTES && new TextEncoder().encode(text).length > DOCUMENT_MAX_BYTES);
}

export const Sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, "a SHA-256 as 64 lower-case hex digits")
  .describe("SHA-256 of the text in UTF-8, hex")
  .meta({ examples: ["c9b8e1f6e8a4cf1c5c6d9f5ee0a7d1b2a3948576afbecd0123456789abcdef01"] });

export const PersistedOperationInput = z
  .strictObject({
    name: z.string().trim().min(1).max(200).describe("Name shown to people"),
    query: z
      .string()
      .min(1)
      .refine((text) => !isLongDocument(text), `at most ${DOCUMENT_MAX_BYTES} bytes`)
      .describe("The GraphQL document, to the letter as clients hash it; at most 100 KB"),
  })
  .meta({ id: "PersistedOperationInput" });

export const PersistedOperation = z.strictObject({ sha256: Sha256, name: z.string(), created_at: Timestamp }).meta({ id: "PersistedOperation" });
export type PersistedOperation = z.infer<typeof PersistedOperation>;

export const PersistedOperationWithText = PersistedOperation.extend({ query: z.string().describe("The GraphQL document") }).meta({
  id: "PersistedOperationWithText",
});
