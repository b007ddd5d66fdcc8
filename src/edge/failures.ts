import type { Failure } from "../domain/errors.ts";

/** Nobody's credential, or none. */
export function noCredential(): Failure {
  return { code: "UNAUTHENTICATED", message: "Send a valid API key or access token as Authorization: Bearer …", details: {} };
}

/** The operator is of no organization. `places`: where a request of this protocol can say which one it is about. */
export function operatorNeedsOrganization(places: string): Failure {
  return {
    code: "VALIDATION_ERROR",
    message: "The operator must name the organization",
    details: { field: "X-Organization-Id", expected: `the organization's id ${places}` },
  };
}

/** The same for one that is not there and for another's. */
export function noSuchOrganization(): Failure {
  return { code: "NOT_FOUND", message: "No such organization", details: { resource: "organization" } };
}
