import { listEvents } from "./list.ts";

export const operations = [listEvents];
