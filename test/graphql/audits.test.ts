// Conformance to GraphQL over HTTP: every audit of graphql-http, the recommendations too, against the running Worker.
import { exports } from "cloudflare:workers";
import { serverAudits } from "graphql-http";
import { beforeAll, describe, expect, it } from "vitest";
import { BASE_URL, createOrganization } from "../support/api.ts";

let key: string;
beforeAll(async () => {
  key = (await createOrganization()).api_key;
});

const audits = serverAudits({
  url: `${BASE_URL}/graphql`,
  fetchFn: (url: string, init?: RequestInit) => {
    const request = new Request(url, init);
    request.headers.set("Authorization", `Bearer ${key}`);
    return exports.default.fetch(request);
  },
});

describe("GraphQL over HTTP", () => {
  it("has its 61 audits", () => {
    expect(audits).toHaveLength(61);
  });

  it.each(audits.map(({ id, name, fn }) => [id, name, fn] as const))("%s: %s", async (_id, _name, audit) => {
    const result = await audit();
    expect(result.status === "ok" ? "ok" : `${result.status}: ${result.reason}`).toBe("ok");
  });
});
