-- The run that made a table ($1), and what it was made of.
SELECT v.run_id, r.finished_at, v.cut::text AS cut, r.parts::text AS parts, r.manifest_sha256, v.code_version, v.sha256
FROM gold.versions v
JOIN gold.runs r USING (run_id)
WHERE v.table_name = $1
