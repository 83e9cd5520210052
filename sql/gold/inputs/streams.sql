-- How far Bronze has come with the streams of auctions and of their refusals.
SELECT stream_id, MAX(revision) AS revision
FROM facts
WHERE stream_id LIKE 'auction-%'
  OR stream_id LIKE 'refusals-%' AND stream_id NOT LIKE 'refusals-user-%' AND stream_id NOT LIKE 'refusals-hall-%'
  AND stream_id NOT LIKE 'refusals-sale-%' AND stream_id NOT LIKE 'refusals-case-%' AND stream_id NOT LIKE 'refusals-series-%' AND stream_id NOT LIKE 'refusals-payout-%'
GROUP BY stream_id
