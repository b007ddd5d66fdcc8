import { describe, expect, it } from "vitest";
import { obtainCode, scenario } from "../oauth/support.ts";
import { BrowserLike } from "../support/browser_like.ts";

describe("an application that somebody let in", () => {
  it("is on their account's page with what it may do, in the words they agreed to, until they take it back", async () => {
    const { person, client } = await scenario();
    await obtainCode(person, client.client_id, { scope: "products:read interactions:erase" });
    const browser = new BrowserLike();
    const [name = "", value = ""] = person.cookie.split(/=(.*)/s);
    browser.cookies.set(name, value);
    const page = await browser.open("/account");
    expect(page.text).toContain("2 permissions");
    for (const words of ["See products", "Erase a person&#39;s interactions for good"]) expect(page.text).toContain(words);
    const back = await browser.submit(page, "/account/applications/revoke");
    expect(back.at).toBe("/account?done=application");
    expect(back.text).toContain("No application may act for you.");
    expect((await browser.submit(page, "/account/applications/revoke")).at).toBe("/account?problem=not_found");
  });
});
