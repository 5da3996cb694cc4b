-- statement: mail_list read
SELECT relais.mail_list(NOT coalesce(:suspended::boolean, false), :after::bigint)

-- statement: mail_health read
SELECT relais.mail_health()

-- statement: mail_replay write
SELECT relais.mail_replay((SELECT array_agg(i::bigint) FROM jsonb_array_elements_text(:id::jsonb) i))
