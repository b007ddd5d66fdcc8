import { credentialServices } from "./credential_services.ts";
import { deletionServices } from "./deletion.ts";
import { foundingServices } from "./founding.ts";
import { membershipServices } from "./membership_services.ts";
import { recoveryServices } from "./recovery.ts";
import { sessionServices } from "./session_services.ts";
import { signInServices } from "./sign_in.ts";
import type { AccountHost } from "./state.ts";
import { upstreamServices } from "./upstream_services.ts";

export type AccountServices = ReturnType<typeof accountServices>;

/** What the edge and the organizations ask of an account. Plain data in and out; a failure is a value. */
export function accountServices(host: AccountHost) {
  return {
    ...signInServices(host),
    ...sessionServices(host),
    ...credentialServices(host),
    ...upstreamServices(host),
    ...recoveryServices(host),
    ...membershipServices(host),
    ...foundingServices(host),
    ...deletionServices(host),
  };
}
