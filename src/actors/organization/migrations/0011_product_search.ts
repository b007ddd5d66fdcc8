export default `
-- What products are found by, without case and accents. It keeps the words alone and not the texts, so what leaves it has to be named as it was.
CREATE VIRTUAL TABLE product_words USING fts5 (
  title, brand, variant, category, sku, external_id, content = 'products', content_rowid = 'position', tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO product_words (product_words) VALUES ('rebuild');
CREATE TRIGGER product_words_added AFTER INSERT ON products BEGIN
  INSERT INTO product_words (rowid, title, brand, variant, category, sku, external_id)
  VALUES (new.position, new.title, new.brand, new.variant, new.category, new.sku, new.external_id);
END;
CREATE TRIGGER product_words_changed AFTER UPDATE ON products
WHEN (old.title, old.brand, old.variant, old.category, old.sku, old.external_id) IS NOT (new.title, new.brand, new.variant, new.category, new.sku, new.external_id) BEGIN
  INSERT INTO product_words (product_words, rowid, title, brand, variant, category, sku, external_id)
  VALUES ('delete', old.position, old.title, old.brand, old.variant, old.category, old.sku, old.external_id);
  INSERT INTO product_words (rowid, title, brand, variant, category, sku, external_id)
  VALUES (new.position, new.title, new.brand, new.variant, new.category, new.sku, new.external_id);
END;
CREATE TRIGGER product_words_removed AFTER DELETE ON products BEGIN
  INSERT INTO product_words (product_words, rowid, title, brand, variant, category, sku, external_id)
  VALUES ('delete', old.position, old.title, old.brand, old.variant, old.category, old.sku, old.external_id);
END;

-- Brands and categories are asked for as people write them.
DROP INDEX products_by_category;
CREATE INDEX products_by_category ON products (category COLLATE NOCASE, created_at);
DROP INDEX products_by_brand;
CREATE INDEX products_by_brand ON products (brand COLLATE NOCASE, created_at);
`;
