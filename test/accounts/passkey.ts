import { Authenticator, type Faults } from "../support/authenticator.ts";
import { BrowserLike, type Visited } from "../support/browser_like.ts";
import { newMember } from "../support/people.ts";

export type Options = Parameters<Authenticator["create"]>[0];

/** The options in the page, as its script reads them. */
export function optionsOf({ text }: Visited): Options {
  const json = /data-options="([^"]*)"/.exec(text)![1]!.replaceAll("&quot;", '"').replaceAll("&amp;", "&");
  return JSON.parse(json) as Options;
}

export async function addPasskey(browser: BrowserLike, authenticator: Authenticator, faults?: Faults): Promise<Visited> {
  const page = await browser.open("/account/passkeys");
  return browser.submit(page, "/account/passkeys", { passkey: authenticator.create(optionsOf(page), faults), name: "My key" });
}

/** A member with one passkey. */
export async function withPasskey() {
  const person = await newMember();
  const authenticator = new Authenticator();
  const page = await addPasskey(person.browser, authenticator);
  return { ...person, authenticator, page };
}

export async function signInByPasskey(authenticator: Authenticator, faults?: Faults, browser = new BrowserLike()) {
  const form = await browser.open("/account/sign-in");
  const passkey = authenticator.get(optionsOf(form), faults);
  return { browser, form, passkey, page: await browser.submit(form, "/account/sign-in/passkey", { passkey }) };
}
