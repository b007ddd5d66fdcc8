import { describe, expect, it } from "vitest";
import { handleDocs } from "../../src/edge/docs/routes.ts";

describe("the schema file", () => {
  it("is served to anybody, unless the deployment tells its schema to nobody", async () => {
    const file = (env: Partial<Env>): Response | null => handleDocs("/graphql/schema.graphql", env as Env, "https://crow.example");
    expect(await file({})?.text()).toContain("type Query {");
    expect(file({ INTROSPECTION: "off" })).toBeNull();
  });
});
