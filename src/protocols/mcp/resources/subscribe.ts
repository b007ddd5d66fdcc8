import { free, type McpMethod } from "../method.ts";
import { requireScopes } from "../protocol_errors.ts";
import { locateRequested } from "./locate.ts";

/** `resources/subscribe`, of sessions: who may not read it is not told that it changed either. Whether the object exists is not looked at. */
export const subscribeResource: McpMethod = (execution) => {
  const { resource, uri } = locateRequested(execution);
  return free((host) => {
    requireScopes(host.principal, resource.scopes);
    host.subscribe(uri);
    return { kind: "result", result: {} };
  });
};

export const unsubscribeResource: McpMethod = (execution) => {
  const { uri } = locateRequested(execution);
  return free((host) => {
    host.unsubscribe(uri);
    return { kind: "result", result: {} };
  });
};
