import * as z from "zod";

/**
 * Control and line characters, and those that no eye sees or that turn the direction of writing: a name with them can pretend to be another on the consent
 * page.
 */
const MISLEADING = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;

/** An application's name, as people see it when they are asked. */
export const ClientName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .refine((name) => !MISLEADING.test(name), "a name without control or invisible characters");
