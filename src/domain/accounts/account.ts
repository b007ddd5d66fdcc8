import * as z from "zod";
import type { Role } from "../roles.ts";

export const AccountId = z
  .string()
  .regex(/^usr_[0-9a-z]{26}$/, "an account id (usr_…)")
  .describe("Account id")
  .meta({ examples: ["usr_01jd0000000000000000000000"] });

/** An e-mail address as people type it, in the one form that names an account: trimmed, NFC, lower case. */
export const Email = z
  .string()
  .transform((text) => text.trim().normalize("NFC").toLowerCase())
  .pipe(z.email({ error: "an e-mail address" }).max(254))
  .describe("E-mail address");

export const PersonName = z.string().trim().min(1).max(100).describe("Name");

/** A person as an organization's actor needs to know them. */
export interface Person {
  /** Who they are to everybody. Never given to anybody else, also when the address gets a new account. */
  account_id: string;
  /** Their account's actor. It goes no further than this deployment's own parts. */
  account_name: string;
  email: string;
  name: string;
}

/** One of an account's organizations. */
export interface Membership {
  organization_id: string;
  name: string;
  role: Role;
}
