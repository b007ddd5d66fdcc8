/** What a URL of the endpoint says: whose data it is about, and which part of the server it shows. */
export interface McpPath {
  organization_id: string | null;
  /** Names as they were written, whether there are such families or not; null where the URL names none. */
  toolsets: readonly string[] | null;
  readonly: boolean;
}

const NAME = "[a-z][a-z0-9_]{0,39}";
const PATH = new RegExp(`^/mcp(?:/(org_[0-9a-z]{26}))?(?:/x/(${NAME}(?:,${NAME}){0,29}))?(/readonly)?$`);

/** `/mcp`, `/mcp/{organization}`, each with `/x/{toolset,toolset}` and `/readonly` after it; null for any other path. A slash at the end means nothing. */
export function parseMcpPath(path: string): McpPath | null {
  const match = PATH.exec(path.replace(/\/$/, ""));
  if (!match) return null;
  const [, organization_id, toolsets, readonly] = match;
  return { organization_id: organization_id ?? null, toolsets: toolsets?.split(",") ?? null, readonly: readonly !== undefined };
}
