import { describe, expect, it } from "vitest";
import { moment, sinceText } from "../../src/edge/account/time_text.ts";
import { DAY_MS, MINUTE_MS } from "../../src/domain/time.ts";

describe("a moment", () => {
  const now = Date.UTC(2026, 10, 25, 0, 5);

  it.each([
    [now, "today 00:05 UTC"],
    [now - 6 * MINUTE_MS, "yesterday 23:59 UTC"],
    [now - 2 * DAY_MS, "Nov 23, 2026"],
    [now - 400 * DAY_MS, "Oct 21, 2025"],
  ])("at %i reads %s", (at, text) => {
    expect(moment(at, now)).toBe(text);
  });
});

describe("since when", () => {
  it("says nothing twice", () => {
    const now = Date.now();
    expect(String(sinceText("since", now, now + 1)).match(/<time/g)).toHaveLength(1);
    expect(String(sinceText("since", now, null)).match(/<time/g)).toHaveLength(1);
    expect(String(sinceText("since", now - 3 * DAY_MS, now))).toMatch(/^since <time.*<\/time>, last used <time/);
  });
});
