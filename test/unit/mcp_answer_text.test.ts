import { describe, expect, it } from "vitest";
import { keepText, mcpAnswerFromText, mcpAnswerToText, resultOf, resultTextOf } from "../../src/domain/mcp/answer_text.ts";
import { refusedMcp, type McpAnswer, type McpResultReply } from "../../src/domain/mcp/command.ts";
import type { McpObject } from "../../src/domain/mcp/message.ts";

const answering = (result: McpObject): McpAnswer => ({
  ...refusedMcp({ code: "NOT_FOUND", message: "", details: {} }),
  failure: null,
  reply: { kind: "result", result, notifications: [] },
});
const travelled = (answer: McpAnswer): McpAnswer => mcpAnswerFromText(mcpAnswerToText(answer));
const replyOf = (answer: McpAnswer): McpResultReply => answer.reply as McpResultReply;

describe("an answer that travels as text", () => {
  it.each<[string, McpObject]>([
    ["nothing", {}],
    ["only what the edge reads", { _meta: { a: 1 }, ttlMs: 5 }],
    ["only what it does not", { tools: [{ name: "x" }] }],
    ["both", { tools: [], nextCursor: "b", _meta: { "crow/rate_limit": null }, cacheScope: "private" }],
    ["line breaks and quotes", { content: [{ type: "text", text: 'a\nb\r\n"c"\u2028d\\' }], structuredContent: { "\n": "}\n{" }, _meta: {} }],
    ["fields that are undefined", { content: [], structuredContent: undefined }],
    ["a failed tool", { isError: true, content: [], structuredContent: { error: { code: "FORBIDDEN" } } }],
  ])("with %s keeps all of its result", (_name, result) => {
    const reply = replyOf(travelled(answering(result)));
    const plain = JSON.parse(JSON.stringify(result)) as McpObject;
    expect(resultOf(reply)).toEqual(plain);
    expect(JSON.parse(resultTextOf(reply))).toEqual(plain);
  });

  it("shows the edge why a tool failed", () => {
    const structuredContent = { error: { code: "FORBIDDEN", message: "", details: { required_scope: "products:read" } } };
    expect(replyOf(travelled(answering({ isError: true, content: [], structuredContent }))).result).toMatchObject({
      isError: true,
      structuredContent,
    });
  });

  it("says what the edge added", () => {
    const reply = replyOf(travelled(answering({ content: [], _meta: { a: 1 } })));
    expect(JSON.parse(resultTextOf({ ...reply, result: { ...reply.result, _meta: { a: 1, b: 2 } } }))).toEqual({
      content: [],
      _meta: { a: 1, b: 2 },
    });
  });

  it("is the same when its text is kept", () => {
    const tools = keepText([{ name: "a" }]);
    const [first, second] = [mcpAnswerToText(answering({ tools })), mcpAnswerToText(answering({ tools }))];
    expect(second).toBe(first);
    expect(resultOf(replyOf(mcpAnswerFromText(second)))).toEqual({ tools: [{ name: "a" }] });
  });

  it("and is a refusal stays one", () => {
    const refused = refusedMcp({ code: "RATE_LIMITED", message: "Later", details: { retry_after_s: 3 } });
    expect(travelled(refused)).toEqual(refused);
  });
});
