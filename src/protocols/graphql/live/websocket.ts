import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL } from "graphql-ws";
import { closeSocket } from "../../../domain/live.ts";
import { ClientConnection, type LiveServer } from "./client_connection.ts";

const PROTOCOL_HEADER = "Sec-WebSocket-Protocol";

export function isUpgrade(request: Request): boolean {
  return request.headers.get("Upgrade")?.toLowerCase() === "websocket";
}

/** Accepts a WebSocket and speaks graphql-transport-ws on it. A client that offers only other protocols is told so in the way of this one. */
export function webSocketResponse(request: Request, server: LiveServer): Response {
  const { 0: client, 1: socket } = new WebSocketPair();
  const offered = (request.headers.get(PROTOCOL_HEADER) ?? "").split(",").map((name) => name.trim());
  socket.accept();
  if (!offered.includes(GRAPHQL_TRANSPORT_WS_PROTOCOL)) {
    closeSocket(socket, { code: CloseCode.SubprotocolNotAcceptable, reason: "Subprotocol not acceptable" });
    return new Response(null, { status: 101, webSocket: client });
  }
  // eslint-disable-next-line no-new -- it lives by the socket's events
  new ClientConnection(socket, server);
  return new Response(null, { status: 101, webSocket: client, headers: { [PROTOCOL_HEADER]: GRAPHQL_TRANSPORT_WS_PROTOCOL } });
}
