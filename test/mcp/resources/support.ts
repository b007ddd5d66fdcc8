import { env } from "cloudflare:workers";
import { actorOf, organizationActor } from "../../../src/actors/rpc.ts";
import { parseApiKey } from "../../../src/actors/secrets/api_key_format.ts";
import type { McpAnswer, McpClient, McpCommand, McpView } from "../../../src/domain/mcp/command.ts";
import type { McpErrorObject } from "../../../src/domain/mcp/message.ts";
import { BASE_URL, createOrganization, send, type TestOrganization } from "../../support/api.ts";
import { wholeAnswer } from "../../support/mcp_answer.ts";

const DAY_MS = 86_400_000;

export type Params = Record<string, unknown>;

/** What a result of these methods has. */
export interface Result extends Params {
  contents: { uri: string; mimeType: string; text: string }[];
  resources: (Params & { uri: string; name: string; title: string })[];
  resourceTemplates: (Params & { uriTemplate: string; name: string })[];
  prompts: (Params & { name: string; arguments: (Params & { name: string; required: boolean })[] })[];
  messages: { role: string; content: Params & { type: string; text: string; resource: { uri: string; mimeType: string; text: string } } }[];
  completion: { values: string[]; total?: number; hasMore: boolean };
  nextCursor?: string;
  _meta: { "crow/rate_limit": { charged: number; minute: unknown; day: unknown } };
}

interface Asking {
  protocol_version?: string;
  view?: McpView;
  session_id?: string | null;
}

/** One message to the organization's actor, as the edge sends it for this key. */
export class Client {
  constructor(private readonly key: string) {}

  async result(method: string, params: Params = {}, asking: Asking = {}): Promise<Result> {
    const answer = await this.ask(method, params, asking);
    if (answer.reply?.kind !== "result") throw new Error(`${method}: ${JSON.stringify(answer.reply ?? answer.failure)}`);
    return answer.reply.result as Result;
  }

  async error(method: string, params: Params = {}, asking: Asking = {}): Promise<McpErrorObject & { data: { code: string; details: Params } }> {
    const answer = await this.ask(method, params, asking);
    if (answer.reply?.kind !== "error") throw new Error(`${method}: no error but ${JSON.stringify(answer)}`);
    return answer.reply.error as McpErrorObject & { data: { code: string; details: Params } };
  }

  /** The text of a resource's one content. */
  async read(uri: string): Promise<string> {
    const { contents } = await this.result("resources/read", { uri });
    return contents[0]!.text;
  }

  async session(): Promise<string> {
    const { reply } = await this.send({ type: "initialize", client: clientOf("2025-11-25") }, {});
    if (reply?.kind !== "session") throw new Error(`no session: ${JSON.stringify(reply)}`);
    return reply.session_id;
  }

  ask(method: string, params: Params, asking: Asking): Promise<McpAnswer> {
    const { session_id = null, protocol_version = "2026-07-28" } = asking;
    const client = session_id === null ? clientOf(protocol_version) : null;
    return this.send({ type: "request", request: { id: 1, method, params, session_id, client, progress_token: null, input: null } }, asking);
  }

  private async send(body: Params, { view }: Asking): Promise<McpAnswer> {
    const credential = parseApiKey(this.key, env.CROW_SECRET)!;
    const envelope = { credential, protocol: "mcp", request_id: "req_test", ip: null, origin: null, base_url: BASE_URL };
    const command = { ...envelope, view: view ?? { readonly: false, toolsets: null }, ...body } as unknown as McpCommand;
    return wholeAnswer(await organizationActor(env, actorOf(credential)!).mcpText(JSON.stringify(command)));
  }
}

function clientOf(protocol_version: string): McpClient {
  return { protocol_version, info: { name: "test", version: "1" }, capabilities: {} };
}

/** A client of the organization that may do this alone. */
export async function clientWith(organization: TestOrganization, scopes: readonly string[]): Promise<Client> {
  const { status, body } = await send<{ key: string }>("POST", "/api/v1/api-keys", { key: organization.api_key, body: { name: "Narrow", scopes } });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return new Client(body.key);
}

export interface Shop {
  organization: TestOrganization;
  client: Client;
  /** T-shirt (SKU TSHIRT-M) and Mug (external id 1002). */
  products: { tshirt: string; mug: string };
  interaction_id: string;
  export_id: string;
}

/** A day so many days before today, UTC. */
export function daysAgo(days: number): string {
  return new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
}

/** An organization with two products, an export, and three weeks of interactions that ended yesterday: each day one visitor buys a T-shirt and one only looks at a mug. */
export async function createShop(): Promise<Shop> {
  const organization = await createOrganization({ name: "Resource shop", currency: "EUR" });
  const key = organization.api_key;
  const tshirt = await created(key, "/api/v2/products", {
    title: "T-shirt",
    sku: "TSHIRT-M",
    category: "apparel",
    price: { amount: 1999, currency: "EUR" },
  });
  const mug = await created(key, "/api/v2/products", { title: "Mug | `blue`", external_id: "1002" });
  const interactions = Array.from({ length: 21 }, (_, index) => day(index + 1)).flat();
  const { body } = await send<{ results: { id: string }[] }>("POST", "/api/v2/interactions", { key, body: { interactions, backfill: true } });
  const export_id = await created(key, "/api/v2/exports", { resource: "products", format: "csv" });
  return { organization, client: new Client(key), products: { tshirt, mug }, interaction_id: body.results.at(-1)!.id, export_id };
}

async function created(key: string, path: string, body: Params): Promise<string> {
  const reply = await send<{ id: string }>("POST", path, { key, body });
  if (reply.status !== 201) throw new Error(JSON.stringify(reply.body));
  return reply.body.id;
}

function day(ago: number): Params[] {
  const at = (time: string): string => `${daysAgo(ago)}T${time}:00Z`;
  const buyer = { visitor_id: `buyer-${ago}`, session_id: `s-${ago}`, items: [{ sku: "TSHIRT-M", price: { amount: 1999, currency: "EUR" } }] };
  return [
    { type: "view_item", occurred_at: at("10:00"), ...buyer },
    { type: "add_to_cart", occurred_at: at("10:01"), ...buyer },
    { type: "purchase", occurred_at: at("10:05"), ...buyer, transaction_id: `t-${ago}`, value: { amount: 1999, currency: "EUR" } },
    {
      type: "view_item",
      occurred_at: at("11:00"),
      visitor_id: `looker-${ago}`,
      session_id: `l-${ago}`,
      items: [{ external_id: "1002" }, { external_id: "9999" }],
    },
    { type: "custom:wish_list", occurred_at: at("11:01"), visitor_id: `looker-${ago}`, session_id: `l-${ago}` },
  ];
}

/** A template with its variables filled in from this shop. */
export function uriOf(template: string, of: Shop): string {
  const values: Record<string, string> = {
    product_id: of.products.tshirt,
    interaction_id: of.interaction_id,
    export_id: of.export_id,
    date_from: daysAgo(7),
    date_to: daysAgo(1),
  };
  return template.replaceAll(/\{(\w+)\}/g, (_match, name: string) => values[name]!);
}
