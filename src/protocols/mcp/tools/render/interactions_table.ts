import { NO_CAMPAIGN } from "../../../../domain/insights/movement.ts";
import type { Interaction } from "../../../../domain/interactions/interaction.ts";
import { productsOfInteraction } from "../../../../domain/interactions/products_of_interaction.ts";
import type { McpHost } from "../../../../domain/mcp/executor.ts";
import type { Product } from "../../../../domain/products/product.ts";
import { money, plain } from "../../../reports/markdown.ts";
import { cell } from "./cell.ts";
import { tellingTable } from "./telling_table.ts";

const ITEMS_SHOWN = 3;
const PROPERTIES_SHOWN = 3;
const NAME_LENGTH_MAX = 40;
const MINUTE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d).*$/;

/** Events as a person reads them: when, what, of which product, where, from where, and who. */
export function interactionsTable(interactions: readonly Interaction[], host: Pick<McpHost, "relate">): string {
  const titles = titlesOf(interactions, host);
  return tellingTable(interactions, [
    { header: "time", always: true, cell: ({ occurred_at }) => occurred_at.replace(MINUTE, "$1Z") },
    { header: "type", cell: ({ type }) => plain(type) },
    { header: "product", cell: (interaction) => productsText(interaction, titles) },
    { header: "path", cell: ({ context }) => plain(context.page?.path ?? context.page?.url ?? "") },
    {
      header: "campaign",
      cell: ({ context }) => (context.campaign?.name === undefined ? NO_CAMPAIGN : plain(context.campaign.name, NAME_LENGTH_MAX)),
    },
    { header: "value", cell: ({ value }) => (value === null ? "" : money(value)) },
    { header: "what", cell: whatText },
    { header: "source", cell: ({ source_type }) => source_type },
    { header: "visitor", cell: ({ visitor_id, user_id }) => plain(visitor_id ?? user_id ?? "") },
    { header: "session", cell: ({ session_id }) => plain(session_id) },
    { header: "id", always: true, cell: ({ id }) => id },
  ]);
}

/** The catalogue's titles by product id; none where the credential may not read the catalogue. */
function titlesOf(interactions: readonly Interaction[], host: Pick<McpHost, "relate">): ReadonlyMap<string, string> {
  const outcome = host.relate(productsOfInteraction.name, interactions, {});
  return outcome.ok ? new Map((outcome.value as Product[][]).flat().map(({ id, title }) => [id, title])) : new Map();
}

function productsText({ items }: Interaction, titles: ReadonlyMap<string, string>): string {
  const told = items.slice(0, ITEMS_SHOWN).map(({ product_id, external_id, sku, quantity }) => {
    const name = titles.get(product_id ?? "") ?? external_id ?? sku ?? product_id ?? "";
    return `${quantity > 1 ? `${quantity} × ` : ""}${plain(name, NAME_LENGTH_MAX)}`;
  });
  return [...told, ...(items.length > ITEMS_SHOWN ? [`${items.length - ITEMS_SHOWN} more`] : [])].join(", ");
}

/** What was observed, in the client's own words: a summary, else what it says beside, such as what was searched for or an error's status. */
function whatText({ summary, transaction_id, properties }: Interaction): string {
  const said = Object.entries(properties)
    .filter(([, value]) => typeof value === "string" || typeof value === "number")
    .slice(0, PROPERTIES_SHOWN)
    .map(([name, value]) => `${plain(name, NAME_LENGTH_MAX)} ${cell("property", value)}`);
  const order = transaction_id === null ? [] : [`order ${plain(transaction_id, NAME_LENGTH_MAX)}`];
  return [...order, ...(summary === null || summary === "" ? said : [plain(summary)])].join("; ");
}
