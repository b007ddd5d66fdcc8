import { GraphQLError } from "graphql";
import type { GraphqlBindings } from "./bindings.ts";
import { failureError, requestError, thrownError } from "./http/errors.ts";
import { resolveText } from "./http/persisted.ts";
import { readParams } from "./params.ts";
import { prepare, type PrepareOptions, type Prepared } from "./prepare.ts";

/** Prepares one operation as it came, its text perhaps named by hash; a text that came with its hash is kept when it is valid. Never throws. */
export async function prepareNamed(
  params: unknown,
  bindings: Pick<GraphqlBindings, "persistedOperation" | "rememberOperation" | "refusal" | "noteRefused">,
  options: PrepareOptions & { request_id: string },
): Promise<Prepared> {
  try {
    const refusal = bindings.refusal()?.failure;
    if (refusal) throw failureError(refusal);
    const read = readParams(params);
    if (read instanceof GraphQLError) throw requestError(read);
    const { query, sha256 } = await resolveText(read, bindings);
    const prepared = prepare({ ...read, query }, options);
    if (!prepared.ok) bindings.noteRefused();
    if (prepared.ok && sha256 !== null) bindings.rememberOperation(sha256, prepared.document.query);
    return prepared;
  } catch (error) {
    return { ok: false, errors: [thrownError(error, options.request_id)] };
  }
}
