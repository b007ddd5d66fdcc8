import { buildSchema, type GraphQLSchema } from "graphql";
import { useEffect, useState } from "react";

/** The schema from the file that this deployment serves, which needs no credential and no introspection; null until it is there. */
export function useSchema(): GraphQLSchema | null {
  const [schema, setSchema] = useState<GraphQLSchema | null>(null);
  useEffect(() => {
    void load().then(setSchema);
  }, []);
  return schema;
}

async function load(): Promise<GraphQLSchema> {
  const response = await fetch("/graphql/schema.graphql");
  return buildSchema(await response.text());
}
