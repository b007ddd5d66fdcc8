/** Alive: this isolate answers. */
export function healthz(): Response {
  return Response.json({ status: "ok" });
}
