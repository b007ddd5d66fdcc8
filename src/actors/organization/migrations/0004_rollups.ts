export default `
-- Sums of contributions, kept in the ingest's own transaction and corrected by late events and erasures.
-- hour and day are local to the organization: hours and days since 1970-01-01 on the local clock; week is Monday-based (domain/time.ts).

-- Interactions by their own hour.
CREATE TABLE rollup_events (
  hour INTEGER NOT NULL, type TEXT NOT NULL, source_type TEXT NOT NULL, campaign TEXT NOT NULL, interactions INTEGER NOT NULL,
  PRIMARY KEY (hour, type, source_type, campaign)
) STRICT, WITHOUT ROWID;
-- Sessions by the hour they started; reached as in sessions.
CREATE TABLE rollup_sessions (
  hour INTEGER NOT NULL, source_type TEXT NOT NULL, campaign TEXT NOT NULL, reached INTEGER NOT NULL, sessions INTEGER NOT NULL,
  PRIMARY KEY (hour, source_type, campaign, reached)
) STRICT, WITHOUT ROWID;
-- Orders (distinct transactions) and refunds by their own hour, in minor units.
CREATE TABLE rollup_orders (
  hour INTEGER NOT NULL, currency TEXT NOT NULL, source_type TEXT NOT NULL, campaign TEXT NOT NULL,
  orders INTEGER NOT NULL, gross INTEGER NOT NULL, refunds INTEGER NOT NULL, refunded INTEGER NOT NULL,
  PRIMARY KEY (hour, currency, source_type, campaign)
) STRICT, WITHOUT ROWID;
-- Per product reference and day; revenue is sum(price * quantity) of orders in the organization's currency.
CREATE TABLE rollup_products (
  day INTEGER NOT NULL, ref INTEGER NOT NULL, views INTEGER NOT NULL, carts INTEGER NOT NULL, purchases INTEGER NOT NULL,
  quantity INTEGER NOT NULL, revenue INTEGER NOT NULL,
  PRIMARY KEY (day, ref)
) STRICT, WITHOUT ROWID;
-- Friction signals: rage_click, error, lcp_poor, ttfb_poor, cls_poor.
CREATE TABLE rollup_friction (hour INTEGER NOT NULL, signal TEXT NOT NULL, occurrences INTEGER NOT NULL, PRIMARY KEY (hour, signal)) STRICT, WITHOUT ROWID;
-- Visitors active in a period whose previous active period of that kind was gap periods earlier (0: never before).
-- Distinct visitors of any range [a, b] are exactly the sum over p in [a, b] of rows with gap = 0 or gap > p - a.
CREATE TABLE rollup_visitors (
  period TEXT NOT NULL, bucket INTEGER NOT NULL, gap INTEGER NOT NULL, visitors INTEGER NOT NULL,
  PRIMARY KEY (period, bucket, gap)
) STRICT, WITHOUT ROWID;
-- Visitors first seen in cohort_week that were active in week.
CREATE TABLE rollup_cohorts (cohort_week INTEGER NOT NULL, week INTEGER NOT NULL, visitors INTEGER NOT NULL, PRIMARY KEY (cohort_week, week)) STRICT, WITHOUT ROWID;
-- Sessions (by start day) that touched a product, and pairs (ref_a < ref_b) they touched together.
CREATE TABLE rollup_product_sessions (day INTEGER NOT NULL, ref INTEGER NOT NULL, sessions INTEGER NOT NULL, PRIMARY KEY (day, ref)) STRICT, WITHOUT ROWID;
CREATE TABLE rollup_product_pairs (
  day INTEGER NOT NULL, ref_a INTEGER NOT NULL, ref_b INTEGER NOT NULL, sessions INTEGER NOT NULL, PRIMARY KEY (day, ref_a, ref_b)
) STRICT, WITHOUT ROWID;
-- One row. rebuilding: 1 while a job recomputes all rollups (after a change of time zone or currency); insights then say that they are incomplete.
CREATE TABLE rollup_state (id INTEGER PRIMARY KEY CHECK (id = 1), rebuilding INTEGER NOT NULL) STRICT;
INSERT INTO rollup_state (id, rebuilding) VALUES (1, 0);
`;
