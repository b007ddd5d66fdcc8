// The public conformance suite against the product's transport, actor and event store, with the tools that the suite wants in place of the product's.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { complaints, runSuite, serverScenarios, type SuiteRun } from "./conformance.ts";
import { startFixture, type RunningFixture } from "./mcp_fixture.ts";

/** What runs without counting and is not to be passed. */
const NOT_OURS: ReadonlySet<string> = new Set([
  // Wants a server that breaks its own streams off.
  "server-sse-polling",
  // Wants tools whose arguments are repeated in headers: CROW has none.
  "http-custom-header-server-validation",
  // Wants tasks that ask while they run: CROW asks before a task begins.
  "tasks-mrtr-input",
  // The suite itself skips it.
  "tasks-status-notifications",
]);

let fixture: RunningFixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture?.stop());

describe.each(["2025-11-25", "2026-07-28"])("what revision %s requires of a server", (revision) => {
  const { required, unscored } = serverScenarios(revision);
  let run: SuiteRun;
  beforeAll(async () => {
    run = await runSuite(await fixture.newUrl(`conformance-${revision}`), ["--requirements", revision]);
  });

  it("is met: the suite ends with 0", () => {
    expect(run.exit_code, run.output).toBe(0);
  });

  it.each(required)("%s", (scenario) => {
    expect(complaints(run.checks.get(scenario))).toEqual([]);
  });

  it.each(unscored.filter((scenario) => !NOT_OURS.has(scenario)))("%s, beyond what counts", (scenario) => {
    expect(complaints(run.checks.get(scenario))).toEqual([]);
  });
});
