/** Revisions with sessions that are spoken here, oldest first; each orders as its date. */
export const SESSION_VERSIONS = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] as const;

export type SessionVersion = (typeof SESSION_VERSIONS)[number];

export const LATEST_SESSION_VERSION: SessionVersion = "2025-11-25";

export function isSessionVersion(text: string): text is SessionVersion {
  return (SESSION_VERSIONS as readonly string[]).includes(text);
}

/** The revision that a session is held in: what the client asks for, or else the latest, which it may then refuse (revision 2025-11-25, "Version Negotiation"). */
export function negotiate(asked: string): SessionVersion {
  return isSessionVersion(asked) ? asked : LATEST_SESSION_VERSION;
}
