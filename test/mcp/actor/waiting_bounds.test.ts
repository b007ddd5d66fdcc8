import { describe, expect, it } from "vitest";
import { begin, follow, WORK } from "./begun.ts";
import { resultOf } from "./caller.ts";
import { makeKey, move, outcomeOf, runJob, sql } from "./support.ts";
import { useTestTools } from "./test_tools.ts";

useTestTools();

describe("what a call that waits is bounded by", () => {
  it("is a quarter of an hour: then it ends with the present state", async () => {
    const begun = await begin();
    await move(begun.organization, begun.product_id, { progress: 9 });
    await sql(begun.organization, "UPDATE mcp_calls SET expires_at = 1");
    await runJob(begun.organization, "mcp.call", begun.call_id);
    expect(await outcomeOf(await follow(begun))).toMatchObject({ id: "call 1", result: { so_far: 9 } });
  });

  it("and where there is no such state, in an error that names the work", async () => {
    const begun = await begin();
    await sql(begun.organization, "UPDATE mcp_calls SET expires_at = 1");
    await runJob(begun.organization, "mcp.call", begun.call_id);
    const error = { code: -32_000, data: { code: "UNAVAILABLE", details: { subject: begun.product_id } } };
    expect(await outcomeOf(await follow(begun))).toMatchObject({ id: "call 1", error });
  });

  it("is forgotten some minutes after its end", async () => {
    const begun = await begin();
    await move(begun.organization, begun.product_id, { progress: 10, done: true });
    await outcomeOf(await follow(begun));
    await runJob(begun.organization, "mcp.call", begun.call_id);
    expect((await sql(begun.organization, "SELECT expires_at - updated_at AS kept FROM mcp_calls"))[0]).toEqual({ kept: 600_000 });
    await sql(begun.organization, "UPDATE mcp_calls SET expires_at = 1");
    await runJob(begun.organization, "mcp.call", begun.call_id);
    expect(await sql(begun.organization, "SELECT call_id FROM mcp_messages UNION ALL SELECT id FROM mcp_calls")).toEqual([]);
    expect(await sql(begun.organization, "SELECT key FROM jobs WHERE kind = 'mcp.call'")).toEqual([]);
  });

  it("is fifty at once of one credential: further calls answer at once", async () => {
    const begun = await begin();
    await sql(
      begun.organization,
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 49)
       INSERT INTO mcp_calls SELECT 'more ' || i, owner, session_id, request_id, 0, view, asked, status, subject, questions, progress, outcome, scopes, paid, created_at, updated_at, expires_at
       FROM mcp_calls, n`,
    );
    const { session_id, caller } = begun;
    expect(resultOf(await caller.request("tools/call", WORK, { session_id, progress_token: 1 }))).toHaveProperty("subject");
    // However many come at once.
    await sql(begun.organization, "DELETE FROM mcp_calls WHERE id = 'more 1'");
    const answers = await Promise.all([1, 2, 3].map((progress_token) => caller.request("tools/call", WORK, { session_id, progress_token })));
    expect(answers.map(({ reply }) => reply!.kind).toSorted()).toEqual(["result", "result", "stream"]);
    const { caller: other } = await makeKey(begun.organization);
    await other.call(WORK, { session_id: await other.open(), progress_token: 1 });
  });

  it("is the length of its request", async () => {
    const { caller, session_id } = await begin();
    const answer = await caller.request("tools/call", { ...WORK, padding: "x".repeat(200_000) }, { session_id, progress_token: 1 });
    expect(resultOf(answer)).toHaveProperty("subject");
  });

  it("is nothing for a call that wants no progress: it answers at once", async () => {
    const { caller, session_id } = await begin();
    expect(resultOf(await caller.request("tools/call", WORK, { session_id }))).toHaveProperty("subject");
  });
});
