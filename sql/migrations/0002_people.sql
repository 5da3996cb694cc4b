-- Umbrellas, municipalities, programmes, partnerships; persons and what lets them in.

SET ROLE relais_owner;

CREATE TABLE relais.umbrella (
	id          int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	slug        text CONSTRAINT umbrella_slug_taken UNIQUE
	            CONSTRAINT umbrella_slug_form CHECK (relais.is_slug(slug) IS TRUE),
	name        text CONSTRAINT umbrella_name_line CHECK (relais.is_line(name, 200) IS TRUE),
	country     text CONSTRAINT umbrella_country_code CHECK ((country ~ '^[A-Z]{2}$') IS TRUE),
	lang        text CONSTRAINT umbrella_lang_code CHECK (relais.is_lang(lang) IS TRUE),
	time_zone   text NOT NULL DEFAULT 'UTC',
	-- how many days a digest covers
	digest_days int NOT NULL DEFAULT 14 CONSTRAINT umbrella_digest_days CHECK (digest_days BETWEEN 1 AND 366),
	digests     int NOT NULL DEFAULT 0      -- the last number given
);

CREATE FUNCTION relais.is_time_zone(t text) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
	PERFORM now() AT TIME ZONE t;
	RETURN t ~ '^[A-Za-z]';
EXCEPTION WHEN invalid_parameter_value THEN
	RETURN false;
END
$$;
-- A zone's name may vanish from a later time zone database; the row stays valid then.
ALTER TABLE relais.umbrella ADD CONSTRAINT umbrella_time_zone_known CHECK (relais.is_time_zone(time_zone)) NOT VALID;

CREATE TABLE relais.municipality (
	id          int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	slug        text CONSTRAINT municipality_slug_taken UNIQUE
	            CONSTRAINT municipality_slug_form CHECK (relais.is_slug(slug) IS TRUE),
	name        text CONSTRAINT municipality_name_line CHECK (relais.is_line(name, 200) IS TRUE),
	level       text DEFAULT 'municipality'
	            CONSTRAINT municipality_level_known CHECK ((level IN ('municipality', 'district', 'province', 'region')) IS TRUE),
	country     text CONSTRAINT municipality_country_code CHECK ((country ~ '^[A-Z]{2}$') IS TRUE),
	department  text CONSTRAINT municipality_department_line CHECK (relais.is_line(department, 200)),
	lang        text CONSTRAINT municipality_lang_code CHECK (relais.is_lang(lang) IS TRUE),
	umbrella_id int CONSTRAINT municipality_umbrella_known REFERENCES relais.umbrella,
	demo        boolean NOT NULL DEFAULT false      -- invented for the demonstration
);
CREATE INDEX municipality_umbrella ON relais.municipality (umbrella_id);

-- Where an old address leads; a slug once used is not given to another.
CREATE TABLE relais.old_slug (
	kind text NOT NULL CHECK (kind IN ('umbrella', 'municipality', 'group')),
	slug text NOT NULL,
	id   int NOT NULL,
	PRIMARY KEY (kind, slug)
);

CREATE TABLE relais.programme (
	id          int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	slug        text CONSTRAINT programme_slug_taken UNIQUE
	            CONSTRAINT programme_slug_form CHECK (relais.is_slug(slug) IS TRUE),
	name        text CONSTRAINT programme_name_line CHECK (relais.is_line(name, 200) IS TRUE),
	umbrella_id int CONSTRAINT programme_umbrella_known REFERENCES relais.umbrella
);

