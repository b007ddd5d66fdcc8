import * as z from "zod";
import { shapeOf } from "../schema_walk.ts";
import { itemShape } from "./fields.ts";
import type { RestVersion } from "./version.ts";

/** The neutral model itself: money as `{amount, currency}`, If-Match on every write, lists with a `page` object, `include`. */
export const v2: RestVersion = {
  name: "v2",
  requires_if_match: true,
  hidden_inputs: new Set(),
  decode: (_operation, input) => input,
  encode(_operation, output) {
    if (typeof output !== "object" || output === null || !("next_cursor" in output)) return output;
    const { next_cursor, ...rest } = output;
    return { ...rest, page: { next_cursor, has_more: next_cursor !== null } };
  },
  failure: (failure) => failure,
  fields: (operation) => new Set(Object.keys(itemShape(operation.output))),
  jsonSchema: (schema, io) =>
    z.toJSONSchema(schema, {
      io,
      target: "draft-2020-12",
      unrepresentable: "any",
      reused: "inline",
      override({ zodSchema, jsonSchema }) {
        if (io !== "output" || zodSchema._zod.def.type !== "object" || !shapeOf(zodSchema)?.next_cursor || !jsonSchema.properties) return;
        const cursor = jsonSchema.properties.next_cursor!;
        delete jsonSchema.properties.next_cursor;
        jsonSchema.properties.page = {
          type: "object",
          properties: { next_cursor: cursor, has_more: { type: "boolean" } },
          required: ["next_cursor", "has_more"],
          additionalProperties: false,
        };
        jsonSchema.required = (jsonSchema.required ?? []).map((name) => (name === "next_cursor" ? "page" : name));
      },
    }) as Record<string, unknown>,
};
