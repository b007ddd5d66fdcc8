import { callAccount } from "../../actors/call.ts";
import { seeOther } from "../pages/redirect.ts";
import { confirmFirst, freshlySignedIn, signedIn, type Route } from "./visit.ts";

/** Ends one session of the account's. */
export const revokeSessionRoute: Route = signedIn({
  async post({ env, signed_in }, body) {
    const answer = await callAccount(env, signed_in.account_name, "revokeSession", { session_id: body.get("session_id") ?? "" });
    return seeOther(answer ? "/account?problem=not_found" : "/account?done=session");
  },
});

export const revokeOtherSessionsRoute: Route = freshlySignedIn({
  async post({ env, signed_in }) {
    const answer = await callAccount(env, signed_in.account_name, "revokeOtherSessions", { session_id: signed_in.session.id });
    return answer ? confirmFirst("/account") : seeOther("/account?done=sessions");
  },
});
