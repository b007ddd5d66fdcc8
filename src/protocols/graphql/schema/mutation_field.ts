import type { AnyOperation } from "../../../domain/operation.ts";
import { readIdempotencyKey } from "../../idempotency_key.ts";
import type { Argument } from "./arguments.ts";
import type { InputField, OutputField, TypeParam } from "./builder.ts";
import { clientItemErrors } from "./failures.ts";
import { aboutOperation, declared, runOperation } from "./root_field.ts";

const IDEMPOTENCY_KEY: InputField = {
  type: "String",
  required: false,
  description:
    "A text of your own, 1 to 255 visible ASCII characters: the same change sent with it again is answered as the first time, and not made twice",
};
const EXPECTED_VERSION: InputField = {
  type: "Int",
  required: false,
  description: "The version that you read: PRECONDITION_FAILED when there is another",
};

/** The root field of a write. */
export function mutationField(operation: AnyOperation, made: readonly Argument[], type: TypeParam): OutputField {
  const changesRow = operation.versioned === true && (operation.effect === "update" || operation.effect === "delete");
  return {
    ...aboutOperation(operation),
    type,
    nullable: true,
    args: { ...declared(made), ...(changesRow ? { expectedVersion: EXPECTED_VERSION } : {}), idempotencyKey: IDEMPOTENCY_KEY },
    resolve(_root, args, context, { path }) {
      const idempotency_key = readKey(args.idempotencyKey) ?? context.idempotencyKey(String(path.key));
      const { value, replayed } = runOperation(operation, made, args, context.host, {
        ...(idempotency_key === undefined ? {} : { idempotency_key }),
        ...(typeof args.expectedVersion === "number" ? { expected_version: args.expectedVersion } : {}),
      });
      if (replayed) context.replayed.push(String(path.key));
      context.cohorts.begin(value);
      return clientItemErrors(value, made);
    },
  };
}

function readKey(value: unknown): string | undefined {
  return typeof value === "string" ? readIdempotencyKey(value, "idempotencyKey") : undefined;
}
