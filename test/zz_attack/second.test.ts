import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { callAccount } from "../../src/actors/call.ts";
import { parseRecovery } from "../../src/actors/recovery_link.ts";
import { createOrganization, OPERATOR_TOKEN, send, BASE_URL } from "../support/api.ts";
import { accountOf, inAccount } from "../support/account_actor.ts";
import { Authenticator } from "../support/authenticator.ts";
import { newMember } from "../support/people.ts";
import { optionsOf, signInByPasskey } from "../accounts/passkey.ts";
import { EventStream } from "../live/event_stream.ts";
import { exchangeCode, obtainCode, registerClient, signedInMember, goodRequest, authorizeUrl, visitAuthorize, answerConsent, workerFetch } from "../oauth/support.ts";
import { sql } from "../people/people.ts";

const NEXT = "four other unrelated words";

describe("attack 2", () => {
  it.each([1, 2, 3])("T3 a passkey that is being added while the account is recovered does not stay (%s)", async (tries) => {
    const { email, browser } = await newMember();
    const thief = new Authenticator();
    const [session] = await inAccount<{ id: string }>(email, "SELECT id FROM sessions");
    const session_id = session!.id;
    const answers = [];
    for (let i = 0; i < tries; i++) {
      const page = await browser.open("/account/passkeys");
      answers.push({ response: JSON.parse((i === 0 ? thief : new Authenticator()).create(optionsOf(page))), origin: BASE_URL, bound_to: session_id });
    }
    const reply = await send<{ url: string }>("POST", "/api/v1/account-recovery", { key: OPERATOR_TOKEN, body: { email } });
    const { secret_hash } = parseRecovery(new URL(reply.body.url).searchParams.get("token")!, env.CROW_SECRET)!;
    const results = await Promise.all([
      ...answers.map((answer) => callAccount(env, accountOf(email), "addPasskey", { session_id, answer, name: "thief" })),
      callAccount(env, accountOf(email), "recover", { secret_hash, password: NEXT, user_agent: null }),
    ]);
    console.log(JSON.stringify(results.map((result) => (result && "failure" in result ? result : "done"))));
    expect(await inAccount(email, "SELECT name FROM passkeys")).toEqual([]);
    expect((await signInByPasskey(thief)).page.status).toBe(403);
  });

  it("T9 an organization is deleted while an application follows its events", async () => {
    const organization = await createOrganization();
    const member = await signedInMember(organization, "owner");
    const client = await registerClient();
    const tokens = (await exchangeCode(client, await obtainCode(member, client.client_id, { scope: "events:read" }))).body;
    const stream = await EventStream.open(tokens.access_token!);
    await stream.until(1, "ready");
    const reply = await send("DELETE", `/api/v1/organizations/${organization.id}`, { key: organization.api_key });
    console.log(reply.status, JSON.stringify(reply.body));
    expect(reply.status).toBe(200);
  });

  it("T15 ports of a native application do not pile up", async () => {
    const organization = await createOrganization();
    const member = await signedInMember(organization, "viewer");
    const client = await registerClient({ redirect_uris: ["http://127.0.0.1/callback"] });
    for (let port = 40_000; port < 40_020; port++) {
      const page = await visitAuthorize(member, await authorizeUrl(client.client_id, { redirect_uri: `http://127.0.0.1:${port}/callback` }));
      await answerConsent(member, page, "allow");
    }
    const [row] = await sql<{ targets: string }>(organization, "SELECT targets FROM oauth_consents WHERE account_id = ?", member.account_id);
    expect((JSON.parse(row!.targets) as string[]).length).toBeLessThan(5);
  });
});
