import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const COMMAND = join(import.meta.dirname, "../../node_modules/.bin/conformance");

/** One thing that the public suite looked at. */
export interface Check {
  id: string;
  name: string;
  status: "SUCCESS" | "FAILURE" | "WARNING" | "SKIPPED" | "INFO";
  description: string;
  errorMessage?: string;
}

export interface SuiteRun {
  exit_code: number | null;
  output: string;
  /** What was looked at in each scenario. */
  checks: Map<string, Check[]>;
}

/** The scenarios for servers of a requirement set: those that count, and those that only run. */
export function serverScenarios(revision: string): { required: string[]; unscored: string[] } {
  const list = execFileSync(COMMAND, ["list", "--requirements", revision], { encoding: "utf8" });
  const [, required = ""] = /Server scenarios[^\n]*\n((?: {2}- .*\n)+)/.exec(list) ?? [];
  return {
    required: [...required.matchAll(/^ {2}- (\S+)$/gm)].map((match) => match[1]!),
    unscored: [...list.matchAll(/^ {4}- (\S+) \[server\]$/gm)].map((match) => match[1]!),
  };
}

/** Runs the public suite against a server. `options` are the command's own. */
export async function runSuite(url: string, options: readonly string[]): Promise<SuiteRun> {
  const reports = mkdtempSync(join(tmpdir(), "crow-conformance-"));
  const child = spawn(COMMAND, ["server", "--url", url, ...options, "-o", reports]);
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const exit_code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  const checks = readReports(reports);
  rmSync(reports, { recursive: true, force: true });
  return { exit_code, output, checks };
}

/** Each scenario has a folder, named after it and the time; one that broke off left nothing in it. */
function readReports(folder: string): Map<string, Check[]> {
  return new Map(
    readdirSync(folder).map((name) => {
      const scenario = /^server-(.+?)-\d{4}-\d\d-\d\dT.*$/.exec(name)?.[1] ?? name;
      const file = join(folder, name, "checks.json");
      return [scenario, existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Check[]) : []];
    }),
  );
}

/** What a scenario found wrong, one line each. That nothing was found right is wrong too. */
export function complaints(checks: readonly Check[] | undefined): string[] {
  if (!checks?.some(({ status }) => status === "SUCCESS")) return ["Nothing was looked at"];
  const wrong = checks.filter(({ status }) => status === "FAILURE" || status === "WARNING");
  return wrong.map(({ id, status, description, errorMessage }) => `${status} ${id} (${description}): ${errorMessage ?? ""}`);
}
