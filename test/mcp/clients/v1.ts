import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { TransportSendOptions } from "@modelcontextprotocol/sdk/shared/transport.js";
import { CallToolResultSchema, ElicitRequestSchema, isInitializeRequest, type JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { BASE_URL } from "../../support/api.ts";
import { changeIn, followInSession, type ConnectOptions, type McpClient, type Tool, type ToolResult } from "./client.ts";
import { Network } from "./network.ts";

/** A client that knows one revision only: the library's always asks for its latest. */
class OldTransport extends StreamableHTTPClientTransport {
  pinned: string | undefined;

  override send(message: JSONRPCMessage | JSONRPCMessage[], options?: TransportSendOptions): Promise<void> {
    if (this.pinned === undefined || !isInitializeRequest(message)) return super.send(message, options as never);
    const asked = { ...message, params: { ...(message as { params: object }).params, protocolVersion: this.pinned } };
    return super.send(asked as JSONRPCMessage, options as never);
  }
}

/** `@modelcontextprotocol/sdk`: always in a session. */
export async function connectV1(options: ConnectOptions): Promise<McpClient> {
  const { key, path = "/mcp", network = new Network(), person, session, retries = 3 } = options;
  const client = new Client({ name: "v1", version: "1.0.0" }, { capabilities: person ? { elicitation: {} } : {} });
  const transport = new OldTransport(new URL(BASE_URL + path), {
    fetch: network.fetch,
    requestInit: { headers: { Authorization: `Bearer ${key}` } },
    reconnectionOptions: { initialReconnectionDelay: 50, maxReconnectionDelay: 200, reconnectionDelayGrowFactor: 1, maxRetries: retries },
    ...(session ? { sessionId: session.id } : {}),
  });
  transport.pinned = options.version;
  if (session) transport.setProtocolVersion(session.version);
  const [told, errors]: [string[], Error[]] = [[], []];
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the SDK has no other way
  client.onerror = (error) => errors.push(error);
  client.fallbackNotificationHandler = async (notification) => void told.push(changeIn(notification));
  if (person) client.setRequestHandler(ElicitRequestSchema, async ({ params }) => ({ ...(await person(params.message)) }));
  await client.connect(transport);
  const all = async <Page extends { nextCursor?: string }, Item>(
    list: (params: { cursor?: string }) => Promise<Page>,
    itemsOf: (page: Page) => Item[],
  ): Promise<Item[]> => {
    const items: Item[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await list(cursor === undefined ? {} : { cursor });
      items.push(...itemsOf(page));
      cursor = page.nextCursor;
      if (cursor === undefined) return items;
    }
  };
  return {
    network,
    told,
    errors,
    get version() {
      return transport.protocolVersion;
    },
    get session() {
      return transport.sessionId;
    },
    server: () => client.getServerVersion(),
    tools: () =>
      all(
        (params) => client.listTools(params),
        ({ tools }) => tools as Tool[],
      ),
    resources: () =>
      all(
        (params) => client.listResources(params),
        ({ resources }) => resources,
      ),
    templates: async () => (await client.listResourceTemplates()).resourceTemplates.map(({ uriTemplate }) => uriTemplate),
    prompts: async () => (await client.listPrompts()).prompts.map(({ name }) => name),
    async call(name, args = {}, { meta, ...more } = {}) {
      const params = { name, arguments: args, ...(meta ? { _meta: meta } : {}) };
      // What is resumed was checked against no schema: its client has not listed the tools.
      if (more.resumptionToken !== undefined)
        return (await client.request({ method: "tools/call", params }, CallToolResultSchema, more)) as ToolResult;
      return (await client.callTool(params, CallToolResultSchema, more)) as ToolResult;
    },
    read: async (uri) => (await client.readResource({ uri })).contents,
    prompt: async (name, args = {}) => (await client.getPrompt({ name, arguments: args })).messages,
    async completed(uri, argument, value) {
      const { completion } = await client.complete({ ref: { type: "ref/resource", uri }, argument: { name: argument, value } });
      return completion.values;
    },
    ping: () => client.ping(),
    follow: (...uris) => followInSession(client, network, uris),
    reopen: (place) => transport.resumeStream(place),
    async end() {
      await transport.terminateSession();
      await client.close();
    },
    leave: () => client.close(),
  };
}
