import { directoryActor } from "../actors/rpc.ts";
import { errorResponse } from "../protocols/rest/respond.ts";

/** Alive: this isolate answers. */
export function healthz(): Response {
  return Response.json({ status: "ok" });
}

/** Ready: actors and their storage answer, and the demo organization is there where one is expected. */
export async function readyz(env: Env): Promise<Response> {
  const ready = await directoryActor(env)
    .isReady(env.DEMO_SLUG ?? null)
    .catch(() => false);
  if (ready) return Response.json({ status: "ready" });
  return errorResponse({ code: "UNAVAILABLE", message: "Not ready yet; retry in a moment", details: { retry_after_s: 1 } });
}
