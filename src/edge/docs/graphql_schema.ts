import { printSchema } from "graphql";
import { crowSchema } from "../../protocols/graphql/schema/index.ts";

let text: string | undefined;

/** `/graphql/schema.graphql`: the schema for people, code generators and GraphiQL, without a credential, readable from any page. */
export function graphqlSchemaResponse(): Response {
  return new Response((text ??= `${printSchema(crowSchema())}\n`), {
    headers: { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*" },
  });
}
