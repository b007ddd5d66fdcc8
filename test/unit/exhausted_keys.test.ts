import { describe, expect, it } from "vitest";
import type { ExecuteResult } from "../../src/domain/execute.ts";
import type { WindowState } from "../../src/domain/rate_limit.ts";
import { ExhaustedKeys } from "../../src/edge/exhausted_keys.ts";

const NOON = Date.UTC(2026, 10, 1, 12);

function resultWith(minute: WindowState | null, day: WindowState | null, retry_after_s: number | null): ExecuteResult {
  const exhausted = [minute, day].some((window) => window !== null && window.remaining < 1);
  return { outcomes: [], limit: { minute, day, exhausted }, retry_after_s, rows_read: 0, rows_written: 0 };
}

describe("the edge's memory of exhausted keys", () => {
  it("refuses with the time at which the bucket admits again", () => {
    const keys = new ExhaustedKeys();
    keys.note("key", resultWith({ limit: 60, remaining: 0, reset_s: 50 }, { limit: 1_000, remaining: 9, reset_s: 3_600 }, 50), NOON);
    const refusal = keys.refusal("key", NOON + 4_000)!;
    expect(refusal.failure).toMatchObject({ code: "RATE_LIMITED", details: { retry_after_s: 46 } });
    expect(refusal.retry_after_s).toBe(46);
  });

  it("lets the actor decide again once a cheap call could pass, though a dear one was refused for longer", () => {
    const keys = new ExhaustedKeys();
    keys.note("key", resultWith({ limit: 60, remaining: 0, reset_s: 3 }, null, 40), NOON);
    expect(keys.refusal("key", NOON + 2_999)).not.toBeNull();
    expect(keys.refusal("key", NOON + 3_000)).toBeNull();
  });

  it("asks the actor again within seconds, so that a raised limit is noticed", () => {
    const keys = new ExhaustedKeys();
    keys.note("key", resultWith({ limit: 60, remaining: 9, reset_s: 9 }, { limit: 1_000, remaining: 0, reset_s: 30_000 }, 30_000), NOON);
    expect(keys.refusal("key", NOON + 14_999)?.retry_after_s).toBe(29_986);
    expect(keys.refusal("key", NOON + 15_000)).toBeNull();
  });

  it("refuses no other key, and none that has anything left", () => {
    const keys = new ExhaustedKeys();
    keys.note("key", resultWith({ limit: 60, remaining: 1, reset_s: 50 }, null, 50), NOON);
    keys.note("empty", resultWith({ limit: 60, remaining: 0, reset_s: 50 }, null, 50), NOON);
    expect(keys.refusal("key", NOON)).toBeNull();
    expect(keys.refusal("other", NOON)).toBeNull();
  });
});
