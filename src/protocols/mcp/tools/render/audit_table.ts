import type * as z from "zod";
import type { listAudit } from "../../../../domain/audit/list.ts";
import { formatDecimal } from "../../../../domain/money.ts";
import { plain, words } from "../../../reports/markdown.ts";
import { cell } from "./cell.ts";
import { isMoney, isObject } from "./shapes.ts";
import { tellingTable } from "./telling_table.ts";

type Entry = z.output<typeof listAudit.output>["data"][number];

const CHANGES_SHOWN = 4;
const VALUE_LENGTH_MAX = 40;
const MINUTE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d).*$/;
/** What every change changes. */
const UNREMARKABLE = new Set(["updated_at", "version"]);
/** What a thing is known by. */
const NAMES = ["title", "name", "email", "url"];

/** Changes as a person reads them: when, who, what was done to what, and which fields are different. */
export function auditTable(entries: readonly Entry[]): string {
  return tellingTable(entries, [
    { header: "time", always: true, cell: ({ created_at }) => created_at.replace(MINUTE, "$1Z") },
    {
      header: "who",
      cell: ({ principal }) => plain(whoText(principal)),
    },
    { header: "what", always: true, cell: ({ type }) => plain(type) },
    { header: "to", cell: ({ subject }) => plain(subject) },
    { header: "change", cell: ({ before, after }) => changeText(before, after) },
    { header: "with", cell: ({ protocol }) => plain(protocol) },
  ]);
}

/** By name where there is one: the ids are in the entry. */
function whoText({ kind, id, name, account_id, account_name }: Entry["principal"]): string {
  const person = account_id === null || account_id === id ? null : `for ${account_name ?? account_id}`;
  return [words(kind), name ?? id, person].filter((part) => part !== null).join(" ");
}

function changeText(before: unknown, after: unknown): string {
  if (!isObject(before) || !isObject(after)) return nameOf(isObject(after) ? after : before);
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = names.filter((name) => !UNREMARKABLE.has(name) && JSON.stringify(before[name] ?? null) !== JSON.stringify(after[name] ?? null));
  const told = changed.slice(0, CHANGES_SHOWN).map((name) => `${words(plain(name))} ${from(name, before[name], after[name])}`);
  return [...told, ...(changed.length > CHANGES_SHOWN ? [`${changed.length - CHANGES_SHOWN} more`] : [])].join("; ");
}

/** `29.99 → 19.99 USD` */
function from(name: string, before: unknown, after: unknown): string {
  if (isMoney(before) && isMoney(after) && before.currency === after.currency)
    return `${formatDecimal(before.amount, before.currency)} → ${cell(name, after)}`;
  return `${cell(name, before, { length_max: VALUE_LENGTH_MAX })} → ${cell(name, after, { length_max: VALUE_LENGTH_MAX })}`;
}

function nameOf(thing: unknown): string {
  if (!isObject(thing)) return "";
  const name = NAMES.map((candidate) => thing[candidate]).find((value) => typeof value === "string");
  return typeof name === "string" ? plain(name) : "";
}
