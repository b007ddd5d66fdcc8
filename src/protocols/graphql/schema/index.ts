import type { GraphQLSchema } from "graphql";
import { buildSchema } from "./build.ts";
import { fingerprintOf } from "./fingerprint.ts";

let schema: GraphQLSchema | undefined;
let hash: string | undefined;

/** The schema; made when it is first asked for, so that a Worker starts without it. */
export function crowSchema(): GraphQLSchema {
  return (schema ??= buildSchema());
}

/** Tells whether two versions of this code have the same schema. */
export function schemaHash(): string {
  return (hash ??= fingerprintOf(crowSchema()));
}
