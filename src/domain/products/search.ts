import * as z from "zod";
import type { Condition, FilterField } from "../listing.ts";

const WORDS_MAX = 8;

const Words = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((text) => /[\p{L}\p{N}]/u.test(text) && wordsOf(text).length <= WORDS_MAX, { error: `1 to ${WORDS_MAX} words` })
  .describe(
    "Words of title, brand, variant, category, SKU or external id, or their beginnings (of three letters or more, but for the last): all of them, in any order and case",
  );

/**
 * Products by words. Rows are taken in the order of the list, from the index of its sort, and kept when the words' index names them; hence the `+`, which hides the
 * primary key. Of 100,000 products that costs some milliseconds for a word that none has and tens for one that all have. By the primary key all that match would be read and sorted for
 * each page.
 */
export const byWords: FilterField<typeof Words> = {
  schema: Words,
  toCondition: (text): Condition => ({
    sql: "+products.position IN (SELECT rowid FROM product_words WHERE product_words MATCH ?)",
    params: [
      wordsOf(text)
        .map((word, index, all) => (isShort(word) && index < all.length - 1 ? `"${word}"` : `"${word}"*`))
        .join(" "),
    ],
  }),
};

/** Quotation marks part words as spaces do, and so does what would end the text for the index. */
function wordsOf(text: string): string[] {
  return text.split(/[\s"\0]+/).filter((word) => word !== "");
}

/** One or two Latin letters or digits begin so many words that most rows are read for each: they are a word of their own, but for the last, which somebody may be typing. */
function isShort(word: string): boolean {
  return word.length < 3 && /^[\x20-\x7e]*$/.test(word);
}
