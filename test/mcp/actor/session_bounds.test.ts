import { describe, expect, it } from "vitest";
import { createOrganization, type TestOrganization } from "../../support/api.ts";
import { CLIENT, McpCaller } from "./caller.ts";
import { makeKey, sql } from "./support.ts";
import { useTestTools } from "./test_tools.ts";

useTestTools();

/** As if this owner had opened so many sessions, each after the one before, and lost them. */
const lose = (organization: TestOrganization, owner: string, count: number): Promise<unknown> =>
  sql(
    organization,
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
     INSERT INTO mcp_sessions SELECT ? || ' ' || i, ?, '{}', '{}', 0, 9000000000000 + i FROM n`,
    count,
    owner,
    owner,
  );
const ownerOf = ({ api_key_id }: TestOrganization): string => `api_key ${api_key_id}`;
const exists = async (organization: TestOrganization, id: string): Promise<boolean> =>
  (await sql(organization, "SELECT id FROM mcp_sessions WHERE id = ?", id)).length === 1;
const countOf = async (organization: TestOrganization): Promise<unknown> =>
  (await sql(organization, "SELECT count(*) AS count FROM mcp_sessions"))[0]!.count;

describe("the thousand-and-first session of a credential", () => {
  it("ends the one that was not used for longest", async () => {
    const organization = await createOrganization();
    await lose(organization, ownerOf(organization), 1_000);
    const caller = new McpCaller(organization.api_key);
    await caller.open();
    expect(await exists(organization, `${ownerOf(organization)} 1`)).toBe(false);
    expect(await countOf(organization)).toBe(1_000);
  });

  it("does not end one whose stream is open, or whose call goes on", async () => {
    const organization = await createOrganization();
    const caller = new McpCaller(organization.api_key);
    const [followed, called] = [await caller.open(), await caller.open()];
    const stream = await caller.followed({ kind: "session", session_id: followed, after: null });
    await caller.call({ name: "confirm" }, { session_id: called });
    await lose(organization, ownerOf(organization), 998);
    await caller.open();
    expect([await exists(organization, followed), await exists(organization, called)]).toEqual([true, true]);
    expect(await exists(organization, `${ownerOf(organization)} 1`)).toBe(false);
    expect(stream.closed).toBeNull();
  });
});

describe("an organization with ten thousand sessions", () => {
  it("lets in who has few: whoever has most gives up the one that it did not use for longest", async () => {
    const organization = await createOrganization();
    for (let n = 0; n < 10; n++) await lose(organization, `other ${n}`, n === 3 ? 1_000 : 999);
    await lose(organization, "few", 9);
    const caller = new McpCaller(organization.api_key);
    await caller.open();
    expect(await exists(organization, "other 3 1")).toBe(false);
    expect(await countOf(organization)).toBe(10_000);
  });

  it("lets in nobody who has as many as everybody", async () => {
    const organization = await createOrganization();
    const caller = new McpCaller(organization.api_key);
    await caller.open();
    await sql(
      organization,
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
       INSERT INTO mcp_sessions SELECT 'mses_' || i, 'other ' || i, '{}', '{}', 0, 9000000000000 FROM n`,
    );
    expect((await caller.send({ type: "initialize", client: CLIENT })).failure).toMatchObject({ code: "CONFLICT", details: { limit: 10_000 } });
    const other = await makeKey(organization);
    await other.caller.open();
    expect(await countOf(organization)).toBe(10_000);
  });
});
