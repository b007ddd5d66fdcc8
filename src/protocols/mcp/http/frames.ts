import { closeQuietly } from "../../event_stream.ts";
import type { McpChange, McpFrame } from "../../../domain/mcp/stream.ts";
import type { McpNotification } from "../../../domain/mcp/message.ts";

const LIST_CHANGED = {
  tools: "notifications/tools/list_changed",
  resources: "notifications/resources/list_changed",
  prompts: "notifications/prompts/list_changed",
} as const;

/** A change as clients are told it, in every revision. */
export function changeNotification(change: McpChange): McpNotification {
  return change.kind === "list" ? { method: LIST_CHANGED[change.list] } : { method: "notifications/resources/updated", params: { uri: change.uri } };
}

/** Reads an inner socket. `ended` is called once, with whether the actor said that nothing more comes. */
export function readFrames(socket: WebSocket, frame: (frame: Exclude<McpFrame, { type: "end" }>) => void, ended: (complete: boolean) => void): void {
  let over = false;
  const end = (complete: boolean): void => {
    if (over) return;
    over = true;
    ended(complete);
    closeQuietly(socket);
  };
  socket.addEventListener("message", ({ data }) => {
    if (over) return;
    const read = JSON.parse(String(data)) as McpFrame;
    if (read.type === "end") end(true);
    else frame(read);
  });
  socket.addEventListener("close", () => end(false));
  socket.addEventListener("error", () => end(false));
  socket.accept();
}
