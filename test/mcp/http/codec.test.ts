// What each revision with sessions is told, where the product's own answers do not show it.
import { describe, expect, it } from "vitest";
import { encodeMessage, encodeResult } from "../../../src/protocols/mcp/http/sessions/codec.ts";
import { SESSION_VERSIONS } from "../../../src/protocols/mcp/http/sessions/versions.ts";

const LINK = { type: "resource_link", uri: "crow://products/1", name: "Lamp", description: "A lamp", icons: [] };
const SOUND = { type: "audio", data: "AAAA", mimeType: "audio/wav" };
const TEXT = { type: "text", text: "Hello" };
const TOOL = { name: "a", title: "A", inputSchema: {}, outputSchema: {}, annotations: {}, icons: [], _meta: {} };
const RESOURCE = { uri: "crow://a", name: "a", title: "A", annotations: { priority: 1 }, icons: [] };

describe("an answer", () => {
  it.each([
    ["2024-11-05", ["inputSchema", "name"]],
    ["2025-03-26", ["annotations", "inputSchema", "name"]],
    ["2025-06-18", ["_meta", "annotations", "inputSchema", "name", "outputSchema", "title"]],
    ["2025-11-25", ["_meta", "annotations", "icons", "inputSchema", "name", "outputSchema", "title"]],
  ] as const)("of tools in %s has %j", (version, fields) => {
    const { tools } = encodeResult({ tools: [TOOL] }, version) as { tools: object[] };
    expect(Object.keys(tools[0]!).toSorted()).toEqual(fields);
  });

  it("of resources has annotations in every revision", () => {
    for (const version of SESSION_VERSIONS) {
      expect(encodeResult({ resources: [RESOURCE] }, version)).toMatchObject({ resources: [{ annotations: { priority: 1 } }] });
    }
  });

  it("names a resource in words where links are not known, and a sound where sounds are not", () => {
    const told = (version: (typeof SESSION_VERSIONS)[number]): unknown => encodeResult({ content: [TEXT, LINK, SOUND] }, version).content;
    const in_words = { type: "text", text: "Lamp\nA lamp\ncrow://products/1" };
    expect(told("2024-11-05")).toEqual([TEXT, in_words, { type: "text", text: expect.stringContaining("sound") }]);
    expect(told("2025-03-26")).toEqual([TEXT, in_words, SOUND]);
    const { icons: _icons, ...link } = LINK;
    expect(told("2025-06-18")).toEqual([TEXT, link, SOUND]);
    expect(told("2025-11-25")).toEqual([TEXT, LINK, SOUND]);
    const prompt = { messages: [{ role: "user", content: LINK }] };
    expect(encodeResult(prompt, "2025-03-26").messages).toEqual([{ role: "user", content: in_words }]);
  });

  it("on a stream is the same as by itself, and progress has no words before 2025-03-26", () => {
    const result = { content: [LINK], structuredContent: {}, resultType: "complete" };
    expect(encodeMessage({ jsonrpc: "2.0", id: 1, result }, "2025-03-26").result).toEqual(encodeResult(result, "2025-03-26"));
    const progress = { jsonrpc: "2.0", method: "notifications/progress", params: { progressToken: 1, progress: 1, message: "One" } };
    expect(encodeMessage(progress, "2024-11-05").params).toEqual({ progressToken: 1, progress: 1 });
    expect(encodeMessage(progress, "2025-03-26")).toEqual(progress);
  });
});

describe("an error", () => {
  const NO_RESOURCE = { code: -32_602, message: "Resource not found", data: { code: "NOT_FOUND", uri: "crow://nothing", details: {} } };

  it.each(SESSION_VERSIONS)("that a resource is not there has its own code in %s, and no other has", (version) => {
    const told = (error: object): unknown => encodeMessage({ jsonrpc: "2.0", id: 1, error }, version).error;
    expect(told(NO_RESOURCE)).toEqual({ ...NO_RESOURCE, code: -32_002 });
    const no_prompt = { code: -32_602, message: "No such prompt", data: { code: "NOT_FOUND", details: { resource: "prompt" } } };
    expect(told(no_prompt)).toEqual(no_prompt);
  });
});
