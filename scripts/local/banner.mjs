/** The one screen that npm start prints: where things are, and what works when pasted. */
export function banner({ base_url: local_url, organization_id, api_key, owner_ready, owner_email, owner_password }, data) {
  const base_url = process.env.PUBLIC_URL ?? local_url;
  const sign_in = owner_ready ? `\n  Sign in            ${base_url}/account   as ${owner_email}   password ${owner_password}` : "";
  return `
  CROW is running at ${base_url}

  API reference      ${base_url}/docs
  GraphiQL           ${base_url}/graphql
  MCP server         ${base_url}/mcp/readonly, with changes ${base_url}/mcp
  OpenAPI            ${base_url}/openapi/v1.json   ${base_url}/openapi/v2.json
  Organization       ${organization_id} (demo data: 1,000 real shop events of 2019-10-01)
  API key            ${api_key}${sign_in}
  Data and secrets   ${data} (the operator token is in demo.json there)

  Try it:

  curl -s ${base_url}/api/v1/products?limit=2 -H "Authorization: Bearer ${api_key}"

  curl -s ${base_url}/api/v1/interactions -H "Authorization: Bearer ${api_key}" -H "Content-Type: application/json" -d '{"type":"page_view","visitor_id":"me"}'

  curl -s "${base_url}/api/v1/insights?date_from=2019-10-01&date_to=2019-10-01" -H "Authorization: Bearer ${api_key}"

  Connect a model (all clients: docs/mcp.md):

  claude mcp add --transport http crow ${base_url}/mcp/readonly --header "Authorization: Bearer ${api_key}"

  Ctrl-C stops it; npm start goes on where it was. Each request is one JSON line below.

`;
}
