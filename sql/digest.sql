-- statement: digest_list read
-- The approved digests of an umbrella, newest first; and the open draft for its coordinator.
SELECT json_build_object('umbrella', json_build_object('slug', u.slug, 'name', u.name), 'coordinates', relais.coordinates(u.id),
	'digests', (SELECT coalesce(json_agg(json_build_object('n', d.n, 'status', d.status, 'draft', d.status = 'draft',
			'approved_at', d.approved_at, 'drafted_at', d.drafted_at) ORDER BY d.n DESC), '[]')
		FROM (SELECT * FROM relais.digest d WHERE d.umbrella_id = u.id AND d.n < coalesce(:before::int, 2147483647)
			ORDER BY d.n DESC LIMIT 50) d),
	'next', (SELECT min(n) FROM (SELECT d.n FROM relais.digest d WHERE d.umbrella_id = u.id AND d.n < coalesce(:before::int, 2147483647)
		ORDER BY d.n DESC LIMIT 50) p HAVING count(*) = 50))
FROM relais.umbrella u WHERE u.slug = :umbrella

-- statement: digest_get read
-- Without a number, the newest that the reader sees. desk: what its coordinator has to know of a draft.
SELECT CASE WHEN (v->>'draft')::boolean AND (v->>'coordinates')::boolean
	THEN (v::jsonb || jsonb_build_object('desk', relais.digest_desk(:umbrella, (v->>'n')::int)))::json ELSE v END
FROM relais.digest_view(:umbrella, coalesce(:n::int, (SELECT max(d.n) FROM relais.digest d
	JOIN relais.umbrella u ON u.id = d.umbrella_id WHERE u.slug = :umbrella)), NULL) v

-- statement: digest_group_get read
-- One group's section; the group stands beside it, so that its version covers the page.
SELECT (v::jsonb || jsonb_build_object('group', v->'sections'->0->'group'))::json
FROM relais.digest_view(NULL, :n::int, :group) v WHERE v IS NOT NULL

-- statement: section_get read
-- A section of the open draft to edit: what it tells, and its text in a language.
SELECT (v::jsonb || jsonb_build_object('section', v->'sections'->0, 'group_slug', :group, 'text_lang', relais.lang(),
	'written', relais.section_langs(:umbrella, :n::int, :group)))::json
FROM relais.digest_view(:umbrella, :n::int, :group) v
WHERE v IS NOT NULL AND (v->>'draft')::boolean AND (v->'sections'->0->>'editable')::boolean

-- statement: digest_draft write
SELECT relais.digest_draft(:umbrella)

-- statement: digest_approve write
-- Without a number, the open draft.
SELECT relais.digest_approve(:umbrella, coalesce(:n::int, (SELECT u.digests + 1 FROM relais.umbrella u WHERE u.slug = :umbrella)),
	:if_match::int)

-- statement: section_change write
SELECT relais.section_change(:umbrella, :n::int, :group, :pin::jsonb, :leave_out::jsonb, coalesce(:lang, relais.lang()), :text, :text_html)

-- statement: section_arrange write
SELECT relais.section_arrange(:umbrella, :n::int, :group, :act, :seq::bigint, :order::jsonb)

-- statement: digest_schedule write
SELECT relais.digest_schedule(:umbrella, coalesce(:n::int, (SELECT u.digests + 1 FROM relais.umbrella u WHERE u.slug = :umbrella)), :day::date, :hour::int)

-- statement: digest_unschedule write
SELECT relais.digest_unschedule(:umbrella, coalesce(:n::int, (SELECT u.digests + 1 FROM relais.umbrella u WHERE u.slug = :umbrella)))

-- statement: schedules_due write
SELECT relais.schedules_due(:after::int)

-- statement: digest_recipients read
SELECT relais.digest_recipients(:umbrella, :n::int)

-- statement: digest_public read
SELECT relais.digest_public(:umbrella, :n::int)

-- statement: donor_report read
SELECT relais.donor_report(:umbrella, :from, :to)

-- statement: deadlines_due write
SELECT relais.deadlines_due(:after::int)

-- statement: digest_policy_put write
SELECT relais.digest_policy_put(:group, :at_deadline)

-- statement: digests_due write
SELECT relais.digests_due(:after::int)
