const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** A page of the documentation with a policy that allows nothing from elsewhere. */
export function htmlPage(title: string, head: string, body: string, policy = POLICY): Response {
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
${head}
</head>
<body>
${body}
</body>
</html>
`;
  return new Response(html, {
    headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy, "Cache-Control": "public, max-age=300" },
  });
}

export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** One small style sheet for the pages we write ourselves; follows the reader's light or dark setting. */
export const PAGE_STYLE = `<style>
:root { color-scheme: light dark; }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 52rem; margin: 2.5rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.7rem; margin-bottom: .25rem; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .3rem; }
code, pre { font: .92em ui-monospace, monospace; }
pre { padding: .9rem 1rem; border-radius: 8px; background: color-mix(in srgb, currentColor 8%, transparent); white-space: pre-wrap; }
a { color: light-dark(#1d5fd1, #8ab4ff); }
nav { margin-bottom: 1.5rem; }
nav a { margin-right: 1rem; }
.status { opacity: .7; font-weight: 400; }
</style>`;

export const NAVIGATION = `<nav><a href="/docs">API reference</a><a href="/graphql">GraphQL</a><a href="/docs/mcp">MCP</a><a href="/docs/errors">Errors</a><a href="/openapi/v1.json">OpenAPI v1</a><a href="/openapi/v2.json">OpenAPI v2</a></nav>`;
