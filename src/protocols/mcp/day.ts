import { CalendarDate } from "../../domain/time.ts";

const FIRST = "1970-01-01";
const LAST = "2999-12-31";

/** A day that weeks and months around it can be counted from: those are days too, written in ten characters. */
export const Day = CalendarDate.refine((day) => day >= FIRST && day <= LAST);
export const DAY_EXPECTED = `a date, YYYY-MM-DD, from ${FIRST} to ${LAST}`;
