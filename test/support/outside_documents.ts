interface Document {
  status?: number;
  headers?: Record<string, string>;
  body: string;
}

const documents = new Map<string, Document>();
const reads = new Map<string, number>();

/**
 * The outside world's documents, on hosts that end in `.documents.example`: PUT a Document as JSON to say what a GET of the same URL answers; a GET of `/reads` tells how often
 * every URL was read. Null for other hosts.
 */
export async function outsideDocument(request: Request): Promise<Response | null> {
  const url = new URL(request.url);
  if (!url.hostname.endsWith(".documents.example")) return null;
  if (request.method === "PUT") {
    documents.set(request.url, (await request.json()) as Document);
    return Response.json({});
  }
  if (url.pathname === "/reads") return Response.json(Object.fromEntries(reads));
  reads.set(request.url, (reads.get(request.url) ?? 0) + 1);
  const document = documents.get(request.url);
  if (!document) return new Response("nothing here", { status: 404 });
  return new Response(document.body, { status: document.status ?? 200, headers: { "Content-Type": "application/json", ...document.headers } });
}
