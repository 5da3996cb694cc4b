-- statement: subscription_list read
-- The reader's own subscription to a group.
SELECT json_build_object('group', relais.group_brief(g), 'slug', g.slug, 'mail', relais.my_mail_link(),
	'subscriptions', (SELECT coalesce(json_agg(json_build_object('cadence', s.cadence, 'weekday', s.weekday, 'hour', s.hour,
		'lang', s.lang, 'kinds', s.kinds)), '[]') FROM relais.subscription s WHERE s.group_id = g.id AND s.person_id = relais.actor()),
	'subscribed', EXISTS (SELECT FROM relais.subscription s WHERE s.group_id = g.id AND s.person_id = relais.actor()),
	'prefill', (SELECT json_build_object('subscription', json_build_object('cadence', s.cadence, 'weekday', s.weekday, 'hour', s.hour,
		'lang', s.lang, 'kinds', s.kinds)) FROM relais.subscription s WHERE s.group_id = g.id AND s.person_id = relais.actor()))
FROM relais.group g WHERE g.slug = :group

-- statement: subscription_put write
SELECT relais.subscription_put(:group, :cadence, :weekday::int, :hour::int, :lang, :kinds::jsonb)

-- statement: subscription_end write
SELECT relais.subscription_end(:group)
