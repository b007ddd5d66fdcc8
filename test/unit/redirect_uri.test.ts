import { describe, expect, it } from "vitest";
import { formTargetOf, isExclusive, matchesRedirectUri, redirectUriProblem, withParameters } from "../../src/domain/oauth/redirect_uri.ts";

describe("a redirect URI may be registered", () => {
  it.each([
    "https://app.example/callback",
    "https://app.example:8443/callback?tenant=1",
    "http://127.0.0.1/callback",
    "http://127.0.0.1:3932/callback",
    "http://[::1]:5000/cb",
    "http://localhost/callback",
    "com.example.app:/callback",
  ])("%s", (uri) => {
    expect(redirectUriProblem(uri)).toBeNull();
  });
});

describe("a redirect URI is refused that is", () => {
  it.each([
    ["of a script", "javascript:alert(1)"],
    ["of a script with a point", "java.script:alert(1)//x\u0000"],
    ["data", "data:text/html,hi"],
    ["a file", "file:///etc/passwd"],
    ["plain http", "http://app.example/callback"],
    ["http on a host that only begins like this computer", "http://localhost.evil.example/callback"],
    ["http on an address of the network", "http://192.168.1.2/callback"],
    ["with a fragment", "https://app.example/callback#x"],
    ["with an empty fragment", "https://app.example/callback#"],
    ["with credentials", "https://user:secret@app.example/callback"],
    ["a pattern", "https://*.app.example/callback"],
    ["relative", "/callback"],
    ["with a blank", "https://app.example/call back"],
    ["with a line break", "https://app.example/\r\nSet-Cookie: x"],
    ["a scheme without a point", "myapp:/callback"],
    ["endless", `https://app.example/${"a".repeat(2_000)}`],
  ])("%s", (_what, uri) => {
    expect(redirectUriProblem(uri)).not.toBeNull();
  });
});

describe("a presented redirect URI", () => {
  const registered = ["https://app.example/callback", "http://127.0.0.1:1234/callback", "com.example.app:/done"];

  it.each([...registered, "http://127.0.0.1:59999/callback", "http://127.0.0.1/callback"])("is accepted as %s", (uri) => {
    expect(matchesRedirectUri(uri, registered)).toBe(true);
  });

  it.each([
    ["a longer path", "https://app.example/callback/more"],
    ["a shorter path", "https://app.example/"],
    ["a query", "https://app.example/callback?x=1"],
    ["another port", "https://app.example:8443/callback"],
    ["the default port spelled out", "https://app.example:443/callback"],
    ["another host", "https://app.example.evil.example/callback"],
    ["another scheme", "http://app.example/callback"],
    ["another case of the path", "https://app.example/Callback"],
    ["a fragment", "https://app.example/callback#x"],
    ["credentials", "https://app.example@evil.example/callback"],
    ["a dot segment", "https://app.example/x/../callback"],
    ["an encoded character", "https://app.example/%63allback"],
    ["another loopback path", "http://127.0.0.1:1234/other"],
    ["another loopback host", "http://localhost:1234/callback"],
    ["a loopback host in the credentials", "http://127.0.0.1:80@evil.example/callback"],
    ["another private-use path", "com.example.app:/other"],
  ])("is refused with %s", (_what, uri) => {
    expect(matchesRedirectUri(uri, registered)).toBe(false);
  });
});

describe("an answer to a redirect URI", () => {
  it("keeps the query that is there", () => {
    expect(withParameters("https://app.example/cb?tenant=1", { code: "a b", state: null })).toBe("https://app.example/cb?tenant=1&code=a+b");
  });

  it("is exclusive to https hosts, whose origin a form may end at", () => {
    expect(isExclusive("https://app.example/cb")).toBe(true);
    expect(isExclusive("http://127.0.0.1:80/cb")).toBe(false);
    expect(formTargetOf("https://app.example/cb")).toBe("https://app.example");
    expect(formTargetOf("com.example.app:/done")).toBe("com.example.app:");
  });
});
