import type { AccountServices } from "./accounts/services.ts";
import type { OrganizationServices } from "./organization/services.ts";

/** An actor that answers named services: plain data in and out, as JSON text for the reason told at `executeByText`. */
export interface ServiceActor {
  callText(method: string, input: string): Promise<string>;
}

type Service = (input: never) => unknown;
type Services = Record<string, Service>;
type Answer<Of extends Service> = Awaited<ReturnType<Of>>;

/** Asks an organization's actor. Null where no such organization exists. */
export function callOrganization<Method extends keyof OrganizationServices & string>(
  env: Env,
  organization_id: string,
  method: Method,
  input: Parameters<OrganizationServices[Method]>[0],
): Promise<Answer<OrganizationServices[Method]> | null> {
  return call(env.ORGANIZATIONS.getByName(organization_id) as unknown as ServiceActor, method, input);
}

/** Asks an account's actor; whether the account exists is the service's to say. */
export function callAccount<Method extends keyof AccountServices & string>(
  env: Env,
  account_name: string,
  method: Method,
  input: Parameters<AccountServices[Method]>[0],
): Promise<Answer<AccountServices[Method]>> {
  return call(env.ACCOUNTS.getByName(account_name) as unknown as ServiceActor, method, input);
}

async function call<Result>(actor: ServiceActor, method: string, input: unknown): Promise<Result> {
  return JSON.parse(await actor.callText(method, JSON.stringify(input))) as Result;
}

/** The actor's side of a call. */
export async function answerCall(services: Services, method: string, input: string): Promise<string> {
  if (!Object.hasOwn(services, method)) throw new Error(`No such service: ${method}`);
  return JSON.stringify((await services[method]!(JSON.parse(input) as never)) ?? null);
}
