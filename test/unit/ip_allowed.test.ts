import { describe, expect, it } from "vitest";
import { ipAllowed } from "../../src/actors/core/authenticate.ts";
import { ApiKeySettings } from "../../src/domain/api_keys/api_key.ts";

describe("an allow-list", () => {
  it.each([
    ["203.0.113.9", ["203.0.113.9"], true],
    ["203.0.113.10", ["203.0.113.9"], false],
    ["203.0.113.0", ["203.0.113.0/24"], true],
    ["203.0.113.255", ["203.0.113.77/24"], true],
    ["203.0.114.0", ["203.0.113.0/24"], false],
    ["198.51.100.1", ["203.0.113.0/24", "198.51.100.0/31"], true],
    ["198.51.100.2", ["203.0.113.0/24", "198.51.100.0/31"], false],
    ["8.8.8.8", ["0.0.0.0/0"], true],
    ["2001:db8::1", ["0.0.0.0/0"], false],
    ["2001:db8:0:0::1", ["2001:DB8::1"], true],
    ["2001:db8:ffff::", ["2001:db8::/32"], true],
    ["2001:db9::", ["2001:db8::/32"], false],
    ["::ffff:203.0.113.9", ["203.0.113.0/24"], true],
    ["203.0.113.9", ["::ffff:203.0.113.9"], true],
    ["203.0.113.9", ["::/0"], false],
  ])("%s in %j: %s", (ip, ranges, allowed) => {
    expect(ipAllowed(ip, ranges)).toBe(allowed);
  });

  it.each([null, "", "unknown", "203.0.113", "203.0.113.9, 198.51.100.1", "203.0.113.9:443", "1", "0313.0.0161.011"])(
    "never admits the address %j",
    (ip) => {
      expect(ipAllowed(ip, ["0.0.0.0/1", "203.0.113.9", "::/0"])).toBe(false);
    },
  );

  it.each(["10.0.0.0/33", "10.0.0.0/08", "2001:db8::/129", "10.0.0.0/8/8", "10.0.0", "010.0.0.1", "fe80::1%eth0", "0::0::1", "example.com", ""])(
    "cannot hold %j",
    (range) => {
      expect(ApiKeySettings.shape.allowed_ips.safeParse([range]).success).toBe(false);
    },
  );

  it("cannot hold a range on which the check would fail later", () => {
    const odd = [
      "::1.2.3.4",
      "1::1.2.3.4",
      "::ffff:10.0.0.0/104",
      "64:ff9b::10.0.0.1/96",
      "1:2:3:4:5:6:7::",
      "::/0",
      "ABCD::1/64",
      "::ffff:0:1.2.3.4",
    ];
    for (const range of odd) {
      expect(ApiKeySettings.shape.allowed_ips.safeParse([range]).success).toBe(true);
      expect(() => ipAllowed("203.0.113.9", [range])).not.toThrow();
    }
  });
});
