import { describe, expect, it } from "vitest";
import { networkOf } from "../../src/edge/throttle.ts";

describe("what counts as one address", () => {
  it.each([
    ["203.0.113.9", "203.0.113.9"],
    ["::ffff:203.0.113.9", "203.0.113.9"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::1", "2001:db8:1:2::/64"],
    ["not an address", "unknown"],
    [null, "unknown"],
  ])("%s is %s", (ip, network) => {
    expect(networkOf(ip)).toBe(network);
  });

  it("is the same for a whole network of IPv6, and another for the next", () => {
    expect(networkOf("2001:db8:1:2:ffff::")).toBe(networkOf("2001:db8:1:2::7"));
    expect(networkOf("2001:db8:1:3::")).not.toBe(networkOf("2001:db8:1:2::"));
  });
});
