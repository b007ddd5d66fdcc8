import type { Migration } from "../../core/migrate.ts";
import core from "./0001_core.ts";
import products from "./0002_products.ts";
import interactions from "./0003_interactions.ts";
import rollups from "./0004_rollups.ts";
import exports from "./0005_exports.ts";
import webhooks from "./0006_webhooks.ts";
import people_and_oauth from "./0007_people_and_oauth.ts";
import graphql from "./0008_graphql.ts";
import mcp from "./0009_mcp.ts";
import mcp_session_counts from "./0010_mcp_session_counts.ts";
import product_search from "./0011_product_search.ts";

/** Append-only: a migration that shipped is never edited, renamed or reordered. */
export const MIGRATIONS: readonly Migration[] = [
  { name: "0001_core", sql: core },
  { name: "0002_products", sql: products },
  { name: "0003_interactions", sql: interactions },
  { name: "0004_rollups", sql: rollups },
  { name: "0005_exports", sql: exports },
  { name: "0006_webhooks", sql: webhooks },
  { name: "0007_people_and_oauth", sql: people_and_oauth },
  { name: "0008_graphql", sql: graphql },
  { name: "0009_mcp", sql: mcp },
  { name: "0010_mcp_session_counts", sql: mcp_session_counts },
  { name: "0011_product_search", sql: product_search },
];
