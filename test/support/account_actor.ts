import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { accountNameOf } from "../../src/actors/secrets/account_name.ts";

/** The name of this address's actor. */
export function accountOf(email: string): string {
  return accountNameOf(email, env.CROW_SECRET);
}

/** The public id of whoever has the account of this address now. */
export async function personOf(email: string): Promise<string> {
  const [account] = await inAccount<{ id: string }>(email, "SELECT id FROM account");
  return account!.id;
}

/** Runs SQL in an account's own storage: tests move its clocks, and look at what is kept. */
export function inAccount<Row extends Record<string, SqlStorageValue>>(email: string, sql: string, ...params: SqlStorageValue[]): Promise<Row[]> {
  return runInDurableObject(env.ACCOUNTS.getByName(accountOf(email)), (_actor, state) => state.storage.sql.exec<Row>(sql, ...params).toArray());
}

/** Names of the tables that an account's actor has. */
export function tablesOf(email: string): Promise<string[]> {
  return runInDurableObject(env.ACCOUNTS.getByName(accountOf(email)), (_actor, state) =>
    state.storage.sql
      .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf\\_%' ESCAPE '\\'")
      .toArray()
      .map(({ name }) => name),
  );
}

/** As if the session's owner had proved who they are an hour ago. */
export async function makeStale(email: string): Promise<void> {
  await inAccount(email, "UPDATE sessions SET authenticated_at = authenticated_at - 3600000");
}
