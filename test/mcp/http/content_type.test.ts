import { beforeAll, expect, it } from "vitest";
import { modern, newKey } from "./support.ts";

let key: string;
beforeAll(async () => {
  key = await newKey();
});

it.each(["application/foo+json", "text/plain", "application/jsonp"])("a body of type %s is refused, on every way to an answer", async (type) => {
  const headers = { "Content-Type": type };
  const plain = await modern("tools/list", {}, { key, headers });
  const by_library = await modern("tools/list", { _meta: { progressToken: 1 } }, { key, headers });
  expect([plain.status, by_library.status]).toEqual([415, 415]);
});
