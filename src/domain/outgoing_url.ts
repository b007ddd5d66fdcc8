/** Names that mean this machine or its network; a public endpoint has a public name. */
const LOCAL_SUFFIXES: ReadonlySet<string> = new Set([
  "localhost",
  "local",
  "internal",
  "intranet",
  "lan",
  "home",
  "corp",
  "private",
  "test",
  "invalid",
  "onion",
  "arpa",
]);

/**
 * Why a URL of a client's may not be called from here, or null when it may. Only https by a public host name: every literal address is refused (the URL parser turns
 * octal, hexadecimal and short notations into dotted ones first), as are names of this machine, single labels, credentials, and odd ports. What a name
 * resolves to is checked where the connection is made: workerd's network refuses private addresses, and Cloudflare's reaches none.
 */
export function refuseOutgoing(text: string, own_host: string | null): string | null {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return "an absolute URL";
  }
  if (url.protocol !== "https:") return "an https URL";
  if (url.username !== "" || url.password !== "") return "a URL without credentials";
  if (url.port !== "" && url.port !== "8443") return "port 443 or 8443";
  const host = url.hostname.replace(/\.$/, "").toLowerCase();
  if (host.startsWith("[") || /^[\d.]+$/.test(host)) return "a host name, not an address";
  const labels = host.split(".");
  if (labels.length < 2 || labels.some((label) => label === "")) return "a public host name";
  if (LOCAL_SUFFIXES.has(labels.at(-1)!) || host === own_host?.split(":")[0]?.toLowerCase()) return "a public host name";
  return null;
}
