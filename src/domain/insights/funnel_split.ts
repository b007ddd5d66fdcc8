import * as z from "zod";
import type { Comparison } from "./compared_range.ts";
import type { FunnelStep, Reach } from "./figures/reach.ts";
import { readSums, type FigureReader } from "./figures/sums.ts";
import { DIMENSION_COLUMN } from "./figures/totals.ts";
import { Funnel, toFunnel, type FunnelDimension } from "./funnel_figures.ts";
import type { DayRange } from "./range.ts";

export const FUNNEL_VALUES_MAX = 20;

const previous = Funnel.describe("The same of the days compared with");

export const FunnelOfValue = z
  .strictObject({ key: z.string().nullable().describe("The source or campaign; null for what has no campaign"), ...Funnel.shape, previous })
  .meta({ id: "FunnelOfValue" });

export const FunnelOfOthers = z.strictObject({ values: z.int().describe("How many"), ...Funnel.shape, previous }).meta({ id: "FunnelOfOthers" });

type Split = Map<string, Reach[number][]>;

/** The funnel of both ranges, whole and for each source or campaign that has most sessions in them. */
export function splitFunnel(reader: FigureReader, { range, before }: Comparison, dimension: FunnelDimension, steps: readonly FunnelStep[]) {
  const [now, past] = [readSplit(reader, range, dimension), readSplit(reader, before, dimension)];
  const sessions = (reach: Reach | undefined): number => (reach ?? []).reduce((sum, row) => sum + row.sessions, 0);
  const ranked = [...new Set([...now.keys(), ...past.keys()])]
    .map((key) => ({ key, size: sessions(now.get(key)) + sessions(past.get(key)) }))
    .toSorted((a, b) => b.size - a.size || (a.key < b.key ? -1 : 1))
    .map(({ key }) => key);
  const both = (keys: readonly string[]) => {
    const of = (split: Split) =>
      toFunnel(
        keys.flatMap((key) => split.get(key) ?? []),
        steps,
      );
    return { ...of(now), previous: of(past) };
  };
  const others = ranked.slice(FUNNEL_VALUES_MAX);
  return {
    ...both(ranked),
    values: ranked.slice(0, FUNNEL_VALUES_MAX).map((key) => ({ key: key === "" ? null : key, ...both([key]) })),
    others: others.length === 0 ? null : { values: others.length, ...both(others) },
  };
}

function readSplit(reader: FigureReader, range: DayRange, dimension: FunnelDimension): Split {
  const column = DIMENSION_COLUMN[dimension];
  return Map.groupBy(readSums(reader, "rollup_sessions", range, [column, "reached"]), (row) => row[column]);
}
