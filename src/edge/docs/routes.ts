import { introspectionAllowed } from "../graphql/bindings.ts";
import { errorsPage } from "./errors.ts";
import { graphqlSchemaResponse } from "./graphql_schema.ts";
import { mcpPage } from "./mcp.ts";
import { openApiResponse } from "./openapi.ts";
import { referencePage, referenceScript } from "./reference.ts";

/** The documentation's pages; null for any other path. */
export function handleDocs(path: string, env: Env, base_url: string): Response | null {
  switch (path) {
    case "/":
      return new Response(null, { status: 302, headers: { Location: "/docs" } });
    case "/docs":
    case "/docs/":
      return referencePage();
    case "/docs/reference.js":
      return referenceScript();
    case "/docs/mcp":
      return mcpPage(base_url);
    case "/docs/errors":
      return errorsPage(null);
    case "/openapi/v1.json":
      return openApiResponse("v1", base_url);
    case "/openapi/v2.json":
      return openApiResponse("v2", base_url);
    case "/graphql/schema.graphql":
      return introspectionAllowed(env) ? graphqlSchemaResponse() : null;
    default:
      return path.startsWith("/docs/errors/") ? errorsPage(path.slice("/docs/errors/".length)) : null;
  }
}
