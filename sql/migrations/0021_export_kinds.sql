-- What export and restore know beside the kinds of 0016 and 0017: a row a kind of line in log.jsonl,
-- so that a new table brings its own and no function is written anew.

SET ROLE relais_owner;

-- export:  function (relais.group) RETURNS SETOF jsonb, the lines of a group in their order; or () for what is of no group.
-- restore: function (doc jsonb) RETURNS void, makes rows of relais.log_lines(doc, kind); all kinds in the order of place,
--          after everything of 0017.
-- held:    the table that has as many rows as there are lines.
CREATE TABLE relais.log_kind (
	kind     text PRIMARY KEY,
	place    int NOT NULL,
	of_group boolean NOT NULL,
	export   text NOT NULL,
	restore  text NOT NULL,
	held     regclass NOT NULL
);
ALTER TABLE relais.log_kind ENABLE ROW LEVEL SECURITY;

-- The lines of every further kind, of a group or (NULL) of none.
CREATE FUNCTION relais.export_kinds(g relais.group) RETURNS SETOF jsonb
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
	k relais.log_kind;
BEGIN
	FOR k IN SELECT * FROM relais.log_kind x WHERE x.of_group = (g.id IS NOT NULL) ORDER BY x.place LOOP
		RETURN QUERY EXECUTE format('SELECT jsonb_strip_nulls(l) || jsonb_build_object(''type'', $2) || CASE WHEN $1.id IS NULL '
			'THEN ''{}'' ELSE jsonb_build_object(''group'', $1.slug) END FROM relais.%I(%s) l',
			k.export, CASE WHEN k.of_group THEN '$1' ELSE '' END) USING g, k.kind;
	END LOOP;
END
$$;

CREATE FUNCTION relais.restore_kinds(doc jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	k relais.log_kind;
BEGIN
	FOR k IN SELECT * FROM relais.log_kind x ORDER BY x.place LOOP
		EXECUTE format('SELECT relais.%I($1)', k.restore) USING doc;
	END LOOP;
END
$$;

-- Whether each line of a further kind has become a row.
CREATE FUNCTION relais.restored_kinds(doc jsonb) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
	k relais.log_kind;
	rows bigint;
BEGIN
	FOR k IN SELECT * FROM relais.log_kind LOOP
		EXECUTE format('SELECT count(*) FROM %s', k.held) INTO rows;
		IF rows <> (SELECT count(*) FROM relais.log_lines(doc, k.kind)) THEN
			RETURN false;
		END IF;
	END LOOP;
	RETURN true;
END
$$;

ALTER FUNCTION relais.export_log(relais.group) RENAME TO export_log_first;
CREATE FUNCTION relais.export_log(g relais.group) RETURNS json
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT (relais.export_log_first(g)::jsonb || coalesce((SELECT jsonb_agg(l) FROM relais.export_kinds(g) l), '[]'))::json
$$;

-- Old slugs stand first of what is of no group.
ALTER FUNCTION relais.export_old_slugs() RENAME TO export_old_slugs_first;
CREATE FUNCTION relais.export_old_slugs() RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT relais.export_old_slugs_first() || coalesce((SELECT jsonb_agg(l) FROM relais.export_kinds(NULL) l), '[]')
$$;

ALTER FUNCTION relais.restore_digests(jsonb) RENAME TO restore_digests_first;
CREATE FUNCTION relais.restore_digests(doc jsonb) RETURNS void
LANGUAGE sql SET search_path = '' AS $$
	SELECT relais.restore_digests_first(doc);
	SELECT relais.restore_kinds(doc);
$$;

ALTER FUNCTION relais.restored_wholly(jsonb) RENAME TO restored_first;
CREATE FUNCTION relais.restored_wholly(doc jsonb) RETURNS boolean
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT relais.restored_first(doc) AND relais.restored_kinds(doc)
$$;
