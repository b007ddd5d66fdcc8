import { escapeHtml, htmlPage, NAVIGATION, PAGE_STYLE } from "./page.ts";

/** `/docs/mcp`: where the MCP server is and how a client is connected to it, for who opens its address in a browser. */
export function mcpPage(base_url: string): Response {
  const url = escapeHtml(`${base_url}/mcp/readonly`);
  const code = (text: string): string => `<pre>${text}</pre>`;
  return htmlPage(
    "MCP",
    PAGE_STYLE,
    `${NAVIGATION}<h1>MCP</h1>
<p>This address is for LLM applications: give it to a client, and it works with your organization's data through tools, resources and prompts.</p>
${code(url)}
<p>Clients that know OAuth (claude.ai, Claude Code, ChatGPT, VS Code, Cursor) need the URL and nothing else: they sign you in and ask what they may see. Others send an API key as
<code>Authorization: Bearer crow_live_…</code>; make one with few scopes under <a href="/account">your account</a>.</p>
<h2>Claude Code</h2>
${code(`claude mcp add --transport http crow ${url}`)}
<h2>VS Code, <code>.vscode/mcp.json</code></h2>
${code(`{ "servers": { "crow": { "type": "http", "url": "${url}" } } }`)}
<h2>Cursor, <code>.cursor/mcp.json</code></h2>
${code(`{ "mcpServers": { "crow": { "url": "${url}" } } }`)}
<h2>Parts of the server</h2>
<p><code>/mcp/readonly</code> shows nothing that changes anything, <code>/mcp</code> everything, <code>/mcp/x/insights,products</code> the tools of these families;
<code>/readonly</code> goes after any of them, and <code>/mcp/{organization}</code> before. The guide is <code>docs/mcp.md</code> in the repository.</p>`,
  );
}
