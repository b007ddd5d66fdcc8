import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { BASE_URL } from "../../support/api.ts";
import { changeIn, type ConnectOptions, type McpClient, type Tool, type ToolResult, followInSession } from "./client.ts";
import { Network } from "./network.ts";

type Mode = "legacy" | "auto" | { pin: string };

/** `@modelcontextprotocol/client`: in a session, or in the stateless revision where the server speaks it. */
export async function connectV2(mode: Mode, options: ConnectOptions): Promise<McpClient> {
  const { key, path = "/mcp", network = new Network(), person, session, version, retries = 3 } = options;
  const client = new Client(
    { name: "v2", version: "1.0.0" },
    {
      capabilities: person ? { elicitation: {} } : {},
      versionNegotiation: { mode },
      ...(version === undefined ? {} : { supportedProtocolVersions: [version] }),
    },
  );
  const transport = new StreamableHTTPClientTransport(new URL(BASE_URL + path), {
    fetch: network.fetch,
    requestInit: { headers: { Authorization: `Bearer ${key}` } },
    reconnectionOptions: { initialReconnectionDelay: 50, maxReconnectionDelay: 200, reconnectionDelayGrowFactor: 1, maxRetries: retries },
    ...(session ? { sessionId: session.id, protocolVersion: session.version } : {}),
  });
  const [told, errors]: [string[], Error[]] = [[], []];
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the SDK has no other way
  client.onerror = (error) => errors.push(error);
  client.fallbackNotificationHandler = async (notification) => void told.push(changeIn(notification));
  if (person) client.setRequestHandler("elicitation/create", async ({ params }) => ({ ...(await person(params.message)) }));
  await client.connect(transport);
  return {
    network,
    told,
    errors,
    get version() {
      return client.getNegotiatedProtocolVersion();
    },
    get session() {
      return transport.sessionId;
    },
    server: () => client.getServerVersion(),
    tools: async () => (await client.listTools()).tools as Tool[],
    resources: async () => (await client.listResources(undefined, { cacheMode: "bypass" })).resources,
    templates: async () => (await client.listResourceTemplates()).resourceTemplates.map(({ uriTemplate }) => uriTemplate),
    prompts: async () => (await client.listPrompts()).prompts.map(({ name }) => name),
    async call(name, args = {}, { meta, ...more } = {}) {
      const params = { name, arguments: args, ...(meta ? { _meta: meta } : {}) };
      if (more.resumptionToken !== undefined) return (await client.request({ method: "tools/call", params }, more)) as ToolResult;
      return (await client.callTool(params, more)) as ToolResult;
    },
    read: async (uri) => (await client.readResource({ uri }, { cacheMode: "bypass" })).contents,
    prompt: async (name, args = {}) => (await client.getPrompt({ name, arguments: args })).messages,
    async completed(uri, argument, value) {
      const { completion } = await client.complete({ ref: { type: "ref/resource", uri }, argument: { name: argument, value } });
      return completion.values;
    },
    ping: () => client.ping(),
    async follow(...uris) {
      if (client.getProtocolEra() === "modern") {
        const lists = { toolsListChanged: true, resourcesListChanged: true, promptsListChanged: true };
        const listener = await client.listen({ ...lists, resourceSubscriptions: uris });
        return () => listener.close();
      }
      return followInSession(client, network, uris);
    },
    reopen: (place) => transport.resumeStream(place),
    async end() {
      await transport.terminateSession();
      await client.close();
    },
    leave: () => client.close(),
  };
}
