import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
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
  return [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1]!).filter((block) => block.includes("curl"));
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
