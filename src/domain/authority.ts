/** Kinds of things that decide who may do what. */
const AUTHORITIES: ReadonlySet<string> = new Set(["organization", "api_key", "member", "oauth_client", "oauth_grant"]);

/** Whether an operation or an event, by its name (`members.update`, `member.updated`, or the family alone: `members.`), may change who may do what. */
export function changesAuthority(name: string): boolean {
  return AUTHORITIES.has(name.split(".")[0]!.replace(/s$/, ""));
}
