-- statement: feed_get read
-- The newest 20 entries of a group's feed, or (archive: 1, 2, …) an archive page of 20 in the
-- feed's own numbering from the oldest; kinds: a JSON list, NULL for all.
-- An archive is complete and never changes: only full pages are archives.
SELECT relais.feed(:group, :kinds::jsonb, :archive::int)

-- statement: feeds_opml read
SELECT json_build_object('groups', coalesce(json_agg(json_build_object('slug', g.slug, 'name', g.name, 'lang', g.lang) ORDER BY g.name), '[]'))
FROM relais.group g WHERE g.visibility = 'public'
