import type { GraphiQLProps } from "graphiql";
import addProduct from "./tabs/add_product.graphql";
import dashboard from "./tabs/dashboard.graphql";
import liveInteractions from "./tabs/live_interactions.graphql";

/** What a first visit opens; GraphiQL keeps what its reader makes of them. */
export const TABS: NonNullable<GraphiQLProps["defaultTabs"]> = [
  { query: dashboard },
  { query: addProduct },
  { query: liveInteractions.replace("http://localhost:8787", location.origin) },
];
