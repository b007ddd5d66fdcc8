/** After a POST, or to another page of ours: 303, with the cookies to set. */
export function seeOther(location: string, cookies: readonly (string | null)[] = []): Response {
  const headers = new Headers({ Location: location, "Cache-Control": "no-store" });
  for (const value of cookies) if (value !== null) headers.append("Set-Cookie", value);
  return new Response(null, { status: 303, headers });
}
