import { htmlPage, NAVIGATION } from "./page.ts";

/** As dark as Swagger UI's own bar below it, whose theme the reader chooses. */
const NAVIGATION_STYLE = `<style>
body { margin: 0; }
body > nav { padding: .6rem 1.25rem 0; background: #1b1b1b; font: 14px/1.5 system-ui, sans-serif; }
body > nav a { margin-right: 1.25rem; color: #fff; }
</style>`;

/** `/docs`: Swagger UI over both versions, from files this deployment serves itself. */
export function referencePage(): Response {
  return htmlPage(
    "CROW API reference",
    `<link rel="stylesheet" href="/swagger-ui/swagger-ui.css">
<link rel="icon" href="/swagger-ui/favicon-32x32.png">
${NAVIGATION_STYLE}`,
    `${NAVIGATION}
<div id="swagger-ui"></div>
<script src="/swagger-ui/swagger-ui-bundle.js"></script>
<script src="/swagger-ui/swagger-ui-standalone-preset.js"></script>
<script src="/docs/reference.js"></script>`,
  );
}

const SCRIPT = `SwaggerUIBundle({
  urls: [{ name: "v1", url: "/openapi/v1.json" }, { name: "v2", url: "/openapi/v2.json" }],
  dom_id: "#swagger-ui",
  deepLinking: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  layout: "StandaloneLayout",
  validatorUrl: null,
});
`;

/** A file of its own, so that the page's policy needs no inline script. */
export function referenceScript(): Response {
  return new Response(SCRIPT, { headers: { "Content-Type": "text/javascript; charset=utf-8", "Cache-Control": "public, max-age=300" } });
}
