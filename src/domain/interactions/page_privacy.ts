import type { InteractionContext } from "./interaction.ts";

/** A URL without its query and fragment, but with its utm_ parameters: those name a campaign, others may name a person. */
export function stripQuery(url: string): string {
  const [address = "", query] = url.split("#")[0]!.split("?");
  if (!query) return address;
  const kept = [...new URLSearchParams(query)].filter(([name]) => name.startsWith("utm_"));
  return kept.length === 0 ? address : `${address}?${new URLSearchParams(kept).toString()}`;
}

const CAMPAIGN_PARAMETERS = { utm_campaign: "name", utm_source: "source", utm_medium: "medium", utm_term: "term", utm_content: "content" } as const;

/** The context as it is stored: query strings dropped, the campaign read from utm_ parameters where the client gave none. */
export function cleanContext(context: InteractionContext | undefined): InteractionContext {
  const page = context?.page;
  if (!page) return context ?? {};
  const cleaned: InteractionContext = { ...context, page: { ...page } };
  for (const field of ["url", "path", "referrer"] as const) {
    const value = page[field];
    if (value !== undefined) cleaned.page![field] = stripQuery(value);
  }
  if (!context.campaign && page.url?.includes("utm_")) {
    const campaign: NonNullable<InteractionContext["campaign"]> = {};
    const query = new URLSearchParams(page.url.split("#")[0]!.split("?")[1] ?? "");
    for (const [parameter, field] of Object.entries(CAMPAIGN_PARAMETERS)) {
      const value = query.get(parameter)?.slice(0, 200);
      if (value) campaign[field] = value;
    }
    cleaned.campaign = campaign;
  }
  return cleaned;
}
