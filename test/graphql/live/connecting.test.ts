import { exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { BASE_URL, createOrganization, OPERATOR_TOKEN, send } from "../../support/api.ts";
import { openSocket } from "./clients.ts";
import { RawSocket } from "./raw_socket.ts";
import { PRODUCTS } from "./support.ts";

describe("connecting by graphql-transport-ws", () => {
  it("answers the upgrade with its protocol, picked from those that are offered", async () => {
    const { response, socket } = await openSocket("other, graphql-transport-ws");
    socket.accept();
    expect(response.status).toBe(101);
    expect(response.headers.get("Sec-WebSocket-Protocol")).toBe("graphql-transport-ws");
    socket.close();
  });

  it.each([["graphql-ws"], ["something"], [null]])("closes with 4406 when %s is offered", async (protocol) => {
    const raw = await RawSocket.open(protocol);
    expect(raw.response.headers.get("Sec-WebSocket-Protocol")).toBeNull();
    expect(await raw.untilClosed()).toEqual({ code: 4406, reason: "Subprotocol not acceptable" });
  });

  it("authenticates by the upgrade's headers, which are refused by HTTP when they are nobody's", async () => {
    const { api_key } = await createOrganization();
    const ways: Record<string, string>[] = [{ Authorization: `Bearer ${api_key}` }, { "X-API-Key": api_key }];
    for (const headers of ways) {
      const raw = await RawSocket.open(undefined, headers);
      raw.send({ type: "connection_init" });
      await raw.until("connection_ack");
      raw.close();
    }
    const refused = await exports.default.fetch(
      new Request(`${BASE_URL}/graphql`, {
        headers: { Upgrade: "websocket", "Sec-WebSocket-Protocol": "graphql-transport-ws", Authorization: "Bearer crow_live_nonsense" },
      }),
    );
    expect(refused.status).toBe(401);
    expect(refused.headers.get("WWW-Authenticate")).toContain("Bearer");
  });

  it.each([["Authorization"], ["authorization"], ["X-API-Key"], ["apiKey"]])("authenticates by %s in connection_init", async (name) => {
    const { api_key } = await createOrganization();
    const payload = { [name]: name.toLowerCase() === "authorization" ? `Bearer ${api_key}` : api_key };
    for (const sent of [payload, { headers: payload }]) {
      const raw = await RawSocket.open();
      raw.send({ type: "connection_init", payload: sent });
      await raw.until("connection_ack");
      raw.close();
    }
  });

  it("is the operator's for the organization that connection_init names", async () => {
    const { id } = await createOrganization();
    const raw = await RawSocket.open();
    raw.send({ type: "connection_init", payload: { Authorization: `Bearer ${OPERATOR_TOKEN}`, "X-Organization-Id": id } });
    await raw.until("connection_ack");
    raw.subscribe("a", `{ organization(id: "${id}") { name } }`);
    expect((await raw.until("next"))[0]!.payload).toMatchObject({ data: { organization: { name: "Test shop" } } });
    raw.close();
    for (const payload of [{}, { "X-Organization-Id": `${id}.test` }, { "X-Organization-Id": "org_unknown" }]) {
      const refused = await RawSocket.open();
      refused.send({ type: "connection_init", payload: { Authorization: `Bearer ${OPERATOR_TOKEN}`, ...payload } });
      expect((await refused.untilClosed()).code).toBe(4403);
    }
  });

  it("works on the credential's own organization alone, whichever the client names", async () => {
    const { id, api_key } = await createOrganization();
    const other = await createOrganization();
    const open = async (organization_id: string): Promise<RawSocket> => {
      const raw = await RawSocket.open();
      raw.send({ type: "connection_init", payload: { Authorization: `Bearer ${api_key}`, "X-Organization-Id": organization_id } });
      return raw;
    };
    const own = await open(id);
    await own.until("connection_ack");
    own.close();
    expect((await (await open(other.id)).untilClosed()).code).toBe(4403);
  });

  it("closes with 4401, final to clients, when the credential is missing, wrong, revoked, or in the URL, and says what to do", async () => {
    const { api_key } = await createOrganization();
    const made = await send("POST", "/api/v1/api-keys", { key: api_key, body: { name: "Gone", scopes: ["products:read"] } });
    await send("DELETE", `/api/v1/api-keys/${String(made.body.id)}`, { key: api_key });
    const missing = 'Send connectionParams: { Authorization: "Bearer …" }';
    const wrong = "This credential is not valid; send an API key or an access token as Bearer …";
    const init = [
      [undefined, missing],
      [{}, missing],
      [{ Authorization: "Bearer nonsense" }, wrong],
      [{ headers: { Authorization: "Bearer nonsense" } }, wrong],
      [{ Authorization: 7 }, missing],
      [{ apiKey: "crow_live_ü" }, missing],
      [{ Authorization: `Bearer ${String(made.body.key)}` }, expect.stringMatching(/^This API key is not valid; /)],
    ] as const;
    for (const [payload, reason] of init) {
      const raw = await RawSocket.open();
      raw.send({ type: "connection_init", payload });
      expect(await raw.untilClosed(), JSON.stringify(payload)).toEqual({ code: 4401, reason });
    }
    const response = await exports.default.fetch(
      new Request(`${BASE_URL}/graphql?api_key=${api_key}`, { headers: { Upgrade: "websocket", "Sec-WebSocket-Protocol": "graphql-transport-ws" } }),
    );
    const socket = response.webSocket!;
    const closed = new Promise<number>((resolve) => socket.addEventListener("close", ({ code }) => resolve(code)));
    socket.accept();
    socket.send(JSON.stringify({ type: "connection_init" }));
    expect(await closed).toBe(4401);
  });

  it("closes with 4408 when connection_init does not come, and with 4429 when it comes twice", async () => {
    const { api_key } = await createOrganization();
    const silent = await RawSocket.open();
    const twice = await RawSocket.joined(api_key);
    twice.send({ type: "connection_init" });
    expect(await twice.untilClosed()).toEqual({ code: 4429, reason: "Too many initialisation requests" });
    const at_once = await RawSocket.open();
    at_once.send({ type: "connection_init", payload: { apiKey: api_key } });
    at_once.send({ type: "connection_init", payload: { apiKey: api_key } });
    expect((await at_once.untilClosed()).code).toBe(4429);
    expect(await silent.untilClosed()).toEqual({ code: 4408, reason: "Connection initialisation timeout" });
  });

  it("closes with 4401 when something is asked before the acknowledgement", async () => {
    const { api_key } = await createOrganization();
    const raw = await RawSocket.open();
    raw.subscribe("a", PRODUCTS);
    expect(await raw.untilClosed()).toEqual({ code: 4401, reason: "Unauthorized" });
    const hasty = await RawSocket.open();
    hasty.send({ type: "connection_init", payload: { apiKey: api_key } });
    hasty.subscribe("a", PRODUCTS);
    expect((await hasty.untilClosed()).code).toBe(4401);
    expect(hasty.of("connection_ack")).toEqual([]);
  });
});
