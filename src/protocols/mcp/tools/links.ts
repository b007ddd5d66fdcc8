import * as z from "zod";
import type { McpObject } from "../../../domain/mcp/message.ts";
import type { AnyOperation } from "../../../domain/operation.ts";
import { isObject } from "./render/shapes.ts";

/** Things that can be read, and followed, at an address of their own, by their schema's id. */
const ADDRESSES: Readonly<Record<string, { uri: (id: string) => string; mimeType: string }>> = {
  Product: { uri: (id) => `crow://products/${id}`, mimeType: "application/json" },
  Export: { uri: (id) => `crow://exports/${id}`, mimeType: "application/json" },
};

/** A link to the one thing that an answer is. Rows of a list have none: their ids are in the table, and a link costs as much as a row. */
export function linkTo({ output }: AnyOperation, value: unknown): McpObject | null {
  const address = ADDRESSES[z.globalRegistry.get(output)?.id ?? ""];
  if (!address || !isObject(value) || typeof value.id !== "string") return null;
  return { type: "resource_link", uri: address.uri(value.id), name: value.id, mimeType: address.mimeType };
}
