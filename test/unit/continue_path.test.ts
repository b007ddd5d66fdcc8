import { describe, expect, it } from "vitest";
import { continuePath } from "../../src/edge/account/continue_path.ts";

describe("where a sign-in goes on", () => {
  it.each([
    "/account",
    "/account/passkeys?done=added",
    "/account?done=joined",
    "/oauth/authorize?redirect_uri=https%3A%2F%2Fapp.example%2Fcb",
    "/oauth/authorize?redirect_uri=https://app.example/cb&scope=a#b",
  ])("is %s", (path) => {
    expect(continuePath(path)).toBe(path);
  });

  it.each([
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/account//evil.example",
    "/account/..//evil.example",
    "/account/%2e%2e//evil.example",
    "/account/%2E./x",
    "/oauth/../evil",
    "/oauth/authorize\r\nSet-Cookie: a=b",
    "/oauth/authorize\u0000",
    "/account\t/x",
    "/account/\u00e4",
    "javascript:alert(1)",
    "/docs",
    "/accounts",
    "/oauthx",
    "account",
    " /account",
    "",
    null,
    undefined,
  ])("is never %j", (path) => {
    expect(continuePath(path)).toBe("/account");
  });

  it("is never longer than a browser's address", () => {
    expect(continuePath(`/account/${"a".repeat(9_000)}`)).toBe("/account");
  });
});
