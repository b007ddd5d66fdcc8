import { htmlPage } from "../docs/page.ts";

/** Nothing from elsewhere and nothing inline but style: the editor places its lines with style attributes, and its workers are files. */
const POLICY =
  "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** GraphiQL, for a browser that opens `/graphql`, from files that this deployment serves itself. */
export function graphiqlPage(): Response {
  const page = htmlPage(
    "GraphiQL · CROW",
    `<link rel="icon" href="data:,">
<link rel="stylesheet" href="/graphiql/main.css">
<script type="module" src="/graphiql/main.js"></script>`,
    `<div id="app">
<p class="loading">Loading GraphiQL …</p>
<noscript><p class="loading">GraphiQL needs JavaScript. The schema is at <a href="/graphql/schema.graphql">/graphql/schema.graphql</a>.</p></noscript>
</div>`,
    POLICY,
  );
  // The same address answers queries, in another form.
  page.headers.set("Vary", "Accept");
  return page;
}
