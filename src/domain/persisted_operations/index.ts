import { createPersistedOperation } from "./create.ts";
import { deletePersistedOperation } from "./delete.ts";
import { getPersistedOperation } from "./get.ts";
import { listPersistedOperations } from "./list.ts";

export const operations = [listPersistedOperations, createPersistedOperation, getPersistedOperation, deletePersistedOperation];
