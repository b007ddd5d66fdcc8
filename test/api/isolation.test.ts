// The guarantee: whatever id of another organization is tried on whatever route, the answer is the one for an id that never existed.
import { beforeAll, describe, expect, it } from "vitest";
import { OPERATIONS } from "../../src/domain/registry.ts";
import { addMember, grant } from "../support/members.ts";
import { createOrganization, send, type ErrorBody, type TestOrganization } from "../support/api.ts";

let mine: TestOrganization;
let foreign: TestOrganization;
/** Ids of things that exist at the foreign organization, by path parameter. */
const foreignIds: Record<string, string> = {};
/** Ids of the right form that exist nowhere. */
const nowhere = "01jd0000000000000000000000";

beforeAll(async () => {
  [mine, foreign] = await Promise.all([createOrganization(), createOrganization()]);
  const made = async (path: string, body: unknown, named = "id"): Promise<string> => {
    const reply = await send("POST", `/api/v1${path}`, { key: foreign.api_key, body });
    expect(reply.status, `${path}: ${JSON.stringify(reply.body)}`).toBeLessThan(300);
    return String(reply.body[named] ?? (reply.body.results as { id: string }[])[0]!.id);
  };
  foreignIds.organization_id = foreign.id;
  foreignIds.api_key_id = foreign.api_key_id;
  foreignIds.product_id = await made("/products", { name: "Theirs", sku: "THEIRS" });
  foreignIds.interaction_id = await made("/interactions", { interactions: [{ type: "page_view", visitor_id: "them" }] });
  foreignIds.export_id = await made("/exports", { resource: "products", format: "csv" });
  foreignIds.webhook_id = await made("/webhooks", { url: "https://hooks.example.com/crow", types: ["product.*"] });
  foreignIds.account_id = (await addMember(foreign, "owner")).account_id;
  foreignIds.invitation_id = await made("/invitations", { email: "them@example.com", role: "viewer" });
  foreignIds.oauth_client_id = await made("/oauth-clients", { name: "Theirs", scopes: ["products:read"] });
  foreignIds.grant_id = await grant(foreign, { oauth_client_id: foreignIds.oauth_client_id, account_id: foreignIds.account_id });
  foreignIds.sha256 = await made("/persisted-operations", { name: "Theirs", query: "{ __typename }" }, "sha256");
  foreignIds.delivery_id = `dlv_${nowhere}`;
});

/** The operator's own operations belong to no organization and refuse every key. */
const withParameter = OPERATIONS.filter((operation) => operation.scope !== "operator" && operation.rest.path.includes("{"));

describe("a foreign id", () => {
  it("is known to this test for every path parameter there is", () => {
    const parameters = new Set(withParameter.flatMap((operation) => [...operation.rest.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!)));
    expect([...parameters].filter((name) => !(name in foreignIds))).toEqual([]);
  });

  it.each(withParameter.map((operation) => [operation.name, operation] as const))(
    "is 404 at %s, in both versions, and the same as an id that never was",
    async (_name, operation) => {
      const path = (ids: Record<string, string>): string => operation.rest.path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => ids[name]!);
      const unknownIds = Object.fromEntries(
        Object.entries(foreignIds).map(([name, id]) => [
          name,
          name === "sha256" ? "0".repeat(64) : id.length === 30 ? `${id.split("_")[0]}_${nowhere}` : id,
        ]),
      );
      const example = (operation.examples[0]?.input ?? {}) as Record<string, unknown>;
      const body = Object.fromEntries(Object.entries(example).filter(([name]) => !operation.rest.path.includes(`{${name}}`)));
      const request = {
        key: mine.api_key,
        headers: { "If-Match": "*" },
        ...(operation.rest.method === "get" || operation.rest.method === "delete" ? {} : { body }),
      };
      for (const version of ["v1", "v2"]) {
        if (version === "v1" && JSON.stringify(body).includes('"amount"')) continue;
        const theirs = await send<ErrorBody>(operation.rest.method.toUpperCase(), `/api/${version}${path(foreignIds)}`, request);
        const none = await send<ErrorBody>(operation.rest.method.toUpperCase(), `/api/${version}${path(unknownIds)}`, request);
        expect([theirs.status, theirs.body.error?.code], JSON.stringify(theirs.body)).toEqual([404, "NOT_FOUND"]);
        expect(none.status).toBe(404);
        expect(theirs.body.error.message.replace(/\w+$/, "")).toBe(none.body.error.message.replace(/\w+$/, ""));
      }
    },
  );

  it("changes nothing at its owner", async () => {
    expect((await send("GET", `/api/v1/products/${foreignIds.product_id}`, { key: foreign.api_key })).body.title).toBe("Theirs");
    for (const path of [
      `/organizations/${foreign.id}`,
      `/members/${foreignIds.account_id}`,
      `/invitations/${foreignIds.invitation_id}`,
      `/oauth-clients/${foreignIds.oauth_client_id}`,
      `/persisted-operations/${foreignIds.sha256}`,
    ])
      expect((await send("GET", `/api/v1${path}`, { key: foreign.api_key })).status, path).toBe(200);
    const grants = await send<{ data: { id: string }[] }>("GET", "/api/v1/oauth-grants?active=true", { key: foreign.api_key });
    expect(grants.body.data.map(({ id }) => id)).toEqual([foreignIds.grant_id]);
  });
});
