import { describe, expect, it } from "vitest";
import { newMember } from "../support/people.ts";

describe("an invitation", () => {
  it("makes a member of somebody new, for the invited address alone", async () => {
    const { page, email } = await newMember("member");
    expect(page.at).toBe("/account?done=joined");
    expect(page.text).toContain(email);
    expect(page.text).toContain("Test shop");
  });
});
