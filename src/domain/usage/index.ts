import { getUsage } from "./get.ts";

export const operations = [getUsage];
