-- Import: files become calls of the write functions, so that every check, right and event is
-- theirs. All or nothing.
--
-- doc: {"umbrellas", "municipalities", "programmes", "partnerships", "people": [object, …],
--       "groups": [{"slug", "group": object or absent, "members", "items", "reports": [object, …]}]}.
-- An object has its values under the names of a file's columns or keys; "file", and "@" (key →
-- line), say where it stands. What is wrong is gathered as [{"file", "lines", "error"}].

SET ROLE relais_owner;

-- What an import has come to so far: adds one answer of a write function to it.
--   so_far   {"problems": […], "added": {what: n}, "changed": {what: n}}
--   answer   {"error"}, or with "done": changed or same; else something was added
CREATE FUNCTION relais.import_count(so_far jsonb, what text, o jsonb, answer jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
	SELECT CASE
	WHEN answer ? 'error' THEN jsonb_set(so_far, '{problems}', so_far->'problems' || jsonb_build_array(jsonb_build_object(
		'file', o->'file', 'lines', coalesce(answer->'lines', o->'@'), 'error', answer->'error')))
	WHEN answer->>'done' = 'same' THEN so_far
	ELSE jsonb_set(so_far, ARRAY[k.key, what], to_jsonb(coalesce((so_far->k.key->>what)::int, 0) + 1)) END
	FROM (SELECT coalesce(answer->>'done', 'added') AS key) k
$$;

-- Ends an import that has met something wrong; import() catches it, and nothing has happened.
CREATE FUNCTION relais.import_check(so_far jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
	IF jsonb_array_length(so_far->'problems') > 0 THEN
		RAISE EXCEPTION USING ERRCODE = 'RL002', MESSAGE = 'the import has problems', DETAIL = (so_far->'problems')::text;
	END IF;
END
$$;

-- ---------------------------------------------------------------------------
-- Bodies and persons

-- A municipality that is there already takes what the file says of it.
CREATE FUNCTION relais.municipality_import(o jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	refused text;
	m relais.municipality;
	becomes relais.municipality;
BEGIN
	SELECT * INTO m FROM relais.municipality x WHERE x.slug = o->>'slug';
	IF m.id IS NULL THEN
		RETURN relais.municipality_post(o->>'slug', o->>'name', o->>'level', o->>'country', o->>'department', o->>'lang',
			o->>'umbrella', (o->>'demo')::boolean);
	ELSIF NOT relais.coordinates(m.umbrella_id) THEN
		PERFORM relais.refuse('forbidden');
	END IF;
	becomes := m;
	IF o->>'umbrella' IS NOT NULL THEN
		SELECT u.id INTO becomes.umbrella_id FROM relais.umbrella u WHERE u.slug = o->>'umbrella';
		IF becomes.umbrella_id IS NULL THEN
			PERFORM relais.refuse('municipality_umbrella_known');
		ELSIF NOT relais.coordinates(becomes.umbrella_id) THEN
			PERFORM relais.refuse('forbidden');
		END IF;
	END IF;
	becomes.name := coalesce(btrim(o->>'name'), m.name);
	becomes.level := coalesce(o->>'level', m.level);
	becomes.country := coalesce(upper(o->>'country'), m.country);
	becomes.department := coalesce(btrim(o->>'department'), m.department);
	becomes.lang := coalesce(o->>'lang', m.lang);
	IF becomes = m THEN
		RETURN '{"done": "same"}';
	END IF;
	PERFORM relais.touch(ARRAY(SELECT s.group_id FROM relais.membership s WHERE s.municipality_id = m.id));
	UPDATE relais.municipality x SET name = becomes.name, level = becomes.level, country = becomes.country,
		department = becomes.department, lang = becomes.lang, umbrella_id = becomes.umbrella_id
	WHERE x.id = m.id;
	RETURN '{"done": "changed"}';
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

CREATE FUNCTION relais.umbrella_import(o jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	answer jsonb := '{"done": "same"}';
BEGIN
	IF NOT EXISTS (SELECT FROM relais.umbrella u WHERE u.slug = o->>'slug') THEN
		answer := relais.umbrella_post(o->>'slug', o->>'name', o->>'country', o->>'lang', o->>'time_zone');
		IF NOT answer ? 'error' AND o->>'digest_days' IS NOT NULL THEN
			answer := relais.umbrella_change(o->>'slug', NULL, NULL, (o->>'digest_days')::int);
		END IF;
	END IF;
	RETURN answer;
END
$$;

CREATE FUNCTION relais.programme_import(o jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	refused text;
	u int;
BEGIN
	IF EXISTS (SELECT FROM relais.programme p WHERE p.slug = o->>'slug') THEN
		RETURN '{"done": "same"}';
	END IF;
	SELECT x.id INTO u FROM relais.umbrella x WHERE x.slug = o->>'umbrella';
	IF o->>'umbrella' IS NOT NULL AND u IS NULL THEN
		PERFORM relais.refuse('programme_umbrella_known');
	END IF;
	INSERT INTO relais.programme (slug, name, umbrella_id) VALUES (o->>'slug', btrim(o->>'name'), u);
	RETURN '{}';
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- The id of a row named by its slug; refuses with `refusal` when it is named and not there.
CREATE FUNCTION relais.municipality_named(slug text, refusal text) RETURNS int
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
	id int;
BEGIN
	SELECT m.id INTO id FROM relais.municipality m WHERE m.slug = municipality_named.slug;
	IF id IS NULL AND slug IS NOT NULL THEN
		PERFORM relais.refuse(refusal);
	END IF;
	RETURN id;
END
$$;

CREATE FUNCTION relais.partnership_import(o jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	refused text;
	a int;
	b int;
	p int;
BEGIN
	a := relais.municipality_named(o->>'first', 'partnership_first_known');
	b := relais.municipality_named(o->>'second', 'partnership_second_known');
	SELECT x.id INTO p FROM relais.programme x WHERE x.slug = o->>'programme';
	IF o->>'programme' IS NOT NULL AND p IS NULL THEN
		PERFORM relais.refuse('partnership_programme_known');
	ELSIF EXISTS (SELECT FROM relais.partnership x WHERE x.first_id IN (a, b) AND x.second_id IN (a, b)
		OR num_nulls(a, b) > 0 AND (x.first_id, x.second_id, x.programme_id, x.started, x.reason)
			IS NOT DISTINCT FROM (a, b, p, o->>'started', o->>'reason')) THEN
		RETURN '{"done": "same"}';
	END IF;
	INSERT INTO relais.partnership (first_id, second_id, programme_id, started, ended, status, reason)
	VALUES (a, b, p, o->>'started', o->>'ended', coalesce(o->>'status', 'running'), o->>'reason');
	RETURN '{}';
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- By what a person is named in files: the address, or for one whose address was erased a word
-- without @, which gives them the same id again.
CREATE FUNCTION relais.person_key(p relais.person) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
	SELECT coalesce(p.email, 'person-' || p.id)
$$;

-- erased: the id of one without an address.
CREATE FUNCTION relais.person_add(o jsonb, erased int) RETURNS int
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	ids text := pg_get_serial_sequence('relais.person', 'id');
BEGIN
	IF EXISTS (SELECT FROM relais.person x WHERE x.id = erased) THEN
		PERFORM relais.refuse('person_email_form');
	ELSIF erased > (SELECT coalesce(max(x.id), 0) FROM relais.person x) THEN
		PERFORM setval(ids, erased);
	END IF;
	erased := coalesce(erased, nextval(ids)::int);
	INSERT INTO relais.person (id, name, email, lang, time_zone, contact, demo, ended_at) OVERRIDING SYSTEM VALUE
	VALUES (erased, btrim(o->>'name'), CASE WHEN o->>'email' !~ '^person-\d{1,9}$' THEN o->>'email' END, coalesce(o->>'lang', 'en'),
		o->>'time_zone', coalesce((o->>'contact')::boolean, false), coalesce((o->>'demo')::boolean, false),
		(o->>'ended_at')::timestamptz);
	RETURN erased;
END
$$;

-- A person, and one affiliation of theirs; a further row of the same person adds another.
CREATE FUNCTION relais.person_import(o jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	refused text;
	p int;
	u int;
	m int;
	answer jsonb := '{"done": "same"}';
BEGIN
	m := relais.municipality_named(o->>'municipality', 'affiliation_municipality_known');
	SELECT x.id INTO p FROM relais.person x WHERE lower(relais.person_key(x)) = lower(o->>'email');
	IF p IS NULL THEN
		p := relais.person_add(o, substring(o->>'email' FROM '^person-(\d{1,9})$')::int);
		answer := '{}';
	END IF;
	SELECT x.id INTO u FROM relais.umbrella x WHERE x.slug = o->>'umbrella';
	IF o->>'umbrella' IS NOT NULL AND u IS NULL THEN
		PERFORM relais.refuse('affiliation_umbrella_known');
	ELSIF o->>'role' IS NOT NULL AND NOT EXISTS (SELECT FROM relais.affiliation a WHERE a.person_id = p AND a.role = o->>'role'
		AND a.umbrella_id IS NOT DISTINCT FROM u AND a.municipality_id IS NOT DISTINCT FROM m) THEN
		INSERT INTO relais.affiliation (person_id, umbrella_id, municipality_id, role) VALUES (p, u, m, o->>'role');
		answer := '{}';
	END IF;
	RETURN answer;
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
WHEN datetime_field_overflow OR invalid_datetime_format THEN
	RETURN '{"error": "person_ended_at_date"}';
END
$$;

CREATE FUNCTION relais.import_bodies(so_far jsonb, doc jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	o jsonb;
BEGIN
	FOR o IN SELECT jsonb_array_elements(doc->'umbrellas') LOOP
		so_far := relais.import_count(so_far, 'umbrellas', o, relais.umbrella_import(o));
	END LOOP;
	FOR o IN SELECT jsonb_array_elements(doc->'municipalities') LOOP
		so_far := relais.import_count(so_far, 'municipalities', o, relais.municipality_import(o));
	END LOOP;
	PERFORM relais.import_check(so_far);
	FOR o IN SELECT jsonb_array_elements(doc->'programmes') LOOP
		so_far := relais.import_count(so_far, 'programmes', o, relais.programme_import(o));
	END LOOP;
	FOR o IN SELECT jsonb_array_elements(doc->'people') LOOP
		so_far := relais.import_count(so_far, 'people', o, relais.person_import(o));
	END LOOP;
	PERFORM relais.import_check(so_far);
	FOR o IN SELECT jsonb_array_elements(doc->'partnerships') LOOP
		so_far := relais.import_count(so_far, 'partnerships', o, relais.partnership_import(o));
	END LOOP;
	PERFORM relais.import_check(so_far);
	RETURN so_far;
END
$$;

-- Lets a person in no more; what they wrote stays.
CREATE FUNCTION relais.person_end(email text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	p int;
BEGIN
	IF NOT relais.is_operator() THEN
		RETURN '{"error": "forbidden"}';
	END IF;
	UPDATE relais.person x SET ended_at = clock_timestamp()
	WHERE lower(x.email) = lower(person_end.email) AND x.ended_at IS NULL RETURNING x.id INTO p;
	IF p IS NULL THEN
		RETURN '{"error": "person_known"}';
	END IF;
	UPDATE relais.access_token a SET ended_at = clock_timestamp() WHERE a.person_id = p AND a.ended_at IS NULL;
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'value', jsonb_build_object('email', email));
END
$$;
REVOKE EXECUTE ON FUNCTION relais.person_end FROM relais_site;
