import { invalid } from "../../domain/errors.ts";

/** `?fields=a,b`: the fields to keep, or null for all. An unknown field is an error that names it. */
export function readFields(text: string | null, known: ReadonlySet<string>): ReadonlySet<string> | null {
  if (text === null) return null;
  const names = text.split(",").map((name) => name.trim());
  for (const name of names) {
    if (!known.has(name)) throw invalid("fields", `any of: ${[...known].join(", ")}`, `Unknown field ${name}`);
  }
  return new Set(names);
}

/** Keeps only the wanted fields of the object, or of each item of a list. */
export function pickFields(body: unknown, wanted: ReadonlySet<string>): unknown {
  if (typeof body !== "object" || body === null) return body;
  if ("data" in body && Array.isArray(body.data)) return { ...body, data: body.data.map((item) => pickFields(item, wanted)) };
  return Object.fromEntries(Object.entries(body).filter(([name]) => wanted.has(name)));
}
