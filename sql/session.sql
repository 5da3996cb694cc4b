-- statement: begin_request read
-- Before every request, in its transaction: who asks, in which language.
SELECT relais.begin_request(:token, :token_kind, :asked, :accepted, :key, :request)

-- statement: sign_in write
SELECT relais.sign_in(:code, :session, 90)

-- statement: sign_in_demo write
SELECT relais.sign_in_demo(:person::int, :session)

-- statement: sign_in_mail write
SELECT relais.sign_in_mail(:email, NULL, :next)

-- statement: sign_in_again write
SELECT relais.sign_in_mail(NULL, :code, :next)

-- statement: sign_in_page read
-- code_old: a code came along that has let somebody in once, or is past its time.
SELECT json_build_object('code_old', coalesce(relais.code_state(:code_hash) = 'old', false), 'demo_persons', CASE WHEN :demo::boolean THEN relais.demo_persons() ELSE '[]'::json END)

-- statement: sign_out write
SELECT relais.token_end(NULL, :session)

-- statement: group_versions read
-- The groups that changed since: [[group, version], …], and when to ask from next time.
SELECT json_build_object('at', clock_timestamp() - interval '1 minute',
	'groups', (SELECT coalesce(json_agg(json_build_array(l.group_id, l.version)), '[]') FROM relais.group_versions() l
		WHERE :since::timestamptz IS NULL OR l.at > :since::timestamptz))

-- statement: housekeep write
SELECT relais.housekeep()

-- statement: ping read
SELECT 'true'::json

-- statement: outbox_page read
-- Nothing but who asks: what the page shows is on the reader's device.
SELECT '{}'::json
