import { describe, expect, it } from "vitest";
import { nextLookAt } from "../../src/actors/organization/mcp/call_times.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describe("a task that no event tells of", () => {
  const expires_at = DAY_MS;
  const task = { is_task: true, expires_at };

  it("is looked at after half a minute, and then ever more seldom", () => {
    const looks = [0];
    while (looks.at(-1)! < expires_at) looks.push(nextLookAt(task, looks.at(-1)!));
    expect(looks.slice(1, 5)).toEqual([0.5, 1, 2, 4].map((minutes) => minutes * MINUTE_MS));
    expect(looks.at(-2)! - looks.at(-3)!).toBe(15 * MINUTE_MS);
    expect(looks.length).toBeLessThan(110);
  });

  it("is looked at when its time is over", () => {
    expect(nextLookAt(task, expires_at - 1)).toBe(expires_at);
  });
});

describe("a call that a client waits for", () => {
  it("is looked at by its quarter of an hour", () => {
    const call = { is_task: false, expires_at: 15 * MINUTE_MS };
    expect(nextLookAt(call, 0)).toBe(MINUTE_MS / 2);
    expect(nextLookAt(call, 10 * MINUTE_MS)).toBe(15 * MINUTE_MS);
  });
});
