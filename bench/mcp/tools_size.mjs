// What a list of tools weighs: bytes on the wire, and tokens of what a model is shown.
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { request } from "./messages.mjs";
import { ask, send } from "./servers.mjs";

export async function measureSize([ours, other]) {
  return { ours: await sizeOf(ours), other: await sizeOf(other) };
}

async function sizeOf(server) {
  const list = request({ key: server.keys[0] }, "tools/list");
  const bytes = (await (await send(server, list)).arrayBuffer()).byteLength;
  const { tools } = await ask(server, list);
  // Clients show a model name, description and input schema; titles, annotations and output schemas are the client's own.
  const shown = tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
  return { tools: tools.length, bytes, tokens: tokensOf(tools), shown_tokens: tokensOf(shown) };
}

function tokensOf(value) {
  return encode(JSON.stringify(value)).length;
}
