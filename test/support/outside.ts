import { openIdProvider } from "./openid_provider.ts";
import { outsideDocument } from "./outside_documents.ts";

/** What the outside world got by POST, by path, and how it answers: the tests' webhook receiver. GET gives it back; PUT sets the answer. */
const received = new Map<string, { headers: Record<string, string>; body: string }[]>();
const answers = new Map<string, { status: number; headers?: Record<string, string> }>();

/** Everything beyond the Worker, in the tests' own process: another OpenID provider and documents by their hosts, a receiver of webhooks by any other. */
export async function outside(request: Request): Promise<Response> {
  const url = new URL(request.url);
  if (url.host === "login.provider.example") return openIdProvider(request, url);
  const document = await outsideDocument(request);
  if (document) return document;
  const { pathname } = url;
  if (request.method === "GET") return Response.json(received.get(pathname) ?? []);
  if (request.method === "PUT") {
    answers.set(pathname, (await request.json()) as { status: number });
    return Response.json({});
  }
  const { status, headers } = answers.get(pathname) ?? { status: 200 };
  received.set(pathname, [...(received.get(pathname) ?? []), { headers: Object.fromEntries(request.headers), body: await request.text() }]);
  return new Response("thanks", { status, headers });
}
