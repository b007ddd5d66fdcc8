import type { Migration } from "../core/migrate.ts";
import core from "../organization/migrations/0001_core.ts";

/** The directory runs operations on the same core tables; its `organizations` holds every organization. */
export const DIRECTORY_MIGRATIONS: readonly Migration[] = [{ name: "0001_core", sql: core }];
