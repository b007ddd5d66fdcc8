import { cancelExport } from "./cancel.ts";
import { createExport } from "./create.ts";
import { deleteExport } from "./delete.ts";
import { getExport } from "./get.ts";
import { listExports } from "./list.ts";

export const operations = [listExports, createExport, getExport, cancelExport, deleteExport];
