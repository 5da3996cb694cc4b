-- statement: lesson_share read
-- What of a published lesson is told when it is passed on.
SELECT json_build_object('id', i.number, 'lang', x.lang, 'title', x.title, 'summary', x.summary,
	'municipality', relais.municipality_brief(i.municipality_id), 'group', relais.group_brief(g))
FROM relais.group g
JOIN relais.item i ON i.group_id = g.id AND i.kind = 'lesson' AND i.number = :id::int AND i.status = 'published',
LATERAL relais.text_for(i.group_id, i.number, i.lang, relais.lang()) x
WHERE g.slug = :group

-- statement: digest_share read
-- What of an approved digest is told when it is passed on, or of one group's section of it: what everybody may read, the same
-- whoever passes it on, without what was withdrawn since. No sections: nothing of it is for everybody. The group of a section
-- stands beside it, so that its version covers the page.
SELECT json_build_object('umbrella', v->'umbrella', 'n', v->'n', 'approved_at', v->'approved_at',
	'group', CASE WHEN :group::text IS NOT NULL THEN v->'sections'->0->'group' END,
	'sections', (SELECT coalesce(jsonb_agg(s.part || (SELECT jsonb_object_agg(l.list, (SELECT coalesce(jsonb_agg(i.item ORDER BY i.at), '[]')
			FROM jsonb_array_elements(s.part->l.list) WITH ORDINALITY i (item, at)
			WHERE i.item->'number' IS NULL OR EXISTS (SELECT FROM relais.item x WHERE x.group_id = (s.part->'group'->>'id')::int
				AND x.number = (i.item->>'number')::int AND x.published_at IS NOT NULL AND x.status <> 'withdrawn' AND NOT x.sensitive)))
			FROM unnest('{lessons,reports,questions,members}'::text[]) l (list)) ORDER BY s.at), '[]')
		FROM jsonb_array_elements(relais.digest_public(v->'umbrella'->>'slug', :n::int)::jsonb->'sections') WITH ORDINALITY s (part, at)
		WHERE :group::text IS NULL OR s.part->'group'->>'slug' = :group))
FROM relais.digest_view(:umbrella, :n::int, :group) v WHERE (v->>'approved')::boolean
