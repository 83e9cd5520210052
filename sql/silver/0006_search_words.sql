-- What searches compare, as src/domain/text.ts folds it (docs/adr/0055): live prices filter by the same function, and no
-- collation or extension of the server has a say in it. Rows from before have none until `gavel rebuild silver`.

ALTER TABLE silver_private.listings
  ADD COLUMN search_words text[] NOT NULL DEFAULT '{}',
  ADD COLUMN category_forms text[] NOT NULL DEFAULT '{}';
ALTER TABLE silver_private.listings
  ALTER COLUMN search_words DROP DEFAULT,
  ALTER COLUMN category_forms DROP DEFAULT;
COMMENT ON COLUMN silver_private.listings.search_words IS 'The words of title and description, folded, with accents and without.';
COMMENT ON COLUMN silver_private.listings.category_forms IS 'The category, folded, with accents and without.';

DROP INDEX silver_private.listings_text;
CREATE INDEX listings_search_words ON silver_private.listings USING gin (search_words);
CREATE INDEX listings_category_forms ON silver_private.listings USING gin (category_forms);
