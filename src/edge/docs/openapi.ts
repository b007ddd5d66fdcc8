import { OPERATIONS } from "../../domain/registry.ts";
import { openApiDocument } from "../../protocols/rest/openapi/document.ts";
import { v1 } from "../../protocols/rest/versions/v1.ts";
import { v2 } from "../../protocols/rest/versions/v2.ts";

const VERSIONS = { v1, v2 };

/** `/openapi/v1.json` and `/openapi/v2.json`, readable from any page. */
export function openApiResponse(version: "v1" | "v2", base_url: string): Response {
  return new Response(JSON.stringify(openApiDocument(VERSIONS[version], OPERATIONS, base_url)), {
    headers: { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*" },
  });
}
