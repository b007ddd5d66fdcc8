import type * as z from "zod";
import type { OperationContext } from "./context.ts";
import type { ErrorCode } from "./errors.ts";
import type { Scope } from "./scopes.ts";

/** What a call does to the world; every protocol's own annotations (HTTP safety, MCP hints) derive from it. */
export type Effect = "read" | "create" | "update" | "delete";

export interface Example<Input> {
  title: string;
  input: Input;
}

export interface RestBinding {
  method: "get" | "post" | "put" | "patch" | "delete";
  /** Below `/api/v1`; `{name}` takes the input field of that name. What the path does not take comes from the query (get, delete) or the body. */
  path: string;
  /** HTTP status of a success; 200 where nothing is said. */
  status?: 200 | 201 | 202;
  /** A body without this array field is taken as its single element, so that one object can be sent bare. */
  bare_item_of?: string;
}

/** Where GraphQL's own convention does not give the right name. */
export interface GraphqlBinding {
  /** The field of Query or Mutation. */
  field?: string;
  /** The argument that takes the input; `input` where nothing is said. */
  input_argument?: string;
  /** What the field returns, where `output` is that with more around it. */
  output?: z.ZodType;
  /** Where the operation's own description speaks of HTTP. */
  description?: string;
}

export interface McpBinding {
  /** Shown to every client; the others are found by search, or by their toolset. */
  core?: boolean;
  /** For models, where the operation's own description speaks of HTTP or of other protocols. */
  description?: string;
  /** What a person is asked before it runs, where it cannot be undone or shows a secret; deletions ask anyway. */
  confirm?: string;
  /** It makes CROW call somebody else's server. */
  open_world?: boolean;
}

/**
 * One capability of the platform, written once. Protocol adapters, OpenAPI and the docs derive everything from this object.
 * `handle` is synchronous and runs inside the actor, in the call's transaction: it throws OperationError to end with a failure and roll back.
 */
export interface Operation<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  /** `resource.verb`, snake_case. */
  name: string;
  summary: string;
  /** Two to four sentences for integrators and models: what it returns, limits, what to use instead. */
  description?: string;
  effect: Effect;
  /** The scope a credential needs; "operator" is the deployment's operator alone. */
  scope: Scope | "operator";
  /** What one call takes from the rate-limit bucket. */
  cost: number;
  /** A strict object; the one place where the input is validated, with the reason in `.describe()` on each field. */
  input: Input;
  /** What clients should send, where `input` is looser because the handler judges parts of it one by one. */
  documented_input?: z.ZodType;
  output: Output;
  /** Beyond those every operation can answer (validation, authentication, scope, rate limit, internal). */
  errors: ErrorCode[];
  examples: Example<z.input<Input>>[];
  rest: RestBinding;
  graphql?: GraphqlBinding;
  mcp?: McpBinding;
  /** The row has a `version`: reads carry an ETag, writes take If-Match (required in v2). */
  versioned?: boolean;
  /** Output fields that are secrets, shown in this one answer: sealed in the idempotency store, blanked in audit and logs. */
  secret_outputs?: string[];
  handle(ctx: OperationContext, input: z.output<Input>): z.output<Output>;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a registry holds operations of every input and output
export type AnyOperation = Operation<z.ZodType<any, any>, z.ZodType<any, any>>;

/** Declares an operation with its types inferred. */
export function defineOperation<Input extends z.ZodType, Output extends z.ZodType>(operation: Operation<Input, Output>): Operation<Input, Output> {
  return operation;
}
