import { OAuthError } from "./errors.ts";

/** A pushed request is its own reference, and so the longest value there is. */
const VALUE_MAX = 6_000;
const PARAMETERS_MAX = 100;

/**
 * The parameters of a request. A parameter that comes twice is refused (RFC 6749, sections 3.1 and 3.2), but `resource`, which may (RFC 8707, section 2); one without
 * a value counts as absent (RFC 6749, section 3.1).
 */
export class Parameters {
  constructor(private readonly values: URLSearchParams) {
    if (values.size > PARAMETERS_MAX) throw new OAuthError("invalid_request", `More than ${PARAMETERS_MAX} parameters`);
    const seen = new Set<string>();
    for (const [name, value] of values) {
      if (value.length > VALUE_MAX) throw new OAuthError("invalid_request", `The parameter ${shorten(name)} has more than ${VALUE_MAX} characters`);
      if (name !== "resource" && seen.has(name)) throw new OAuthError("invalid_request", `The parameter ${shorten(name)} was sent more than once`);
      seen.add(name);
    }
  }

  /** As a query, in the order in which they came. */
  toQuery(): URLSearchParams {
    return new URLSearchParams(this.values);
  }

  get(name: string): string | null {
    return this.values.get(name) || null;
  }

  getAll(name: string): string[] {
    return this.values.getAll(name).filter((value) => value !== "");
  }

  require(name: string): string {
    const value = this.get(name);
    if (value === null) throw new OAuthError("invalid_request", `The parameter ${name} is missing`);
    return value;
  }
}

function shorten(name: string): string {
  return name.replaceAll(/[^\w.-]/g, "").slice(0, 40);
}
