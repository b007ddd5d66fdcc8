import { describe, expect, it } from "vitest";
import { PARSED_DOCUMENTS_BYTES, parseDocument } from "../../src/protocols/graphql/parsed_documents.ts";

describe("parsed documents", () => {
  it("are kept by what they hold of memory, long ones too", () => {
    const text = (salt: number): string => `{ ${"product ".repeat(3_900)} } # ${salt}`;
    const first = parseDocument(text(0));
    // Compared as booleans: a difference of two such trees takes minutes to print.
    expect(parseDocument(text(0)) === first).toBe(true);
    // 3,900 fields take about 2 MB.
    for (let salt = 1; salt <= PARSED_DOCUMENTS_BYTES / 2_000_000; salt++) parseDocument(text(salt));
    expect(parseDocument(text(0)) === first).toBe(false);
  });
});
