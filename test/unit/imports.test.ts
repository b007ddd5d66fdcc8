import { describe, expect, it } from "vitest";

const files = import.meta.glob<string>("../../src/**/*.ts", { query: "?raw", import: "default", eager: true });

/** What each part of src may import of ours; a part may always import itself. */
const ALLOWED: Record<string, readonly string[]> = {
  domain: [],
  protocols: ["domain"],
  actors: ["domain"],
  edge: ["domain", "actors", "protocols"],
};
/** What the domain may import from elsewhere: it has no clock, no I/O and no runtime types. */
const DOMAIN_PACKAGES = new Set(["zod"]);

const imports = Object.entries(files).flatMap(([path, text]) => {
  const file = path.replace("../../src/", "");
  return [...text.matchAll(/^(?:import|export)\s(?:[^;"=]*?\sfrom\s)?"([^"\n]+)";$/gm)].map((match) => ({ file, target: match[1]! }));
});

function partOf(file: string): string {
  return file.split("/")[0]!;
}

function resolve(file: string, target: string): string {
  return new URL(target, `file:///${file}`).pathname.slice(1);
}

describe("imports point one way", () => {
  it("reads the whole source", () => {
    expect(imports.length).toBeGreaterThan(100);
  });

  it("edge → protocols → domain and edge → actors → domain, never back", () => {
    const wrong = imports
      .filter(({ file, target }) => target.startsWith(".") && partOf(file) in ALLOWED)
      .map(({ file, target }) => ({ file, target: resolve(file, target) }))
      .filter(({ file, target }) => partOf(file) !== partOf(target) && !ALLOWED[partOf(file)]!.includes(partOf(target)));
    expect(wrong).toEqual([]);
  });

  it("the domain needs zod and nothing else", () => {
    const wrong = imports.filter(({ file, target }) => partOf(file) === "domain" && !target.startsWith(".") && !DOMAIN_PACKAGES.has(target));
    expect(wrong).toEqual([]);
  });

  it("no file is a god file", () => {
    const long = Object.entries(files).filter(([, text]) => text.split("\n").length > 300);
    expect(long.map(([path]) => path)).toEqual([]);
  });
});
