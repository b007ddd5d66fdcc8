// The least a fan-out can cost on this machine: a server that knows its text already and only sends it to every socket. What the subscribers themselves take is in here.
import { createServer } from "node:http";
import { WebSocketServer } from "ws";

const [port] = process.argv.slice(2);
const NEXT = JSON.stringify({ id: "1", type: "next", payload: { data: { interactionAdded: { text: "x".repeat(300) } } } });
const server = createServer((request, response) => {
  request.resume();
  for (const socket of sockets.clients) socket.send(NEXT);
  response.end("{}");
});
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on("connection", (socket) => {
  socket.once("message", () => socket.send('{"type":"connection_ack"}'));
});
server.listen(Number(port), "127.0.0.1", () => console.log(JSON.stringify({ key: "none" })));
