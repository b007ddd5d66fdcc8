// What decides who may do what: decided for every kind of thing that operations change and events tell of.
import { expect, it } from "vitest";
import { changesAuthority } from "../../src/domain/authority.ts";
import { LOGGED_TYPES, UNLOGGED_TYPES } from "../../src/domain/events/types.ts";
import { OPERATIONS_BY_NAME } from "../../src/domain/registry.ts";

const kindsOf = (names: Iterable<string>): string[] => [...new Set([...names].map((name) => name.split(".")[0]!))].toSorted();

it("every type of event that is recorded is one that changes authority, or of a kind that is known not to", () => {
  const [changing, others] = [true, false].map((does) =>
    kindsOf([...LOGGED_TYPES, ...UNLOGGED_TYPES].filter((type) => changesAuthority(type) === does)),
  );
  expect(changing).toEqual(["api_key", "member", "oauth_client", "oauth_grant", "organization"]);
  expect(others).toEqual([
    "account_recovery",
    "export",
    "interactions",
    "invitation",
    "oauth_consent",
    "persisted_operation",
    "product",
    "signing_key",
    "webhook",
  ]);
});

it("operations change authority where their events do", () => {
  expect(kindsOf([...OPERATIONS_BY_NAME.keys()].filter(changesAuthority))).toEqual([
    "api_keys",
    "members",
    "oauth_clients",
    "oauth_grants",
    "organizations",
  ]);
  for (const family of ["members.", "oauth_grants.", "organizations."]) expect(changesAuthority(family)).toBe(true);
  for (const name of ["memberships.list", "api_keyring.create", "persisted_operations.create", "signing_keys.rotate"])
    expect(changesAuthority(name)).toBe(false);
});
