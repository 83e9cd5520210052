-- One row a turn that a fraud case took: it was opened (again, too), got more evidence, was drawn as a sample, or was decided.
SELECT
  position, substring(stream_id, 6) AS case_id,
  CASE event_type
    WHEN 'FraudCaseOpened' THEN 'opened'
    WHEN 'FraudCaseEvidenceGrown' THEN 'grown'
    WHEN 'FraudSampleDrawn' THEN 'sampled'
    WHEN 'FraudCaseConfirmed' THEN 'confirmed'
    ELSE 'dismissed'
  END AS kind,
  occurred_at AS happened_at
FROM facts
WHERE event_type IN ('FraudCaseOpened', 'FraudCaseEvidenceGrown', 'FraudSampleDrawn', 'FraudCaseConfirmed', 'FraudCaseDismissed')
  AND body IS NOT NULL
