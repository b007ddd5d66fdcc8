import { describe, expect, it } from "vitest";
import { createOrganization } from "../../support/api.ts";
import { pause } from "./clients.ts";
import { RawSocket } from "./raw_socket.ts";

describe("who has not said yet who they are", () => {
  it("is not echoed megabytes", async () => {
    const raw = await RawSocket.open();
    const ping = JSON.stringify({ type: "ping", payload: { a: "x".repeat(1_000_000) } });
    for (let count = 0; count < 14; count++) raw.send(ping);
    expect((await raw.untilClosed()).code).toBe(1009);
    expect(raw.of("pong")).toEqual([]);
  });

  it("is echoed 64 KB at most that nobody reads", async () => {
    const raw = await RawSocket.open();
    for (let count = 0; count < 100; count++) raw.send({ type: "ping", payload: { a: "x".repeat(1_000) } });
    expect(await raw.untilClosed()).toEqual({ code: 1013, reason: "The client does not read" });
    expect(JSON.stringify(raw.of("pong")).length).toBeLessThan(70_000);
  });

  it("sends a connection_init of 16 KB at most", async () => {
    const { api_key } = await createOrganization();
    const init = (length: number) => ({ type: "connection_init", payload: { apiKey: api_key, more: "x".repeat(length) } });
    const [large, larger] = [await RawSocket.open(), await RawSocket.open()];
    large.send(init(16_000));
    await large.until("connection_ack");
    larger.send(init(16_384));
    expect(await larger.untilClosed()).toEqual({ code: 1009, reason: "At most 16384 bytes in a message until connection_ack" });
    large.close();
  });
});

describe("a client's own pings", () => {
  it("have a payload of 1,024 characters at most", async () => {
    const { api_key } = await createOrganization();
    const raw = await RawSocket.joined(api_key);
    raw.send({ type: "ping", payload: { a: "x".repeat(1_000) } });
    await raw.until("pong");
    raw.send({ type: "ping", payload: { a: "x".repeat(1_100) } });
    expect(await raw.untilClosed()).toEqual({ code: 4400, reason: "The payload of a ping has at most 1024 characters" });
  });

  it("end a connection that reads none of the answers", async () => {
    const { api_key } = await createOrganization();
    const raw = await RawSocket.joined(api_key);
    const ping = JSON.stringify({ type: "ping", payload: { a: "x".repeat(1_000) } });
    for (let count = 0; count < 20_000 && !raw.closed; count += 500) {
      for (let index = 0; index < 500; index++) raw.send(ping);
      await pause(0);
    }
    expect(await raw.untilClosed()).toEqual({ code: 1013, reason: "The client does not read" });
  });
});
