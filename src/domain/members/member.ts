import * as z from "zod";
import { AccountId } from "../accounts/account.ts";
import { Role } from "../roles.ts";
import { Timestamp } from "../time.ts";

export const Member = z
  .strictObject({
    account_id: AccountId,
    email: z.string(),
    name: z.string(),
    role: Role,
    created_at: Timestamp.describe("When they joined"),
    updated_at: Timestamp,
    version: z.int(),
  })
  .meta({ id: "Member" });
export type Member = z.infer<typeof Member>;
