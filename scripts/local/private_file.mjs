import { renameSync, writeFileSync } from "node:fs";

/** Writes a JSON file that only its owner may read. A crash leaves the old one or the new one, never half of it. */
export function writePrivateJson(file, value) {
  const next = `${file}.next`;
  writeFileSync(next, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(next, file);
}
