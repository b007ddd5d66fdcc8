import { getExport } from "../../../../domain/exports/get.ts";
import type { McpResource } from "../resource.ts";
import { run } from "../run.ts";

export const exportResource: McpResource = {
  uri: "crow://exports/{export_id}",
  name: "export",
  title: "Export",
  description:
    "An export's state: rows done of all, and once it succeeded its size and a signed download_url that needs no key. Subscribe to it to be told how it gets on. The file itself is not here: download it.",
  mimeType: "application/json",
  scopes: ["exports:read"],
  operations: [getExport.name],
  topic: ({ export_id }) => `export:${export_id}`,
  more: "Call exports_get.",
  read: ({ host }, { export_id }) => run(host, getExport, { export_id: export_id! }),
};
