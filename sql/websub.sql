-- statement: websub_ask write
-- A request to the hub, to be verified by the courier; `slug`, `ending`, `language`, `kinds`, `key` (its hash) are what the topic says.
SELECT relais.websub_ask(:mode, :topic, :slug, :ending, :language, :kinds::jsonb, :key, :callback, :lease::int, :secret, :method, :peer)
