import { callAccount } from "../../actors/call.ts";
import { seeOther } from "../pages/redirect.ts";
import { continuePath } from "./continue_path.ts";
import { endedSessionCookie } from "./session.ts";
import type { Route } from "./visit.ts";

export const signOutRoute: Route = {
  async post({ env, signed_in }, body) {
    if (signed_in) await callAccount(env, signed_in.account_name, "signOut", { session_id: signed_in.session.id });
    const next = continuePath(body.get("continue"));
    return seeOther(next === "/account" ? "/account/sign-in" : next, [endedSessionCookie()]);
  },
};
