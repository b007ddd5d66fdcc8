import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writePrivateJson } from "./private_file.mjs";

const LENGTH_MIN = 32;

/** The deployment's secrets, made once and kept readable by their owner alone. The environment's win. Throws on one that is too short to be safe. */
export function loadSecrets(data) {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const file = join(data, "secrets.json");
  if (!existsSync(file)) {
    const made = { CROW_SECRET: randomBytes(32).toString("base64url"), OPERATOR_TOKEN: `crowop_${randomBytes(32).toString("base64url")}` };
    writePrivateJson(file, made);
  }
  const kept = JSON.parse(readFileSync(file, "utf8"));
  const secrets = { CROW_SECRET: process.env.CROW_SECRET ?? kept.CROW_SECRET, OPERATOR_TOKEN: process.env.OPERATOR_TOKEN ?? kept.OPERATOR_TOKEN };
  for (const [name, value] of Object.entries(secrets)) {
    if (value.length < LENGTH_MIN) throw new Error(`${name} must have at least ${LENGTH_MIN} random characters.`);
  }
  return secrets;
}
