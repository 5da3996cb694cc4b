-- statement: webhook_list read
-- An umbrella's webhooks, for its coordinators.
SELECT relais.webhooks(:umbrella)

-- statement: webhook_get read
-- One, and what it was sent last.
SELECT relais.webhook_view(:umbrella, :id::int)

-- statement: webhook_post write
SELECT relais.webhook_post(:umbrella, :url, :kinds::jsonb, :secret)

-- statement: webhook_pause write
SELECT relais.webhook_pause(:umbrella, :id::int, false)

-- statement: webhook_resume write
SELECT relais.webhook_pause(:umbrella, :id::int, true)

-- statement: webhook_secret write
SELECT relais.webhook_secret(:umbrella, :id::int, :secret)

-- statement: webhook_end write
SELECT relais.webhook_end(:umbrella, :id::int)

-- statement: webhook_again write
SELECT relais.webhook_again(:umbrella, :id::int, :n::bigint)

-- statement: webhook_change write
SELECT relais.webhook_change(:umbrella, :id::int, :url, :kinds::jsonb)

-- statement: webhook_test write
SELECT relais.webhook_test(:umbrella, :id::int)
