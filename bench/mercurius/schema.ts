/** CROW's schema, as far as it is compared (docs/schema.graphql has all of it): same names, same nullability. */
export const schema = `
scalar DateTime
scalar Date
enum SourceType { WEB CCTV SOCIAL }
enum ProductOrder { CREATED_AT_ASC CREATED_AT_DESC TITLE_ASC TITLE_DESC }
input DateRange { dateFrom: Date dateTo: Date }
input InteractionFilter { type: [String!] productId: ID }
type Money { amount: Float! currency: String! }
type Product {
  id: ID!
  externalId: String
  title: String!
  brand: String
  category: String
  price: Money
  recentInteractions(first: Int!): [Interaction!]
  insights(dateRange: DateRange): ProductPerformance
}
type Interaction {
  id: ID!
  eventId: String
  type: String!
  sourceType: SourceType!
  occurredAt: DateTime!
  visitorId: String
  sessionId: String
  value: Money
  products: [Product!]
}
type ProductPerformance { title: String views: Int! carts: Int! purchases: Int! quantity: Int! itemRevenue: Money! }
type CountChange { value: Int! previous: Int! change: Float }
type MoneyChange { value: Money previous: Money change: Float }
type RateChange { value: Float previous: Float change: Float }
type InsightsTotals {
  interactions: CountChange!
  sessions: CountChange!
  visitors: CountChange!
  orders: CountChange!
  revenue: MoneyChange!
  conversionRate: RateChange!
}
type SourceSummary { sourceType: SourceType! interactions: Int! sessions: Int! }
type EventSummary { type: String! interactions: Int! }
type SummaryPoint { date: Date! interactions: Int! sessions: Int! visitors: Int! orders: Int! revenue: Money! }
type InsightsSummary {
  totals: InsightsTotals!
  bySource: [SourceSummary!]!
  byEvent: [EventSummary!]!
  timeseries: [SummaryPoint!]!
  topProducts: [ProductPerformance!]!
}
type IngestResult { accepted: Int! }
type Query {
  product(id: ID!): Product
  products(orderBy: [ProductOrder!], first: Int = 50): [Product!]
  insights(dateRange: DateRange): InsightsSummary
}
type Mutation { ingestInteractions(input: IngestInteractionsInput!): IngestResult }
input IngestInteractionsInput { interactions: [InteractionInput!]! }
input InteractionInput { eventId: String type: String! occurredAt: DateTime visitorId: String sessionId: String items: [ItemInput!] }
input ItemInput { externalId: String quantity: Int }
type Subscription { interactionAdded(filter: InteractionFilter): Interaction }
`;
