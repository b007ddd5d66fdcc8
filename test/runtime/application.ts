import type { OAuthClientProvider } from "@modelcontextprotocol/sdk/client/auth.js";
import type { OAuthClientProvider as OAuthClientProviderV2 } from "@modelcontextprotocol/client";

/** What an application that uses an MCP SDK keeps, in memory. `asked`: where it would have sent its person. */
export type Application = OAuthClientProvider & OAuthClientProviderV2 & { asked: () => URL };

export function newApplication(redirect_uri: string): Application {
  const kept = new Map<string, unknown>();
  const keep = (name: string) => (value: unknown) => void kept.set(name, value);
  return {
    redirectUrl: redirect_uri,
    clientMetadata: {
      redirect_uris: [redirect_uri],
      client_name: "MCP client",
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
    },
    clientInformation: () => kept.get("client") as never,
    saveClientInformation: keep("client"),
    tokens: () => kept.get("tokens") as never,
    saveTokens: keep("tokens"),
    redirectToAuthorization: keep("url"),
    saveCodeVerifier: keep("verifier"),
    codeVerifier: () => kept.get("verifier") as string,
    saveDiscoveryState: keep("discovery"),
    discoveryState: () => kept.get("discovery") as never,
    asked: () => kept.get("url") as URL,
  };
}