-- Two municipalities that learn from each other. A partner that the source does not
-- name has no row of its own: then only a count and a note are known.
CREATE TABLE relais.partnership (
	id           int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	first_id     int CONSTRAINT partnership_first_known REFERENCES relais.municipality,
	second_id    int CONSTRAINT partnership_second_known REFERENCES relais.municipality,
	programme_id int CONSTRAINT partnership_programme_known REFERENCES relais.programme,
	started      text CONSTRAINT partnership_started_date CHECK (relais.is_partial_date(started)),
	ended        text CONSTRAINT partnership_ended_date CHECK (relais.is_partial_date(ended)),
	status       text NOT NULL DEFAULT 'running' CONSTRAINT partnership_status_known CHECK (status IN ('running', 'ended')),
	reason       text CONSTRAINT partnership_reason_prose CHECK (relais.is_prose(reason, 2000)),
	CONSTRAINT partnership_two CHECK (first_id <> second_id)
);
CREATE UNIQUE INDEX partnership_once ON relais.partnership (least(first_id, second_id), greatest(first_id, second_id))
	WHERE first_id IS NOT NULL AND second_id IS NOT NULL;

CREATE TABLE relais.person (
	id        int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name      text CONSTRAINT person_name_line CHECK (relais.is_line(name, 200) IS TRUE),
	email     text CONSTRAINT person_email_form
	          CHECK (email ~ '^[^[:space:][:cntrl:]<>@,;:"()\[\]\\]+@[A-Za-z0-9.-]+$' AND length(email) <= 254),
	lang      text DEFAULT 'en' CONSTRAINT person_lang_code CHECK (relais.is_lang(lang) IS TRUE),
	time_zone text CONSTRAINT person_time_zone_known CHECK (relais.is_time_zone(time_zone)),
	contact   boolean NOT NULL DEFAULT false,       -- agrees that the group sees name and address
	demo      boolean NOT NULL DEFAULT false,
	ended_at  timestamptz                           -- left; lets nobody in any more
);
CREATE UNIQUE INDEX person_email_taken ON relais.person (lower(email));

-- What a person is to an umbrella or a municipality. A coach helps a municipality.
CREATE TABLE relais.affiliation (
	id              int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	person_id       int NOT NULL REFERENCES relais.person,
	umbrella_id     int CONSTRAINT affiliation_umbrella_known REFERENCES relais.umbrella,
	municipality_id int CONSTRAINT affiliation_municipality_known REFERENCES relais.municipality,
	role            text,
	CONSTRAINT affiliation_one_body CHECK (num_nonnulls(umbrella_id, municipality_id) = 1),
	CONSTRAINT affiliation_role_fits CHECK ((CASE
		WHEN umbrella_id IS NOT NULL THEN role IN ('coordinator', 'observer')
		ELSE role IN ('focal_point', 'contributor', 'coach', 'observer') END) IS TRUE)
);
CREATE UNIQUE INDEX affiliation_once ON relais.affiliation
	(person_id, coalesce(umbrella_id, 0), coalesce(municipality_id, 0), role);
CREATE INDEX affiliation_municipality ON relais.affiliation (municipality_id);

-- Whatever lets somebody in; only its SHA-256 is kept.
--   session  a browser's cookie           api   a program's bearer token
--   code     a personal sign-in code, once   feed  the key in a private feed's address, one group
CREATE TABLE relais.access_token (
	id         int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	kind       text NOT NULL CHECK (kind IN ('session', 'api', 'code', 'feed')),
	hash       bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
	person_id  int NOT NULL REFERENCES relais.person,
	group_id   int,
	label      text CONSTRAINT token_label_line CHECK (relais.is_line(label, 200)),
	created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	expires_at timestamptz NOT NULL,
	ended_at   timestamptz
);
CREATE INDEX access_token_person ON relais.access_token (person_id);

-- An answer already given, for a client that has to ask again (kept 30 days).
CREATE TABLE relais.idempotency (
	person_id int NOT NULL,
	key       text NOT NULL,
	request   bytea NOT NULL,               -- SHA-256 of method, path and body
	answer    jsonb NOT NULL,
	at        timestamptz NOT NULL DEFAULT clock_timestamp(),
	CONSTRAINT idempotency_key PRIMARY KEY (person_id, key)
);
CREATE INDEX idempotency_at ON relais.idempotency USING brin (at);
