-- The command line's own statements; most verbs use those of the resources. The site
-- prepares these too, so what may not be there yet (the ledger of migrations) is read and
-- written by commands that PostgreSQL does not look into before they run.

-- statement: admin_role read
-- In front of everything that needs a hub.
SELECT to_json(set_config('role', 'relais_admin', false))

-- statement: admin_begin read
SELECT to_json(relais.begin_operator(:as, :lang))

-- statement: admin_notify read
SELECT to_json(pg_notify('relais', :payload)::text)

-- statement: ledger_lock read
-- One migration at a time; let go when the connection ends.
SELECT pg_advisory_lock(7310293847)

-- statement: ledger_make read
CREATE TABLE IF NOT EXISTS public.relais_migration (
	number int PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())

-- statement: ledger_open read
GRANT SELECT ON public.relais_migration TO PUBLIC

-- statement: ledger_read read
COPY (SELECT number, sha256, name FROM public.relais_migration ORDER BY number) TO STDOUT

-- statement: ledger_add read
COPY public.relais_migration (number, sha256, name) FROM STDIN

-- statement: doctor_facts read
-- What the doctor looks at; run as whoever DATABASE_URL names, before there need be a hub.
SELECT json_build_object('version', current_setting('server_version_num')::int, 'release', current_setting('server_version'),
	'encoding', current_setting('server_encoding'), 'user', current_user,
	'database', current_database(),
	'ctype', (SELECT d.datctype FROM pg_database d WHERE d.datname = current_database()),
	'fsync', current_setting('fsync'), 'synchronous_commit', current_setting('synchronous_commit'),
	'full_page_writes', current_setting('full_page_writes'),
	'clock', extract(epoch FROM clock_timestamp()),
	'max_connections', current_setting('max_connections')::int,
	'directory', CASE WHEN pg_has_role('pg_read_all_settings', 'USAGE') THEN current_setting('data_directory') END,
	'local', inet_server_addr() IS NULL,
	'roles', (SELECT json_object_agg(n, EXISTS (SELECT FROM pg_roles r WHERE r.rolname = n))
		FROM unnest(ARRAY['relais_owner', 'relais_site', 'relais_admin']) n),
	'may', (SELECT json_object_agg(r.rolname, pg_has_role(r.oid, 'MEMBER') ORDER BY r.rolname DESC) FROM pg_roles r
		WHERE r.rolname IN ('relais_site', 'relais_admin')),
	'creates_roles', (SELECT r.rolsuper OR r.rolcreaterole FROM pg_roles r WHERE r.rolname = current_user),
	'ledger', to_regclass('public.relais_migration') IS NOT NULL)

-- statement: person_list read
SELECT json_build_object('persons', coalesce(json_agg(json_build_object('id', p.id, 'name', p.name, 'email', p.email,
	'lang', p.lang, 'ended', p.ended_at IS NOT NULL, 'demo', p.demo,
	'roles', (SELECT string_agg(a.role || ' ' || coalesce(u.slug, m.slug), ', ' ORDER BY a.id) FROM relais.affiliation a
		LEFT JOIN relais.umbrella u ON u.id = a.umbrella_id LEFT JOIN relais.municipality m ON m.id = a.municipality_id
		WHERE a.person_id = p.id)) ORDER BY p.id), '[]'),
	'next', CASE WHEN count(*) = 200 THEN max(p.id) END)
FROM (SELECT * FROM relais.person p WHERE p.id > coalesce(:after::int, 0) ORDER BY p.id LIMIT 200) p

-- statement: person_end write
SELECT relais.person_end(:email)

-- statement: token_list read
SELECT json_build_object('tokens', coalesce(json_agg(json_build_object('id', t.id, 'kind', t.kind, 'email', p.email,
	'label', t.label, 'group', g.slug, 'created_at', t.created_at, 'expires_at', t.expires_at,
	'state', CASE WHEN t.ended_at IS NOT NULL THEN 'ended' WHEN t.expires_at <= now() THEN 'expired' ELSE 'valid' END)
	ORDER BY t.id), '[]'))
FROM relais.access_token t JOIN relais.person p ON p.id = t.person_id LEFT JOIN relais.group g ON g.id = t.group_id
WHERE (:email::text IS NULL OR lower(p.email) = lower(:email))
	AND (:all::boolean OR t.kind <> 'session' AND t.ended_at IS NULL AND t.expires_at > now())

-- statement: item_kind read
-- Whether a number is a lesson's or a question's.
SELECT to_json(i.kind) FROM relais.item i JOIN relais.group g ON g.id = i.group_id WHERE g.slug = :group AND i.number = :id::int

-- statement: import write
SELECT relais.import(:doc::jsonb)

-- statement: restore write
SELECT relais.restore(:doc::jsonb)

-- statement: export_bodies read
SELECT relais.export_bodies()

-- statement: export_group read
SELECT relais.export_group(:group)
