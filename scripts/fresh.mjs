// Work whose result is kept until one of its inputs changes.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "./paths.mjs";

/** Runs `make` unless it ran since any of `inputs` (files and folders below the root) changed. Returns whether it ran. */
export async function unlessFresh(name, inputs, make) {
  const stamp = join(root, `dist/${name}.fingerprint`);
  const wanted = await fingerprint(inputs);
  if ((await readFile(stamp, "utf8").catch(() => "")) === wanted) return false;
  await mkdir(join(root, "dist"), { recursive: true });
  await make();
  await writeFile(stamp, wanted);
  return true;
}

async function fingerprint(inputs) {
  const hash = createHash("sha256");
  const files = (await Promise.all(inputs.map((input) => filesOf(join(root, input))))).flat();
  for (const file of files.toSorted()) hash.update(file.slice(root.length)).update(await readFile(file));
  return hash.digest("hex");
}

async function filesOf(path) {
  if (!(await stat(path)).isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}
