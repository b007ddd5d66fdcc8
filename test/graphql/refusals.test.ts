import { describe, expect, it, vi } from "vitest";
import { REFUSED_DOCUMENTS_MAX } from "../../src/edge/graphql/refused_documents.ts";
import { INVALID_MAX } from "../../src/protocols/graphql/http/exchange.ts";
import { createOrganization, OPERATOR_TOKEN, send } from "../support/api.ts";
import { ask, askAll, codes } from "./request.ts";

const INVALID = { query: "{ nothing }" };
const times = (count: number): (typeof INVALID)[] => Array.from({ length: count }, () => INVALID);

async function madeKey(api_key: string): Promise<{ id: string; key: string }> {
  const body = { name: "Made", scopes: ["products:read"] };
  return (await send<{ id: string; key: string }>("POST", "/api/v1/api-keys", { key: api_key, body })).body;
}

/** Uses up what a key may have refused in this minute. */
async function useUp(key: string): Promise<void> {
  for (let count = 0; count < REFUSED_DOCUMENTS_MAX / INVALID_MAX; count++) expect((await askAll(key, times(INVALID_MAX))).status).toBe(200);
}

describe("a batch with many invalid operations", () => {
  it("is looked at as far as a few of them; those that came before run", async () => {
    const { api_key } = await createOrganization();
    const { body } = await askAll(api_key, [{ query: "{ __typename }" }, ...times(INVALID_MAX), { query: "{ __typename }" }, INVALID]);
    const messages = body.map(({ errors }) => errors?.[0]?.message ?? null);
    expect(messages.slice(0, 2)).toEqual([null, 'Cannot query field "nothing" on type "Query".']);
    for (const index of [INVALID_MAX + 1, INVALID_MAX + 2]) {
      expect(messages[index]).toContain("not looked at");
      expect(codes(body[index]!)).toEqual(["VALIDATION_ERROR"]);
    }
  });
});

describe("invalid operations", () => {
  it("are judged so often in a minute for one key, and then nothing of it is, until the next", async () => {
    const { api_key } = await createOrganization();
    const { key } = await madeKey(api_key);
    vi.useFakeTimers({ now: Math.floor(Date.now() / 60_000) * 60_000 + 60_000, toFake: ["Date"] });
    try {
      await useUp(key);
      for (const query of ["{ __typename }", "{ nothing }"]) {
        const reply = await ask(key, query);
        expect([reply.status, codes(reply.body), reply.headers.get("Retry-After")]).toEqual([429, ["RATE_LIMITED"], "60"]);
      }
      expect((await ask(api_key, "{ __typename }")).status).toBe(200);
      vi.setSystemTime(Date.now() + 60_000);
      expect((await ask(key, "{ __typename }")).status).toBe(200);
    } finally {
      vi.useRealTimers();
    }
  });

  it("do not count against the operator", async () => {
    await useUp(OPERATOR_TOKEN);
    expect((await ask(OPERATOR_TOKEN, "{ __typename }")).status).toBe(200);
  });
});

describe("a revoked key", () => {
  it("has nothing looked at once it is known to be one", async () => {
    const { api_key } = await createOrganization();
    const { id, key } = await madeKey(api_key);
    await send("DELETE", `/api/v1/api-keys/${id}`, { key: api_key });
    expect((await ask(key, "{ nothing }")).status).toBe(400);
    for (const query of ["{ __typename }", "{ nothing }"]) {
      const reply = await ask(key, query);
      expect([reply.status, codes(reply.body)]).toEqual([401, ["UNAUTHENTICATED"]]);
    }
  });

  it("does not stand for the one that took its place", async () => {
    const { api_key } = await createOrganization();
    const { id, key } = await madeKey(api_key);
    const rotated = await send<{ key: string }>("POST", `/api/v1/api-keys/${id}/rotate`, { key: api_key, body: { overlap_s: 0 } });
    expect(rotated.status).toBe(200);
    expect((await ask(key, "{ __typename }")).status).toBe(401);
    expect((await ask(rotated.body.key, "{ __typename }")).status).toBe(200);
  });
});
