import type { LimitState } from "../../../domain/rate_limit.ts";
import { getUsage } from "../../../domain/usage/get.ts";
import { outputFields, type Builder, type OutputField } from "./builder.ts";
import type { OutputTypes } from "./output_types.ts";
import { definitionOf, unwrap } from "./zod_types.ts";

interface Charged {
  charged: number;
  limit: LimitState | null;
}

/** What this request cost and what remains, in the windows that the usage report has too. */
export function rateLimitField(builder: Builder, outputs: OutputTypes): OutputField {
  const { minute, day } = definitionOf(unwrap(getUsage.output.shape.own_limit)).shape!;
  const type = builder.objectRef("RateLimit");
  const [minuteField, dayField] = [outputs.field(minute!, "minute", "UsageReportOwnLimit"), outputs.field(day!, "day", "UsageReportOwnLimit")];
  type.implement({
    description: "The rate limit of the credential that asks",
    fields: outputFields(() => ({
      charged: { type: "Int", nullable: false, description: "What this operation took", resolve: ({ charged }: Charged) => charged },
      minute: {
        ...minuteField,
        description: "The last minute; null where nothing bounds it",
        resolve: ({ limit }: Charged) => limit?.minute ?? null,
      },
      day: { ...dayField, description: "The UTC day; null where nothing bounds it", resolve: ({ limit }: Charged) => limit?.day ?? null },
    })),
  });
  return {
    type,
    nullable: true,
    description: "What this operation cost and what remains of the limits",
    extensions: { cost: { look_up: 0 } },
    resolve: (_root, _args, { host }): Charged => ({ charged: host.charged, limit: host.limit }),
  };
}
