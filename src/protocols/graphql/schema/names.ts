/** Words that keep their spelling inside a name. */
const ACRONYMS: Readonly<Record<string, string>> = { oauth: "OAuth" };

/** `recent_interactions` → `recentInteractions`. */
export function camel(name: string): string {
  const [first, ...rest] = name.split("_");
  return first + rest.map(capitalize).join("");
}

/** `oauth_clients` → `OAuthClients`; camelCase becomes PascalCase. */
export function pascal(name: string): string {
  return name.split("_").map(capitalize).join("");
}

/** `deliveries` → `delivery`, `products` → `product`; what has no plural stays. */
export function singular(plural: string): string {
  if (plural.endsWith("ies")) return `${plural.slice(0, -3)}y`;
  return plural.endsWith("s") && !/(?:ss|us|is)$/.test(plural) ? plural.slice(0, -1) : plural;
}

/** `products:read` → `PRODUCTS_READ`. */
export function enumName(value: string): string {
  return value.replaceAll(/\W+/g, "_").toUpperCase();
}

function capitalize(word: string): string {
  return ACRONYMS[word] ?? word.charAt(0).toUpperCase() + word.slice(1);
}

/** `auditEntries` → `audit_entries`. */
export function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
