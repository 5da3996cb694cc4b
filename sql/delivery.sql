-- statement: delivery_claim write
-- Takes up to `most` that are due, for `lease` seconds: {taken, deliveries: [{id, turn, kind, message_id, made_at, to, letter}]}.
SELECT relais.delivery_claim(:most::int, :lease::int)

-- statement: delivery_done write
-- How it went: [{id, turn, outcome, answer}].
SELECT relais.delivery_done(:results::jsonb)

-- statement: delivery_code write
SELECT relais.delivery_code(:delivery::bigint, :turn::int, :code)

-- statement: deliveries_housekeep write
SELECT relais.deliveries_housekeep()
