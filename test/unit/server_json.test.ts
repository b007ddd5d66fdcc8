import { describe, expect, it } from "vitest";
import * as z from "zod";
import { parseMcpPath } from "../../src/domain/mcp/path.ts";
import { SERVER_INFO } from "../../src/protocols/mcp/server.ts";
import server from "../../server.json";

/** What the MCP registry takes for a remote server (server.json, schema of 2025-12-11), as far as ours has it. */
const described = { description: z.string(), isRequired: z.boolean(), isSecret: z.boolean().optional() };
const Variables = z.record(z.string(), z.strictObject({ ...described, placeholder: z.string() }));
const ServerJson = z.strictObject({
  $schema: z.literal("https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"),
  name: z
    .string()
    .regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/)
    .max(200),
  title: z.string().max(100),
  description: z.string().max(100),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  remotes: z.tuple([
    z.strictObject({
      type: z.literal("streamable-http"),
      url: z.string().regex(/^https:\/\/\S+$/),
      variables: Variables,
      headers: z.array(z.strictObject({ name: z.string(), ...described, value: z.string(), variables: Variables })),
    }),
  ]),
});

describe("server.json", () => {
  it("is what the registry takes, and says what the server says of itself", () => {
    const { name, title, version } = ServerJson.parse(server);
    expect({ title, version }).toEqual({ title: SERVER_INFO.title, version: SERVER_INFO.version });
    expect(name.split("/")[1]).toBe(SERVER_INFO.name);
  });

  it("leads to the endpoint wherever it runs, with a credential that clients keep secret", () => {
    const [{ url, variables, headers }] = ServerJson.parse(server).remotes;
    const used = [...url.matchAll(/\{(\w+)\}/g)].map(([, variable]) => variable);
    expect(used).toEqual(Object.keys(variables));
    const own = new URL(url.replace("{host}", variables.host!.placeholder));
    expect(parseMcpPath(own.pathname)).toEqual({ organization_id: null, toolsets: null, readonly: false });
    expect(headers).toMatchObject([{ name: "Authorization", isSecret: true, isRequired: false }]);
    expect(headers[0]!.value).toBe("Bearer {api_key}");
    expect(headers[0]!.variables).toMatchObject({ api_key: { isSecret: true, placeholder: expect.stringMatching(/^crow_live_/) } });
  });
});
