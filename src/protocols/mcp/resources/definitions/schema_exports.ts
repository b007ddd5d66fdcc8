import { DOWNLOAD_HOURS, ExportFormat } from "../../../../domain/exports/export.ts";
import { SOURCES } from "../../../../domain/exports/sources/index.ts";
import { once } from "../../../../domain/lazy.ts";
import { jsonSchemaOf, mapValues } from "../../json_schema.ts";
import type { McpResource } from "../resource.ts";

const sources = once(() =>
  Object.entries(SOURCES).map(([resource, { source, filter }]) => ({
    resource,
    columns: source.columns.map(({ name, type }) => `${name}: ${type}`),
    filter: mapValues(jsonSchemaOf(filter, "input").properties ?? {}, ({ description }) => description),
  })),
);

export const exportSchemaResource: McpResource = {
  uri: "crow://schema/exports",
  name: "exports_schema",
  title: "What can be exported",
  description:
    "What a complete file can hold: interactions, products or daily figures, each with its columns and the filter it takes, and the formats. Read it before starting an export.",
  mimeType: "application/json",
  scopes: ["exports:read"],
  operations: [],
  topic: () => "schema",
  more: "Call search_operations for exports.create.",
  read: () => ({
    start: `exports.create; it runs in the background and is followed at crow://exports/{export_id}. A finished file can be downloaded for ${DOWNLOAD_HOURS} hours.`,
    formats: ExportFormat.options,
    compression: "none, or gzip",
    sources: sources(),
  }),
};
