import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type RunningServer } from "./server.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.stop("SIGTERM");
  rmSync(server.data, { recursive: true, force: true });
});

const root = join(import.meta.dirname, "../..");
const readme = readFileSync(join(root, "README.md"), "utf8");
const tour = readme.slice(readme.indexOf("## A tour with curl"), readme.indexOf("## Documentation"));
const blocks = curlBlocks(tour);

function curlBlocks(text: string): string[] {
  return [...text.matchAll(/```(?:sh|bash)\n([\s\S]*?)```/g)].map((match) => match[1]!).filter((block) => block.includes("curl"));
}

describe("the README's tour", () => {
  it("has its blocks", () => {
    expect(blocks.length).toBeGreaterThanOrEqual(6);
  });

  it.each(blocks.map((block) => [block.split("\n")[0]!.slice(0, 80), block]))("runs: %s", (_line, block) => {
    const env = { ...process.env, CROW: server.demo.base_url, KEY: server.demo.api_key };
    const output = execFileSync("bash", ["-c", block], { encoding: "utf8", env });
    expect(output).toMatch(/^\{/);
    expect(output).not.toContain('"error":{');
    if (block.includes("/exports")) expect(output).toContain('"status":"succeeded"');
    if (block.includes("/insights")) expect(output).toContain('"value":330');
  });

  it("can be repeated, and the idempotent step creates nothing twice", async () => {
    const response = await fetch(`${server.demo.base_url}/api/v1/products?sku=TOUR-MUG`, {
      headers: { Authorization: `Bearer ${server.demo.api_key}` },
    });
    expect(((await response.json()) as { data: unknown[] }).data).toHaveLength(1);
  });
});

describe("the guide to signing in", () => {
  it.each(curlBlocks(readFileSync(join(root, "docs/sign-in.md"), "utf8")).map((block) => [block.split("\n")[0]!.slice(0, 80), block]))(
    "runs: %s",
    (_line, block) => {
      const env = { ...process.env, CROW: server.demo.base_url, KEY: server.demo.api_key };
      const output = execFileSync("bash", ["-c", block.replaceAll("./.crow/demo.json", join(server.data, "demo.json"))], { encoding: "utf8", env });
      expect(output).toMatch(/^\{"(data|id|email)"/);
    },
  );
});

describe("the guide to GraphQL", () => {
  it.each(curlBlocks(readFileSync(join(root, "docs/graphql.md"), "utf8")).map((block) => [block.split("\n")[0]!.slice(0, 80), block]))(
    "runs: %s",
    (_line, block) => {
      const env = { ...process.env, CROW: server.demo.base_url, KEY: server.demo.api_key };
      const output = execFileSync("bash", ["-c", block], { encoding: "utf8", env });
      expect(output).toContain('"data":{');
      expect(output).not.toContain('"errors"');
    },
  );
});

describe("the guide to MCP", () => {
  const guide = readFileSync(join(root, "docs/mcp.md"), "utf8");
  const codeOf = (language: string): string[] =>
    [...guide.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))].map((match) => match[1]!);
  const environment = (): NodeJS.ProcessEnv => ({ ...process.env, CROW: server.demo.base_url, KEY: server.demo.api_key });

  it("has its blocks", () => {
    expect({ curl: curlBlocks(guide).length, js: codeOf("js").length, json: codeOf("json").length }).toEqual({ curl: 3, js: 2, json: 3 });
  });

  it.each(curlBlocks(guide).map((block) => [block.split("\n")[0]!.slice(0, 80), block]))("runs: %s", (_line, block) => {
    const output = execFileSync("bash", ["-c", block], { encoding: "utf8", env: environment() });
    expect(output).toContain(block.includes("tasks/get") ? '"status":"completed"' : "Revenue rose to 2387.84 USD");
    expect(output).not.toContain('"error":{');
  });

  it.each(codeOf("js").map((code) => [code.split("\n")[0]!, code]))("runs: %s", (_line, code) => {
    const folder = mkdtempSync(join(tmpdir(), "crow-guide-"));
    try {
      symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
      writeFileSync(join(folder, "program.mjs"), code);
      const output = execFileSync(process.execPath, [join(folder, "program.mjs")], { encoding: "utf8", env: environment() });
      expect(output).toMatch(/Revenue rose to 2387.84 USD|^succeeded http/m);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("shows settings that are JSON, each with the URL and the credential", () => {
    for (const text of codeOf("json")) {
      const servers = Object.values(JSON.parse(text) as Record<string, unknown>).find((value) => !Array.isArray(value));
      expect(servers).toMatchObject({
        crow: { url: "https://crow.example.com/mcp/readonly", headers: { Authorization: expect.stringMatching(/^Bearer \$\{/) } },
      });
    }
  });

  it("gives figures of the lists of tools that hold", async () => {
    const rows = [...guide.matchAll(/^\| `(\/mcp[\w/,]*)` .*\| (\d+) \| ([\d,]+) \|$/gm)].map(([, path, tools, tokens]) => ({
      path: path!,
      tools: Number(tools),
      tokens: Number(tokens!.replace(",", "")),
    }));
    expect(rows.length).toBeGreaterThanOrEqual(4);
    for (const row of rows) {
      const shown = await toolsAt(row.path);
      expect({ path: row.path, tools: shown.length }).toEqual({ path: row.path, tools: row.tools });
      expect(Math.abs(countTokens(JSON.stringify(shown)) - row.tokens) / row.tokens, row.path).toBeLessThan(0.05);
    }
  });

  /** What a client shows a model of each tool. */
  async function toolsAt(path: string): Promise<unknown[]> {
    const client = new Client({ name: "guide", version: "1" }, { versionNegotiation: { mode: "auto" } });
    const headers = { Authorization: `Bearer ${server.demo.api_key}` };
    await client.connect(new StreamableHTTPClientTransport(new URL(server.demo.base_url + path), { requestInit: { headers } }));
    const { tools } = await client.listTools();
    await client.close();
    return tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
  }
});
