import { createClient, type Client } from "graphql-ws";
import { createClient as createSseClient } from "graphql-sse";
import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startServer, type RunningServer } from "./server.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.stop("SIGTERM");
  rmSync(server.data, { recursive: true, force: true });
});

const QUERY = "subscription Products($after: String) { productChanged(after: $after) { product { title } } }";

interface Answer {
  data: { productChanged: { product: { title: string } } };
  extensions: { sequence: string };
}

async function product(title: string): Promise<void> {
  const response = await fetch(`${server.demo.base_url}/api/v2/products`, {
    method: "POST",
    headers: { Authorization: `Bearer ${server.demo.api_key}`, "Content-Type": "application/json" },
    body: JSON.stringify({ title }),
  });
  if (!response.ok) throw new Error(await response.text());
}

/** As Apollo's GraphQLWsLink and urql's subscriptionExchange use it: connected when needed, again and again, with Node's own WebSocket. */
function connect(connected: () => void = () => {}): Client {
  return createClient({
    url: `${server.demo.base_url.replace("http", "ws")}/graphql`,
    connectionParams: () => ({ Authorization: `Bearer ${server.demo.api_key}` }),
    lazy: true,
    retryAttempts: 50,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 100)),
    shouldRetry: () => true,
    on: { connected },
  });
}

const titles = (answers: Answer[]): string[] => answers.map(({ data }) => data.productChanged.product.title);
const until = (condition: () => boolean): Promise<boolean> => vi.waitUntil(condition, { timeout: 20_000, interval: 20 });
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe("a running server's subscriptions", () => {
  it("come by Node's own WebSocket in the ways that Apollo and urql send them", async () => {
    const client = connect();
    const answers: Record<string, Answer[]> = { apollo: [], urql: [] };
    const sink = (name: string) => ({
      next: (answer: unknown) => void answers[name]!.push(answer as Answer),
      error: (error: unknown) => expect.fail(JSON.stringify(error)),
      complete: () => {},
    });
    const stop = [
      // Apollo prints the operation and sends it with its extensions.
      client.subscribe({ operationName: "Products", query: QUERY, variables: {}, extensions: {} }, sink("apollo")),
      // urql sends its fetch body, with what it does not use left undefined.
      client.subscribe(
        { query: QUERY, operationName: "Products", variables: { after: undefined }, extensions: undefined, documentId: undefined } as never,
        sink("urql"),
      ),
    ];
    await pause(500);
    await product("A");
    await until(() => answers.apollo!.length === 1 && answers.urql!.length === 1);
    for (const each of stop) each();
    expect(titles(answers.apollo!)).toEqual(["A"]);
    await client.dispose();
  });

  it("go on where they were after the server was stopped and started again", async () => {
    let connections = 0;
    const client = connect(() => void (connections += 1));
    const answers: Answer[] = [];
    // A client that is connected again sends what it was given: it is kept up to date with the place.
    const payload = { query: QUERY, variables: {} as Record<string, unknown> };
    client.subscribe<Answer["data"]>(payload, {
      next: (answer) => {
        answers.push(answer as unknown as Answer);
        payload.variables.after = (answer as unknown as Answer).extensions.sequence;
      },
      error: (error) => expect.fail(JSON.stringify(error)),
      complete: () => {},
    });
    await until(() => connections === 1);
    await pause(300);
    await product("before");
    await until(() => answers.length === 1);
    await server.stop("SIGTERM");
    const { port, data } = server;
    server = await startServer({ port, data });
    await product("meanwhile");
    await until(() => connections === 2);
    await product("after");
    await until(() => answers.length === 3);
    await pause(200);
    expect(titles(answers)).toEqual(["before", "meanwhile", "after"]);
    await client.dispose();
  });

  it("come as server-sent events over the network", async () => {
    const client = createSseClient({ url: `${server.demo.base_url}/graphql`, headers: { Authorization: `Bearer ${server.demo.api_key}` } });
    const answers = client.iterate<Answer["data"]>({ query: QUERY });
    const first = answers.next();
    await pause(500);
    await product("streamed");
    expect(titles([(await first).value as unknown as Answer])).toEqual(["streamed"]);
    await answers.return!();
    client.dispose();
  });
});
