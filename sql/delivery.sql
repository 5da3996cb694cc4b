-- statement: delivery_claim write
-- Takes up to `most` that are due, for `lease` seconds: {taken, deliveries: [{id, turn, kind, message_id, made_at, to, letter}]}.
SELECT relais.delivery_claim(:most::int, :lease::int)

-- statement: push_claim write
-- The same of what goes to an address of the web.
SELECT relais.push_claim(:most::int, :lease::int)

-- statement: delivery_done write
-- How it went: [{id, message_id, turn, outcome, answer}].
SELECT relais.delivery_done(:results::jsonb)

-- statement: delivery_code write
SELECT relais.delivery_code(:delivery::bigint, :turn::int, :code)

-- statement: deliveries_housekeep write
SELECT relais.deliveries_housekeep()

-- statement: mailing_due write
-- Puts the mailing of the next person behind `after` that is due into the outbox: {more, after}.
SELECT relais.mailing_due(:after::int)

-- statement: mail_items read
-- What events of a group say, in a language, to whoever is inside or leads: a list in the order asked for.
SELECT relais.mail_items(:group::int, :seqs::jsonb, :lang, :inside::boolean, :leads::boolean)

-- statement: signing_key write
SELECT relais.signing_key(:secret)

-- statement: websub_due write
-- Puts the feeds that have something new into the outbox, one delivery a subscription: {more}.
SELECT relais.websub_due()

-- statement: websub_check write
-- Ends the subscriptions behind `after` that are over, or whose feed does not open any more: {more, after}.
SELECT relais.websub_check(:after::int)

-- statement: websub_housekeep write
SELECT relais.websub_housekeep()

-- statement: webhook_due write
-- Puts what webhooks are to be told into the outbox, one delivery a webhook: {more}.
SELECT relais.webhook_due()

-- statement: webhook_housekeep write
SELECT relais.webhook_housekeep()
