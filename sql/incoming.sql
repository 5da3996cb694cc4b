-- What comes in by mail.

-- statement: incoming_post write
-- Keeps a mail: {id}, or {error}: recipient_unknown, recipient_expired, or what cannot be kept. message: in base64.
SELECT relais.incoming_post(:recipient, :sender, :message)

-- statement: incoming_claim write
-- Takes up to `most` to read, for `lease` seconds: [{id, turn, recipient, sender, message}].
SELECT relais.incoming_claim(:most::int, :lease::int)

-- statement: incoming_act write
-- What was read in one.
SELECT relais.incoming_act(:incoming::bigint, :turn::int, :said::jsonb)

-- statement: incoming_housekeep write
SELECT relais.incoming_housekeep()
