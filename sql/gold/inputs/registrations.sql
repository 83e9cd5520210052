-- One row an account.
SELECT position, substring(stream_id, 6) AS user_id, occurred_at AS registered_at
FROM facts
WHERE event_type = 'UserRegistered'
