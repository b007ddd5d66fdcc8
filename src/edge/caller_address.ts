/**
 * The caller's IP address, for a key's allow-list. Cloudflare sets CF-Connecting-IP and no client can; on one machine workerd tells the peer (`cf.clientIp`,
 * with its port), and the header counts only when the peer is this machine, where the TLS proxy runs that must set it.
 */
export function callerAddress(request: Request): string | null {
  const header = request.headers.get("CF-Connecting-IP");
  const told = (request.cf as { clientIp?: unknown } | undefined)?.clientIp;
  if (typeof told !== "string") return header;
  const peer = told.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
  return peer === "127.0.0.1" || peer === "::1" ? (header ?? peer) : peer;
}
