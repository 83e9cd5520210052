SELECT round(extract(epoch FROM now() - max(finished_at)) / 3600, 1) AS hours_since_gold
FROM gold.runs
WHERE outcome <> 'failed'
