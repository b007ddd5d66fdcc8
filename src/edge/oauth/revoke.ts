import { callOrganization } from "../../actors/call.ts";
import { parseSecret } from "../../actors/secrets/secret_kinds.ts";
import { verifyAccessToken } from "./access_tokens.ts";
import { readFormBody } from "./body.ts";
import { authenticateClient } from "./client_authentication.ts";
import { guardGuessing } from "./guessing.ts";
import type { OAuthRequest } from "./request.ts";
import { answering, oauthJson } from "./respond.ts";

/** Token revocation (RFC 7009): 200 for every token of the client's, known or not, so that the answer tells nothing. The hint is not needed: the kinds look different. */
export async function handleRevoke(context: OAuthRequest): Promise<Response> {
  return answering(context, () =>
    guardGuessing(context, async () => {
      const { env, base_url, request_id } = context;
      const parameters = await readFormBody(context.request);
      const text = parameters.require("token");
      const { client_id } = (await authenticateClient(context, parameters)).proof;
      const refresh_token = parseSecret("refresh_token", text, env.CROW_SECRET);
      if (refresh_token) {
        await callOrganization(env, refresh_token.organization_id, "revokeRefreshToken", { token: refresh_token, client_id, request_id });
        return oauthJson(200, {});
      }
      const access_token = await verifyAccessToken(env, text, base_url);
      if (access_token)
        await callOrganization(env, access_token.credential.organization_id, "revokeAccessToken", { token: access_token.credential, client_id });
      return oauthJson(200, {});
    }),
  );
}
