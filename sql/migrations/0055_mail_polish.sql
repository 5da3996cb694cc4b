-- What a walk through the mails as their reader showed: a digest says of a lesson that it was withdrawn since; who is signed in finds
-- the page of their mails.

SET ROLE relais_owner;

-- As 0025's; withdrawn: the lesson does not stand any more.
CREATE OR REPLACE FUNCTION relais.section_lists(s relais.digest_section, inside boolean, leads boolean) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	WITH seen AS (
		SELECT relais.item_list(i) AS list, relais.section_item(i - 'place', inside, leads) || CASE WHEN i->>'kind' = 'lesson'
				AND EXISTS (SELECT FROM relais.item x WHERE x.group_id = s.group_id AND x.number = (i->>'number')::int AND x.status = 'withdrawn')
			THEN '{"withdrawn": true}'::jsonb ELSE '{}' END AS i, (i->>'seq')::bigint AS seq,
			coalesce((i->>'pinned')::boolean, false) AS pinned, (i->>'place')::int AS place
		FROM jsonb_array_elements(s.items) i WHERE NOT coalesce((i->>'out')::boolean, false)
	), told AS (
		SELECT list, jsonb_agg(i ORDER BY pinned DESC, place, seq DESC) AS items FROM seen WHERE i IS NOT NULL GROUP BY list
	)
	SELECT '{"lessons": [], "questions": [], "members": [], "reports": [], "others": []}'::jsonb
		|| coalesce((SELECT jsonb_object_agg(list, items) FROM told), '{}')
$$;

-- What was not carried out, as it was written: a line, and what of its note stands in the lines after it. The note begins with
-- the end of the line, or after it.
CREATE FUNCTION relais.command_text(c jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
	SELECT CASE WHEN x.note IS NULL THEN x.line WHEN x.both IS NULL THEN concat_ws(E'\n', x.line, x.note) ELSE x.line || substr(x.note, x.both + 1) END
	FROM (SELECT c->>'line' AS line, nullif(c->>'note', '') AS note, (SELECT max(k) FROM generate_series(1, least(length(c->>'line'), length(c->>'note'))) k
		WHERE right(c->>'line', k) = left(c->>'note', k) AND substr(' ' || (c->>'line'), length(c->>'line') - k + 1, 1) !~ '\w') AS both) x
$$;

-- The page of the acting person's mails, as a mail's link names it; NULL: no courier has signed anything yet.
CREATE FUNCTION relais.my_mail_link() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
	SELECT t.text || '.' || left(encode(sha256(k.outer_ || sha256(k.inner_ || convert_to(t.text, 'UTF8'))), 'hex'), 32)
	FROM (SELECT * FROM relais.signing_key ORDER BY id DESC LIMIT 1) k, relais.person p,
		LATERAL (SELECT format('p.%s.%s.%s', p.id, floor(extract(epoch FROM now()) / 86400) + 730, k.id) AS text) t
	WHERE p.id = relais.self() AND p.ended_at IS NULL
$$;

REVOKE EXECUTE ON FUNCTION relais.command_text FROM relais_site, relais_admin;
