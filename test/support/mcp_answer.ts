import { mcpAnswerFromText, resultOf } from "../../src/domain/mcp/answer_text.ts";
import type { McpAnswer } from "../../src/domain/mcp/command.ts";

/** What an actor answered to one message, with all of its result. */
export function wholeAnswer(text: string): McpAnswer {
  const answer = mcpAnswerFromText(text);
  if (answer.reply?.kind !== "result") return answer;
  const { notifications } = answer.reply;
  return { ...answer, reply: { kind: "result", result: resultOf(answer.reply), notifications } };
}
