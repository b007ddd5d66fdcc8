import type { GraphQLError } from "graphql";
import type { Failure } from "../../../domain/errors.ts";

/** GraphQL errors as JSON text, as a graphql-transport-ws `error` carries them; what only an HTTP answer shows is left out. */
export function errorsJson(errors: readonly GraphQLError[]): string {
  return JSON.stringify(
    errors.map((error) => {
      const { http: _http, ...extensions } = error.extensions;
      return { ...error.toJSON(), extensions };
    }),
  );
}

/** A catalogued failure as the one GraphQL error of a list, as JSON text. */
export function failureErrors({ code, message, details }: Failure): string {
  return JSON.stringify([{ message, extensions: { code, details } }]);
}
