import { buildSchema, type GraphQLSchema } from "graphql";
import { useEffect, useState } from "react";

/** The schema from the file that this deployment serves, which needs no credential; null until it is there, and where the deployment shows none. */
export function useSchema(): GraphQLSchema | null {
  const [schema, setSchema] = useState<GraphQLSchema | null>(null);
  useEffect(() => {
    void load().then(setSchema);
  }, []);
  return schema;
}

async function load(): Promise<GraphQLSchema | null> {
  const response = await fetch("/graphql/schema.graphql");
  if (!response.ok) return null;
  return buildSchema(await response.text());
}
