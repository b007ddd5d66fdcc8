import { OPERATIONS } from "../../../domain/registry.ts";
import { RELATIONS } from "../../../domain/relations.ts";
import { camel } from "./names.ts";
import { definitionOf, descriptionOf, unwrap, type Schema } from "./zod_types.ts";

/** What is called otherwise here than by its name in camelCase. */
const SPECIAL: Readonly<Record<string, string>> = { next_cursor: "endCursor", "If-Match": "expectedVersion" };

/** What descriptions speak of by these names is OAuth's parameter and a kind of principal. */
const ELSEWHERE: ReadonlySet<string> = new Set(["client_id", "api_key"]);

let known: ReadonlySet<string> | undefined;

/** A text in which the domain's fields are called as they are here. */
export function clientText(text: string, names: ReadonlySet<string> = (known ??= fieldNames())): string {
  return text.replaceAll(/If-Match|[a-z]+(?:_[a-z0-9]+)+/g, (name) => SPECIAL[name] ?? (names.has(name) ? camel(name) : name));
}

/** The description of a schema's value, for clients. What is said of free JSON is about its own names. */
export function clientDescription(schema: Schema): string | undefined {
  const description = descriptionOf(schema);
  return description === undefined || definitionOf(unwrap(schema)).type === "record" ? description : clientText(description);
}

/** Names of fields anywhere in the domain that mean nothing else, such as a metric. */
function fieldNames(): ReadonlySet<string> {
  const fields = new Set<string>();
  const values = new Set<unknown>();
  const seen = new Set<Schema>();
  const walk = (schema: Schema): void => {
    const inner = unwrap(schema);
    if (seen.has(inner)) return;
    seen.add(inner);
    const { shape = {}, element, options = [], entries = {} } = definitionOf(inner);
    for (const value of Object.values(entries)) values.add(value);
    for (const [name, field] of Object.entries(shape)) {
      fields.add(name);
      walk(field);
    }
    for (const part of element ? [element, ...options] : options) walk(part);
  };
  for (const { input, output } of [...OPERATIONS, ...RELATIONS]) [input, output].forEach(walk);
  return new Set([...fields].filter((name) => !values.has(name) && !ELSEWHERE.has(name)));
}
