export default `
-- position is never used twice, so that an export that pages by it cannot meet a product that was made after it began.
CREATE TABLE products (
  position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, external_id TEXT, sku TEXT, title TEXT NOT NULL, description TEXT, brand TEXT, variant TEXT, category TEXT,
  images TEXT NOT NULL, url TEXT, price_amount INTEGER, price_currency TEXT, status TEXT NOT NULL, metadata TEXT NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, version INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX products_by_external_id ON products (external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX products_by_sku ON products (sku) WHERE sku IS NOT NULL;
CREATE INDEX products_by_created_at ON products (created_at, id);
CREATE INDEX products_by_updated_at ON products (updated_at, id);
CREATE INDEX products_by_title ON products (title, id);
CREATE INDEX products_by_price ON products (ifnull(price_amount, -1), id);
CREATE INDEX products_by_status ON products (status, created_at);
CREATE INDEX products_by_category ON products (category, created_at);
CREATE INDEX products_by_brand ON products (brand, created_at);

-- How interactions name products. A reference may arrive before its product exists and outlives it; rollups are keyed by ref.
CREATE TABLE product_refs (
  ref INTEGER PRIMARY KEY, kind TEXT NOT NULL, value TEXT NOT NULL, product_id TEXT, UNIQUE (kind, value)
) STRICT;
CREATE INDEX product_refs_by_product ON product_refs (product_id);
`;
