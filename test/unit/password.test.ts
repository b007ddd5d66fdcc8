import { describe, expect, it } from "vitest";
import { hashPassword, NO_PASSWORD, verifyPassword } from "../../src/actors/accounts/password.ts";
import { deviceName } from "../../src/domain/accounts/device.ts";
import { passwordProblem } from "../../src/domain/accounts/password.ts";

const EMAIL = "kim.lee@example.com";

describe("a password", () => {
  it.each([
    "correct horse battery staple",
    "hunter2-and-then-some",
    "ééééaèùçàîôûâ",
    "4567 rainbows over",
    "🐦‍⬛ a crow says kraa",
    "x".repeat(128) + "y z".repeat(40),
    "crow crow feathers",
    "the secret of a good tea",
    "correct horse battery staplecorrect horse battery staple",
  ])("may be %s", (password) => {
    expect(passwordProblem(password, EMAIL)).toBeNull();
  });

  it.each([
    ["short", /at least 12/],
    ["elevenchars", /at least 12/],
    ["x".repeat(200) + "word ".repeat(20), /at most 256/],
    ["I am KIM.LEE and this is it", /e-mail/],
    ["aaaaaaaaaaaaaa", /repeat/],
    ["abcabcabcabc", /repeat/],
    ["12121212121212", /repeat/],
    ["passpasspass1", /repeat/],
    ["passwordpassword", /repeat/],
    ["PasswordPassword1!", /repeat/],
    ["banana banana", /repeat/],
    ["elephantelephantele", /repeat/],
    ["20262026202620", /repeat/],
    ["Password1234!", /try first/],
    ["p@ssw0rd2026!", /try first/],
    ["letmein-welcome-1", /try first/],
    ["admin-2026-admin!", /try first/],
    ["123456789012", /counting/],
    ["987654321098", /counting/],
    ["abcdefghijklmn", /alphabet/],
    ["QWERTYUIOPAS", /keyboard/],
    ["poiuytrewqlk", /keyboard/],
  ])("may not be %s", (password, reason) => {
    expect(passwordProblem(password, EMAIL)).toMatch(reason);
  });

  it("may hold a short local part, which many words do", () => {
    expect(passwordProblem("a cat and a dog walk", "cat@example.com")).toBeNull();
  });
});

describe("a stored password", () => {
  it("is checked at the same cost where there is none, and then never right", () => {
    const cost = (stored: string): string[] => stored.split("$").slice(0, 4);
    const lengths = (stored: string): number[] => stored.split("$").map(({ length }) => length);
    const stored = hashPassword("correct horse battery staple");
    expect(cost(NO_PASSWORD)).toEqual(cost(stored));
    expect(lengths(NO_PASSWORD)).toEqual(lengths(stored));
    expect(verifyPassword("correct horse battery staple", stored)).toBe(true);
    expect(verifyPassword("correct horse battery stapler", stored)).toBe(false);
    for (const password of ["", "correct horse battery staple"]) {
      expect(verifyPassword(password, null)).toBe(false);
      expect(verifyPassword(password, NO_PASSWORD)).toBe(false);
    }
  });
});

describe("a device's name", () => {
  it.each([
    ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36", "Chrome on Windows"],
    ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0", "Edge on Windows"],
    ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15", "Safari on macOS"],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
      "Safari on iPhone",
    ],
    ["Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome on Android"],
    ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"],
    ["curl/8.5.0", "curl"],
    ["<script>", "Unknown device"],
    [null, "Unknown device"],
  ])("of %s is %s", (user_agent, name) => {
    expect(deviceName(user_agent)).toBe(name);
  });
});
