import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The deployment's secrets, made once and kept readable by their owner alone. The environment's win. */
export function loadSecrets(data) {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const file = join(data, "secrets.json");
  if (!existsSync(file)) {
    const made = { CROW_SECRET: randomBytes(32).toString("base64url"), OPERATOR_TOKEN: `crowop_${randomBytes(32).toString("base64url")}` };
    writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  }
  const kept = JSON.parse(readFileSync(file, "utf8"));
  return { CROW_SECRET: process.env.CROW_SECRET ?? kept.CROW_SECRET, OPERATOR_TOKEN: process.env.OPERATOR_TOKEN ?? kept.OPERATOR_TOKEN };
}
