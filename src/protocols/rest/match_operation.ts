import type { AnyOperation } from "../../domain/operation.ts";

/** Finds the operation that a method and a path (below the version) lead to, without running anything; null where there is none. */
export function operationMatcher(operations: readonly AnyOperation[]): (method: string, path: string) => AnyOperation | null {
  const routes = operations
    .toSorted((a, b) => Number(a.rest.path.includes("{")) - Number(b.rest.path.includes("{")))
    .map((operation) => ({
      operation,
      method: operation.rest.method.toUpperCase(),
      pattern: new RegExp(`^${operation.rest.path.replaceAll(/\{\w+\}/g, "[^/]+")}/?$`),
    }));
  return (method, path) => {
    const wanted = method === "HEAD" ? "GET" : method;
    return routes.find((route) => route.method === wanted && route.pattern.test(path))?.operation ?? null;
  };
}
