-- The matrix of uptake can be put in order and narrowed down: a municipality's department, its place in the order of names and
-- of departments, and whether its name has a part that is sought, accents and capitals aside. The site does the rest.

SET ROLE relais_owner;

DROP FUNCTION relais.uptake(text, int);

-- As in 0023_uptake_inner.sql; `sought` marks municipalities (found) and leaves none out, so that the site can say of how many.
CREATE FUNCTION relais.uptake(slug text, before int, sought text) RETURNS json
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
		'municipalities', (SELECT coalesce(json_agg(json_build_object('slug', c.slug, 'name', c.name, 'role', c.role, 'department', c.department,
				'place', c.place, 'by_name', c.by_name, 'by_department', c.by_department,
				'found', sought IS NULL OR position(lower(relais_text.unaccent(sought)) IN c.bare) > 0) ORDER BY c.place), '[]')
			FROM (SELECT x.slug, x.name, m.role, x.department, m.place, b.bare, row_number() OVER (ORDER BY b.bare, x.slug) AS by_name,
					row_number() OVER (ORDER BY lower(relais_text.unaccent(x.department)), b.bare, x.slug) AS by_department
				FROM relais.membership m JOIN relais.municipality x ON x.id = m.municipality_id,
					LATERAL (SELECT lower(relais_text.unaccent(x.name)) AS bare) b
				WHERE m.group_id = g.id AND m.role IN ('member', 'partner') AND m.ended_at IS NULL) c),
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
