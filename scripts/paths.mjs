import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's root directory, without a trailing slash. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));
