import { existing, freshlyProven, type AccountHost } from "./state.ts";
import type { AccountFailure, AccountView, OpenSession, PasskeyView, SessionToken, SessionView } from "./views.ts";

/** What a signed-in person's browser asks on each page, and the list of where they are signed in. */
export function sessionServices(host: AccountHost) {
  return {
    /** Null where there is no such account. */
    describe(_input: Record<string, never>): AccountView | null {
      const known = existing(host);
      return known && known.state.view(known.row);
    },

    /** Opens a session by its cookie; null when it is not valid. */
    session(token: SessionToken): OpenSession | null {
      const known = existing(host);
      if (!known) return null;
      const { state, row } = known;
      const opened = state.transaction((now) => state.sessions.open(token, now));
      return opened && { account: state.view(row), memberships: state.memberships.list(), ...opened };
    },

    signOut({ session_id }: { session_id: string }): void {
      existing(host)?.state.sessions.end(session_id);
    },

    listSessions(_input: Record<string, never>): SessionView[] {
      return existing(host)?.state.sessions.list(Date.now()) ?? [];
    },

    listPasskeys(_input: Record<string, never>): PasskeyView[] {
      return existing(host)?.state.passkeys.list() ?? [];
    },

    revokeSession({ session_id }: { session_id: string }): null | { failure: AccountFailure } {
      return existing(host)?.state.sessions.end(session_id) ? null : { failure: "not_found" };
    },

    revokeOtherSessions({ session_id }: { session_id: string }): null | { failure: AccountFailure } {
      const known = freshlyProven(host, session_id);
      if ("failure" in known) return known;
      known.state.sessions.endAllBut(session_id);
      return null;
    },
  };
}
