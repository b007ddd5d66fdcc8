import { errorLine } from "../domain/error_line.ts";
import type { Failure } from "../domain/errors.ts";

const ACTOR_TIMEOUT_MS = 30_000;

/** Asks an actor; once more where it was never reached and asking twice does no harm. An actor that does not answer is a failure, never an exception. */
export async function reachActor<Result>(
  ask: () => Promise<Result>,
  repeatable: boolean,
  request_id: string,
): Promise<Result | { unreachable: Failure }> {
  try {
    return await withTimeout(ask());
  } catch (error) {
    if (!repeatable || !isRetryable(error)) return unreachable(request_id, error);
  }
  try {
    return await withTimeout(ask());
  } catch (error) {
    return unreachable(request_id, error);
  }
}

/** Set by the runtime on errors that never reached the actor; an overloaded actor must not be hit again. */
function isRetryable(error: unknown): boolean {
  return error instanceof Error && (error as { retryable?: boolean }).retryable === true && (error as { overloaded?: boolean }).overloaded !== true;
}

function unreachable(request_id: string, error: unknown): { unreachable: Failure } {
  console.error(errorLine({ request_id }, error));
  return {
    unreachable: {
      code: "UNAVAILABLE",
      message: "The organization's service cannot answer right now; retry in a moment",
      details: { retry_after_s: 1 },
    },
  };
}

async function withTimeout<Result>(work: Promise<Result>): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer from the actor within ${ACTOR_TIMEOUT_MS} ms`)), ACTOR_TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
