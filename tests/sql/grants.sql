-- What the services' roles may do at all, whatever the policies say.
\set statements `cat sql/*.sql`
SELECT * FROM no_plan();

CREATE TEMP VIEW relais_table AS SELECT c.oid, c.relname::text AS name, c.relrowsecurity AS secured FROM pg_class c
	WHERE c.relnamespace = 'relais'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f');
CREATE TEMP VIEW relais_function AS SELECT p.oid, p.proname::text AS name, p.prosecdef AS definer, p.proconfig AS config,
	has_function_privilege('relais_site', p.oid, 'EXECUTE') AS site, has_function_privilege('relais_admin', p.oid, 'EXECUTE') AS admin
	FROM pg_proc p WHERE p.pronamespace = 'relais'::regnamespace;

SELECT is_empty($$ SELECT name FROM relais_table WHERE NOT secured $$, 'every table is under row-level security');
SELECT is_empty($$ SELECT name FROM relais_table t WHERE (SELECT relkind FROM pg_class WHERE oid = t.oid) IN ('v', 'm') $$,
	'no view, which would read as its owner');
SELECT is_empty($$ SELECT r, name, p FROM relais_table, unnest(ARRAY['relais_site', 'relais_admin']) r,
	unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p WHERE has_table_privilege(r, oid, p) $$,
	'tables are written by the functions only');
SELECT is_empty($$ SELECT rolname FROM pg_roles WHERE rolname LIKE 'relais\_%' AND (rolcanlogin OR rolsuper OR rolbypassrls OR rolcreaterole) $$,
	'no role of the services logs in, or passes by the policies');
SELECT is_empty($$ SELECT r FROM unnest(ARRAY['relais_site', 'relais_admin', 'relais_courier']) r
	WHERE has_schema_privilege(r, 'relais', 'CREATE') OR pg_has_role(r, 'relais_owner', 'MEMBER') OR pg_has_role(r, 'pg_monitor', 'MEMBER') $$,
	'nor may one make anything');
SELECT ok(NOT pg_has_role(r, 'relais_admin', 'MEMBER'), r || ' cannot become the operator') FROM unnest(ARRAY['relais_site', 'relais_courier']) r;
SELECT is_empty($$ SELECT r, t FROM unnest(ARRAY['relais_site', 'relais_admin']) r,
	unnest(ARRAY['relais.idempotency', 'relais.uptake_row', 'relais.digest_section', 'relais.digest_text', 'relais.digest_schedule',
		'relais.search_text', 'relais.search_word']) t
	WHERE has_table_privilege(r, t, 'SELECT') OR has_any_column_privilege(r, t, 'SELECT') $$,
	'what only functions know how to show is read by them');
SELECT is_empty($$ SELECT r FROM unnest(ARRAY['relais_site', 'relais_admin']) r
	WHERE has_column_privilege(r, 'relais.access_token', 'hash', 'SELECT') $$, 'nobody reads the hash of a token');

SELECT is_empty($$ SELECT name FROM relais_function WHERE definer AND NOT coalesce(config, '{}') @> ARRAY['search_path=""'] $$,
	'whatever runs as the owner has its search path pinned');
SELECT is_empty($$ SELECT f.name FROM relais_function f JOIN pg_proc p ON p.oid = f.oid,
	aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0 $$, 'no function is everybody''s');

-- The operator's alone: of the first nothing may be there for the site, the rest it may only be refused.
SELECT is_empty($$ SELECT name FROM relais_function WHERE site
	AND name IN ('import', 'restore', 'export_bodies', 'export_group', 'person_end', 'mail_list', 'mail_replay', 'begin_operator') $$,
	'what is the operator''s, the site cannot even call');
SELECT is_empty($$ SELECT n FROM unnest(ARRAY['import', 'restore', 'export_bodies', 'export_group', 'person_end', 'mail_list', 'mail_replay', 'begin_operator']) n
	WHERE NOT EXISTS (SELECT FROM relais_function WHERE name = n AND admin) $$, 'and the operator can');

-- What runs as the owner and the site may call: a statement's own function, or one that the
-- policies and the reading statements share, and that decides itself who may know.
PREPARE unreviewed AS SELECT name FROM relais_function WHERE definer AND site
	AND position('relais.' || name || '(' IN $1) = 0
	AND NOT EXISTS (SELECT FROM pg_proc p WHERE p.oid = relais_function.oid AND p.prorettype = 'trigger'::regtype)     -- nobody calls them
	AND name NOT IN ('my_municipalities', 'my_inner_groups', 'my_groups', 'my_led_groups', 'my_hub_groups', 'my_umbrellas', 'remember');
SELECT is_empty(format('EXECUTE unreviewed (%L)', :'statements'), 'no other function runs as the owner for the site');

-- The courier's: what its statements call, and nothing to read.
\set statements `cat sql/delivery.sql sql/incoming.sql`
PREPARE couriers AS SELECT p.proname::text FROM pg_proc p WHERE p.pronamespace = 'relais'::regnamespace
	AND has_function_privilege('relais_courier', p.oid, 'EXECUTE') AND position('relais.' || p.proname || '(' IN $1) = 0
	AND p.proname NOT IN ('begin_request', 'replayed', 'remember');
SELECT is_empty(format('EXECUTE couriers (%L)', :'statements'), 'the courier may call what its statements call, and nothing else');
SELECT is_empty($$ SELECT name, p FROM relais_table, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) p
	WHERE has_table_privilege('relais_courier', oid, p) OR p <> 'DELETE' AND has_any_column_privilege('relais_courier', oid, p) $$,
	'the courier reads and writes by functions only');
SELECT is_empty($$ SELECT name FROM relais_function f WHERE name LIKE 'deliver%' AND (site OR admin) $$,
	'nobody else takes what waits to go out');
SELECT * FROM finish();
