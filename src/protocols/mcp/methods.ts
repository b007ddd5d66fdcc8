/** What transports have to know of a method that an organization's data answers. */
interface MethodTraits {
  /** The parameter that the header Mcp-Name repeats (MCP 2026-07-28, basic/transports/streamable-http); null: none. */
  named_by: "name" | "uri" | null;
  /** Its result must say how long it holds (MCP 2026-07-28, server/utilities/caching). */
  is_cacheable: boolean;
  /** The stateless revision does not have it. */
  sessions_only?: true;
}

/** Every one of them; what is about the connection itself is the transport's. */
export const METHODS = {
  "tools/list": { named_by: null, is_cacheable: true },
  "tools/call": { named_by: "name", is_cacheable: false },
  "resources/list": { named_by: null, is_cacheable: true },
  "resources/templates/list": { named_by: null, is_cacheable: true },
  "resources/read": { named_by: "uri", is_cacheable: true },
  "resources/subscribe": { named_by: null, is_cacheable: false, sessions_only: true },
  "resources/unsubscribe": { named_by: null, is_cacheable: false, sessions_only: true },
  "prompts/list": { named_by: null, is_cacheable: true },
  "prompts/get": { named_by: "name", is_cacheable: false },
  "completion/complete": { named_by: null, is_cacheable: false },
} as const satisfies Record<string, MethodTraits>;

export type MethodName = keyof typeof METHODS;

/** A method's traits in the stateless revision; null for what that does not have. */
export function statelessTraits(method: string): MethodTraits | null {
  const traits: MethodTraits | null = Object.hasOwn(METHODS, method) ? METHODS[method as MethodName] : null;
  return traits?.sessions_only ? null : traits;
}
