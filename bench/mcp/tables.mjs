import { markdown, throughputTable } from "../markdown.mjs";

/** What `measureMcp` found, as tables. */
export function mcpTables({ rows, progress, sessions, size, memory }) {
  return [throughputTable(rows, "SDK"), clients(sessions), firstProgress(progress), idle(sessions, memory), weight(size)].join("\n\n");
}

function clients(sessions) {
  const line = (name, taken, { figures: { CROW, SDK } }, say) => [name, (taken(SDK) / taken(CROW)).toFixed(2), say(CROW), say(SDK)];
  return markdown(
    ["200 clients at once", "SDK ÷ CROW", "CROW", "SDK"],
    sessions.flatMap((measured) => {
      const { era, clients: count, calls_each } = measured;
      const calls = (count * calls_each).toLocaleString("en");
      return [
        line(
          `all open, with their streams, ${era}`,
          (of) => of.opened_ms,
          measured,
          (of) => ms(of.opened_ms),
        ),
        line(
          `${calls} calls answered, ${era}`,
          (of) => of.called_ms,
          measured,
          (of) => `${ms(of.called_ms)}, p99 of one ${ms(of.p99_ms)}`,
        ),
        line(
          `a change told: first → last, ${era}`,
          (of) => of.told_last_ms,
          measured,
          (of) => `${ms(of.told_first_ms)} → ${ms(of.told_last_ms)}`,
        ),
      ];
    }),
  );
}

function firstProgress(progress) {
  const told = ({ first_ms, result_ms, notifications }) => `${ms(first_ms)}, result ${ms(result_ms)}, ${notifications} notifications`;
  return markdown(
    ["first progress of an export", "SDK ÷ CROW", "CROW", "SDK"],
    progress.map(({ era, ratio, figures }) => [era, ratio, told(figures.CROW), told(figures.SDK)]),
  );
}

function idle(sessions, { each, ours_kb, other_kb }) {
  const kb = ({ median, steps }) => `${median.toFixed(1)} KB (${steps.map((step) => step.toFixed(1)).join(", ")})`;
  const processor = ({ idle: { processor_ms_per_minute: used } }) => (used === undefined ? "" : `${used.toFixed(0)} ms`);
  return markdown(
    ["idle", "CROW", "SDK"],
    [
      [`memory of one more session, by ${each}`, kb(ours_kb), kb(other_kb)],
      ...sessions.flatMap(({ era, clients: count, figures: { CROW, SDK } }) => [
        [`processor time a minute under ${count}, ${era}`, processor(CROW), processor(SDK)],
        [`actor asleep under ${count}, ${era}`, sleepText(CROW.idle), ""],
      ]),
    ],
  );
}

function sleepText({ asleep_after_s, still_asleep, watched_s, first_ms, last_ms, count }) {
  if (asleep_after_s === null) return "no";
  const stayed = still_asleep ? `asleep still after ${watched_s} s more` : `awake again within ${watched_s} s`;
  return `after ${asleep_after_s} s, ${stayed}; then a change wakes it, ${ms(first_ms)} → ${ms(last_ms)}, ${count} told`;
}

function weight({ ours, other }) {
  const figures = ({ tools, bytes, tokens, shown_tokens }) => [tools, bytes, tokens, shown_tokens].map((figure) => figure.toLocaleString("en"));
  return markdown(
    ["tools/list", "tools", "bytes of the answer", "tokens, all of it", "tokens, what a model is shown"],
    [
      ["CROW", ...figures(ours)],
      ["SDK, with the same tools", ...figures(other)],
    ],
  );
}

function ms(value) {
  return `${value.toFixed(1)} ms`;
}
