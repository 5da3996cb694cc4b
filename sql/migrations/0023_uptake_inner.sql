-- The matrix of uptake says whether its reader is of the group: only then is a cell without a status
-- silence. To others what is not open looks the same, and a word for it would be wrong. And whether
-- it is for them to listen to who is silent: the hub, and the lead umbrella.

SET ROLE relais_owner;

-- A group's uptake as its reader may see it, 50 lessons a page, newest first:
-- {"lessons", "municipalities", "rows": [{"lesson", "statuses", "reasons", "ats"}],
-- "totals": {status: n}, "inner", "listens", "more"}. NULL: no such group for this reader. The rows are
-- packed; the site unfolds them into cells. Who is not of the group or its lead umbrella
-- (not `inner`) sees who tries, applied and adapted; of the rest the numbers that are told (is_told()).
CREATE OR REPLACE FUNCTION relais.uptake(slug text, before int) RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	g relais.group;
	inner_ boolean;
	leads boolean;
	own int[];              -- places of the reader's municipalities
	numbers int[];
	more boolean;
BEGIN
	SELECT * INTO g FROM relais.group x WHERE x.slug = uptake.slug AND x.id = ANY (relais.my_groups());
	IF g.id IS NULL THEN
		RETURN NULL;
	END IF;
	inner_ := g.id = ANY (relais.my_inner_groups());
	leads := g.id = ANY (relais.my_led_groups());
	own := ARRAY(SELECT m.place FROM relais.membership m
		WHERE m.group_id = g.id AND m.municipality_id = ANY ((SELECT relais.my_municipalities())::int[]));
	numbers := ARRAY(SELECT i.number FROM relais.item i
		WHERE i.group_id = g.id AND i.kind = 'lesson' AND i.status = 'published' AND NOT i.sensitive AND (before IS NULL OR i.number < before)
		ORDER BY i.number DESC LIMIT 51);
	more := cardinality(numbers) > 50;
	numbers := numbers[1:50];
	RETURN json_build_object(
		'group', relais.group_brief(g),         -- with its version, which covers the answer
		'lessons', (SELECT coalesce(json_agg(json_build_object('id', l.number, 'title', l.title, 'lang', l.lang)
				ORDER BY l.number DESC), '[]')
			FROM relais.uptake_lessons(g.id, numbers) l),
		'municipalities', (SELECT coalesce(json_agg(json_build_object('slug', c.slug, 'name', c.name, 'role', m.role, 'place', m.place)
				ORDER BY m.place), '[]')
			FROM relais.membership m JOIN relais.municipality c ON c.id = m.municipality_id
			WHERE m.group_id = g.id AND m.role IN ('member', 'partner') AND m.ended_at IS NULL),
		'rows', (SELECT coalesce(json_agg(json_build_object('lesson', u.number,
				'statuses', CASE WHEN inner_ THEN u.statuses ELSE translate(u.statuses, '1267', '0000') END,
				'reasons', CASE WHEN leads THEN u.reasons WHEN inner_ THEN relais.only_places(u.reasons, own) ELSE '' END,
				'ats', CASE WHEN inner_ THEN encode(u.ats, 'hex') ELSE relais.open_times(u) END) ORDER BY u.number DESC), '[]')
			FROM relais.uptake_row u WHERE u.group_id = g.id AND u.number = ANY (numbers)),
		'totals', relais.counts_shown(relais.lesson_counts(g.id, inner_)),
		'inner', inner_, 'listens', leads OR g.id = ANY (relais.my_hub_groups()),
		'more', CASE WHEN more THEN numbers[50] END);
END
$$;
