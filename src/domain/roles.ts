import * as z from "zod";
import { ALL_SCOPES, type Scope } from "./scopes.ts";

const VIEWER: readonly Scope[] = [
  "organizations:read",
  "products:read",
  "interactions:read",
  "insights:read",
  "exports:read",
  "events:read",
  "members:read",
  "usage:read",
];
const MEMBER: readonly Scope[] = [...VIEWER, "products:write", "interactions:write", "exports:write"];

/** What a member may do at most: nobody who acts for them, in whatever protocol, has a scope that their role lacks. */
export const ROLES: Record<Role, readonly Scope[]> = {
  owner: ALL_SCOPES,
  admin: ALL_SCOPES.filter((scope) => scope !== "organizations:delete"),
  member: MEMBER,
  viewer: VIEWER,
};

export const Role = z.enum(["owner", "admin", "member", "viewer"]).describe("What they may do: owner, admin, member or viewer");
export type Role = z.infer<typeof Role>;

/** In words, for pages. */
export const ROLE_SUMMARIES: Record<Role, string> = {
  owner: "everything, deleting the organization too",
  admin: "everything but deleting the organization",
  member: "see and change products, interactions and exports",
  viewer: "see products, interactions, insights and exports",
};
