import type { McpView } from "./command.ts";

/** What both of two parts of the server show. */
export function narrowView(view: McpView, by: McpView): McpView {
  return { readonly: view.readonly || by.readonly, toolsets: commonToolsets(view.toolsets, by.toolsets) };
}

/** Whether a part of the server shows all that another does. */
export function isViewWithin(inner: McpView, outer: McpView): boolean {
  if (outer.readonly && !inner.readonly) return false;
  return outer.toolsets === null || (inner.toolsets?.every((name) => outer.toolsets!.includes(name)) ?? false);
}

function commonToolsets(own: McpView["toolsets"], other: McpView["toolsets"]): McpView["toolsets"] {
  if (own === null || other === null) return own ?? other;
  return own.filter((name) => other.includes(name));
}
