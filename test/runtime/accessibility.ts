import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  id: string;
  impact: string;
  nodes: { html: string }[];
}

/** What axe finds wrong with the page as it is, serious or worse; WCAG 2.2 AA and good practice. `except` names parts that are not ours. */
export async function seriousViolations(page: Page, { except = [] }: { except?: string[] } = {}): Promise<string[]> {
  // Evaluated, not added to the page: its policy allows no script from elsewhere.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<{ violations: Violation[] }>(`axe.run(${JSON.stringify({ exclude: except })})`);
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}
