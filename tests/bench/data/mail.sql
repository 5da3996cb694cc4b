-- :persons people of one municipality who follow group 1, and one mailing for each in the outbox, as the courier makes them.
INSERT INTO relais.person (name, email, lang)
SELECT 'Lectrice numéro ' || n, 'reader-' || n || '@example.org', 'fr' FROM generate_series(1, :persons) n;
INSERT INTO relais.affiliation (person_id, municipality_id, role)
SELECT p.id, m.id, 'focal_point' FROM relais.person p, relais.municipality m WHERE p.email LIKE 'reader-%' AND m.slug = 'aklame';
INSERT INTO relais.subscription (person_id, group_id, cadence, position)
SELECT p.id, 1, 'daily', 0 FROM relais.person p WHERE p.email LIKE 'reader-%';
UPDATE relais.mail_clock SET next_at = now();
DO $$
DECLARE
	step jsonb := '{}';
BEGIN
	LOOP
		step := relais.mailing_due((step->>'after')::int);
		EXIT WHEN NOT (step->'more')::boolean;
	END LOOP;
END
$$;
