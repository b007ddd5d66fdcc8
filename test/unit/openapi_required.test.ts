import { describe, expect, it } from "vitest";
import { OPERATIONS } from "../../src/domain/registry.ts";
import { openApiDocument } from "../../src/protocols/rest/openapi/document.ts";
import { v1 } from "../../src/protocols/rest/versions/v1.ts";

interface Documented {
  paths: Record<string, Record<string, { parameters?: { name: string; required?: boolean }[] }>>;
}

describe("the API description", () => {
  it("demands no parameter that has a default", () => {
    const document = openApiDocument(v1, OPERATIONS, "https://crow.example") as unknown as Documented;
    const limit = document.paths["/products"]?.get?.parameters?.find(({ name }) => name === "limit");
    expect(limit).toBeDefined();
    expect(limit?.required ?? false).toBe(false);
  });
});
