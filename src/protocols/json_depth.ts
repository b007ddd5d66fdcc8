/** Levels of nesting in what clients send as JSON. */
export const JSON_DEPTH_MAX = 64;

/** Everything after this walks the value by recursion, which only a bounded depth makes safe. */
export function isNestedTooDeeply(value: object, levels = JSON_DEPTH_MAX): boolean {
  if (levels === 0) return true;
  for (const item of Object.values(value) as unknown[]) {
    if (typeof item === "object" && item !== null && isNestedTooDeeply(item, levels - 1)) return true;
  }
  return false;
}
