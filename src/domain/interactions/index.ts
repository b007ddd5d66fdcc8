import { eraseInteractions } from "./erase.ts";
import { getInteraction } from "./get.ts";
import { ingestInteractions } from "./ingest.ts";
import { listInteractions } from "./list.ts";

export const operations = [ingestInteractions, listInteractions, getInteraction, eraseInteractions];
