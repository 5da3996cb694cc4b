-- The ground: roles, the schema, what many constraints use, and who is asking.
--
-- relais_owner owns everything and logs in nowhere; each service takes one role of
-- its own by SET ROLE. Tables are read under row-level security; they are written
-- only by the write functions, which run as the owner.

DO $$
DECLARE
	r text;
BEGIN
	FOREACH r IN ARRAY ARRAY['relais_owner', 'relais_site', 'relais_admin'] LOOP
		IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN
			EXECUTE format('CREATE ROLE %I NOLOGIN', r);
		END IF;
		IF NOT pg_has_role(r, 'MEMBER') THEN
			EXECUTE format('GRANT %I TO %I', r, current_user);
		END IF;
	END LOOP;
	EXECUTE format('GRANT CREATE ON DATABASE %I TO relais_owner', current_database());
END
$$;

CREATE SCHEMA IF NOT EXISTS relais AUTHORIZATION relais_owner;
SET ROLE relais_owner;
GRANT USAGE ON SCHEMA relais TO relais_site, relais_admin;
-- for all schemas: within one, what everybody has by default cannot be taken away
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA relais GRANT EXECUTE ON FUNCTIONS TO relais_site, relais_admin;

-- ---------------------------------------------------------------------------
-- What constraints use. All immutable, so that a CHECK may call them. Where a value has
-- to be there, its CHECK says IS TRUE in place of NOT NULL, so that the refusal has a name.
-- Those of tables that are often written are in plpgsql: an SQL function in a CHECK is parsed
-- anew with each INSERT, which costs more than the row.

-- A line of text: something in it, no control characters, at most `longest` characters.
CREATE FUNCTION relais.is_line(t text, longest int) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
	RETURN t ~ '\S' AND length(t) <= longest AND t !~ '[\x01-\x1f\x7f]';
END
$$;

-- Several lines: tabs and line feeds too; may be empty.
CREATE FUNCTION relais.is_prose(t text, longest int) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
	RETURN length(t) <= longest AND t !~ '[\x01-\x08\x0b-\x1f\x7f]';
END
$$;

CREATE FUNCTION relais.is_slug(t text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT t ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(t) <= 60
$$;

CREATE FUNCTION relais.is_lang(t text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT t ~ '^[a-z]{2,3}$'
$$;

-- When a thing happened in the world, as precisely as is known: 2024, 2024-09 or
-- 2024-09-28. Its precision is its length; unknown is NULL; it sorts as text.
CREATE FUNCTION relais.is_partial_date(t text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
	IF t !~ '^(19|20)\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$' THEN
		RETURN false;
	END IF;
	-- make_date has no default for a month or a day; it refuses 30 February
	PERFORM make_date(left(t, 4)::int,
		coalesce(nullif(substr(t, 6, 2), ''), '1')::int,
		coalesce(nullif(substr(t, 9, 2), ''), '1')::int);
	RETURN true;
EXCEPTION WHEN datetime_field_overflow THEN
	RETURN false;
END
$$;

-- Is every element a line of at most `longest` characters, and are there at most `most`?
CREATE FUNCTION relais.are_lines(list text[], longest int, most int) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
	line text;
BEGIN
	FOREACH line IN ARRAY list LOOP
		IF relais.is_line(line, longest) IS NOT TRUE THEN
			RETURN false;
		END IF;
	END LOOP;
	RETURN cardinality(list) <= most;
END
$$;

-- The bytes of a hexadecimal text; NULL for what is none.
CREATE FUNCTION relais.unhex(t text) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT CASE WHEN t ~ '^([0-9A-Fa-f]{2})*$' THEN decode(t, 'hex') END
$$;

-- ---------------------------------------------------------------------------
-- Who is asking. begin_request() sets it for one transaction.

-- The person's id; NULL for somebody who did not sign in, and for the operator.
CREATE FUNCTION relais.actor() RETURNS int
LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT nullif(current_setting('app.actor', true), '')::int
$$;

-- The operator at the command line, unless acting as a person.
CREATE FUNCTION relais.is_operator() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT current_setting('role', true) = 'relais_admin' AND relais.actor() IS NULL
$$;

CREATE FUNCTION relais.lang() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT coalesce(nullif(current_setting('app.lang', true), ''), 'en')
$$;

-- A write function's way to say no: `name` is a constraint's name, or stands with them
-- in the site's table of refusals.
CREATE FUNCTION relais.refuse(name text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION USING ERRCODE = 'RL001', CONSTRAINT = name, MESSAGE = 'refused: ' || name;
END
$$;
