-- What a catalogue says of items beside their descriptions, as columns: of listings, and of lots of drafts, which are no listings yet.
CREATE VIEW silver.item_details AS
SELECT
  item_id, is_listed, details ->> 'conditionReport' AS condition_report, details ->> 'provenance' AS provenance,
  details ->> 'shippingNotes' AS shipping_notes, (details #>> '{dimensions,width}')::numeric AS width,
  (details #>> '{dimensions,height}')::numeric AS height, (details #>> '{dimensions,depth}')::numeric AS depth,
  details #>> '{dimensions,unit}' AS length_unit, (details #>> '{weight,value}')::numeric AS weight,
  details #>> '{weight,unit}' AS weight_unit
FROM (
  SELECT auction_id AS item_id, true AS is_listed, details FROM silver_private.listings
  UNION ALL
  SELECT l.lot_id, false, l.details FROM silver_private.sale_lots l
  WHERE NOT EXISTS (SELECT FROM silver_private.listings WHERE auction_id = l.lot_id)
) item
WHERE details IS NOT NULL;
COMMENT ON VIEW silver.item_details IS 'What a catalogue says of an item beside its description, one row an item of which it says anything.';
COMMENT ON COLUMN silver.item_details.item_id IS 'Refers to items.item_id, and to sale_lots.lot_id for a lot of a sale.';
COMMENT ON COLUMN silver.item_details.is_listed IS 'Whether it is listed; a lot of a draft is not yet.';
COMMENT ON COLUMN silver.item_details.condition_report IS 'Its condition; NULL where nothing is said, as in all columns from here on.';
COMMENT ON COLUMN silver.item_details.provenance IS 'Where it has been before.';
COMMENT ON COLUMN silver.item_details.shipping_notes IS 'How it is sent or fetched.';
COMMENT ON COLUMN silver.item_details.width IS 'In length_unit.';
COMMENT ON COLUMN silver.item_details.height IS 'In length_unit.';
COMMENT ON COLUMN silver.item_details.depth IS 'In length_unit; NULL for what is flat as well.';
COMMENT ON COLUMN silver.item_details.length_unit IS 'mm, cm, m, in or ft.';
COMMENT ON COLUMN silver.item_details.weight IS 'In weight_unit.';
COMMENT ON COLUMN silver.item_details.weight_unit IS 'g, kg, oz or lb.';

GRANT SELECT ON silver.item_details TO gavel_analyst;
