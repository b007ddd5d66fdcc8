// What is asked of both servers: the same documents, word for word.

/** The last whole month of the data that has a whole month before it, so that every change has something to compare with. */
export const RANGE = { dateFrom: "2019-11-01", dateTo: "2019-11-30" };

export const SMALL = "query Title($id: ID!) { product(id: $id) { title } }";

/** What a merchandiser's front page shows of 40 products: 161 look-ups. */
export const PRODUCTS = `query Products($range: DateRange) {
  products(first: 40, orderBy: [TITLE_ASC]) {
    title price { amount currency }
    recentInteractions(first: 2) { type occurredAt visitorId products { title } }
    insights(dateRange: $range) { views purchases itemRevenue { amount } }
  }
}`;

/** The same with the month's figures above it. */
export const DASHBOARD = `query Dashboard($range: DateRange) {
  insights(dateRange: $range) {
    totals {
      interactions { value change } sessions { value change } visitors { value change } orders { value change }
      revenue { value { amount currency } change } conversionRate { value change }
    }
    timeseries { date interactions sessions visitors orders revenue { amount } }
    bySource { sourceType interactions sessions }
    byEvent { type interactions }
    topProducts { title views purchases itemRevenue { amount } }
  }
  products(first: 40, orderBy: [TITLE_ASC]) {
    title price { amount currency }
    recentInteractions(first: 2) { type occurredAt visitorId products { title } }
    insights(dateRange: $range) { views purchases itemRevenue { amount } }
  }
}`;

/** One of the ten operations of a batch. */
export const TILE = `query Tile($id: ID!, $range: DateRange) {
  product(id: $id) { title price { amount currency } recentInteractions(first: 3) { type occurredAt } insights(dateRange: $range) { views purchases } }
}`;

export const FOLLOW = `subscription Follow($filter: InteractionFilter) {
  interactionAdded(filter: $filter) { type occurredAt visitorId sessionId products { title price { amount currency } } }
}`;

export const INGEST = "mutation Ingest($input: IngestInteractionsInput!) { ingestInteractions(input: $input) { accepted } }";
