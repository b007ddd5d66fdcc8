/** A table; `rows` have as many cells as `head`. */
export function markdown(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

/** Rows of requests under load and one at a time, beside a peer. */
export function throughputTable(rows, peer) {
  return markdown(
    ["", `CROW ÷ ${peer}, under load`, "one at a time", "CROW", peer],
    rows.map((row) => [
      `${row.name} (${row.connections} connections)`,
      row.ratio,
      row.alone_ratio,
      `${row.ours}/s, alone ${row.ours_alone_ms} ms`,
      `${row.other}/s, alone ${row.other_alone_ms} ms`,
    ]),
  );
}
