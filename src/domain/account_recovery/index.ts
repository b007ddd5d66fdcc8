import { createAccountRecovery } from "./create.ts";

export const operations = [createAccountRecovery];
