import type { Export } from "../../../domain/exports/export.ts";
import { listExports } from "../../../domain/exports/list.ts";
import type { McpHost } from "../../../domain/mcp/executor.ts";
import { MCP_ERROR, McpError, type McpObject } from "../../../domain/mcp/message.ts";
import type { Product } from "../../../domain/products/product.ts";
import { listProducts } from "../../../domain/products/list.ts";
import { areInView } from "../all_in_view.ts";
import { resultMeta } from "../meta.ts";
import type { McpMethod } from "../method.ts";
import { exportResource } from "./definitions/export.ts";
import { productResource } from "./definitions/product.ts";
import { describeResource } from "./describe.ts";
import { invalidParameter, missingScope } from "../protocol_errors.ts";
import { FIXED_RESOURCES } from "./registry.ts";
import type { McpResource } from "./resource.ts";
import { run } from "./run.ts";
import { fillTemplate } from "./uri.ts";

export const RESOURCES_PAGE = 50;
const EXPORTS_LISTED = 10;
/** Pages in all: the newest products are listed, the others are found by completion, tools or a template. */
export const RESOURCES_PAGES_MAX = 10;
const COST = 1;

/** The page's number and the place in the products that it begins at. */
const CURSOR = /^([1-9]\d?)~(.{1,2000})$/;
const CURSOR_EXPECTED = "the nextCursor of the page before";

/** `resources/list`: what is always there, the latest exports, the newest products. */
export const listResources: McpMethod = ({ params, view }) => {
  const place = params.cursor === undefined ? null : parseCursor(params.cursor);
  return {
    cost: COST,
    writes: false,
    operations: [place === null ? listExports.name : listProducts.name],
    run(host) {
      const mayRead = ({ operations, scopes }: McpResource): boolean =>
        areInView(operations, view) && missingScope(host.principal, scopes) === undefined;
      const first =
        place === null ? [...FIXED_RESOURCES.filter(mayRead).map(describeResource), ...(mayRead(exportResource) ? exportsOf(host) : [])] : [];
      const { data, next_cursor } = mayRead(productResource) ? productsOf(host, RESOURCES_PAGE - first.length, place?.cursor) : noProducts(place);
      const next_page = (place?.page ?? 1) + 1;
      const resources = [...first, ...data.map(productEntry)];
      const more = next_cursor !== null && next_page <= RESOURCES_PAGES_MAX ? { nextCursor: `${next_page}~${next_cursor}` } : {};
      return { kind: "result", result: { resources, ...more, _meta: resultMeta(host) } };
    },
  };
};

function parseCursor(cursor: unknown): { page: number; cursor: string } {
  const match = typeof cursor === "string" ? CURSOR.exec(cursor) : null;
  const page = Number(match?.[1]);
  if (!match || page < 2 || page > RESOURCES_PAGES_MAX) throw invalidParameter("cursor", CURSOR_EXPECTED);
  return { page, cursor: match[2]! };
}

function exportsOf(host: McpHost): McpObject[] {
  return run(host, listExports, { limit: EXPORTS_LISTED }).data.map(exportEntry);
}

interface ProductPage {
  data: Product[];
  next_cursor: string | null;
}

/** For who may see none: a place in them is none of theirs. */
function noProducts(place: object | null): ProductPage {
  if (place !== null) throw invalidParameter("cursor", CURSOR_EXPECTED);
  return { data: [], next_cursor: null };
}

function productsOf(host: McpHost, limit: number, cursor: string | undefined): ProductPage {
  try {
    return run(host, listProducts, { limit, ...(cursor === undefined ? {} : { cursor }) });
  } catch (error) {
    if (error instanceof McpError && error.code === MCP_ERROR.invalid_params) throw invalidParameter("cursor", CURSOR_EXPECTED);
    throw error;
  }
}

function exportEntry({ id, resource, format, status, created_at, finished_at }: Export): McpObject {
  return {
    uri: fillTemplate(exportResource.uri, { export_id: id }),
    name: id,
    title: `Export of ${resource} (${format})`,
    description: `${status}, started ${created_at}`,
    mimeType: exportResource.mimeType,
    annotations: { lastModified: finished_at ?? created_at },
  };
}

function productEntry({ id, title, sku, status, updated_at }: Product): McpObject {
  return {
    uri: fillTemplate(productResource.uri, { product_id: id }),
    name: id,
    title,
    description: `${status === "active" ? "Product" : "Archived product"}${sku === null ? "" : `, SKU ${sku}`}`,
    mimeType: productResource.mimeType,
    annotations: { lastModified: updated_at },
  };
}
