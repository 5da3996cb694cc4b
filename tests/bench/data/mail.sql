-- :persons people of one municipality who follow group 1, and one mailing for each in the outbox: as the courier makes the first.
INSERT INTO relais.person (name, email, lang)
SELECT 'Lectrice numéro ' || n, 'reader-' || n || '@example.org', 'fr' FROM generate_series(1, :persons) n;
INSERT INTO relais.affiliation (person_id, municipality_id, role)
SELECT p.id, m.id, 'focal_point' FROM relais.person p, relais.municipality m WHERE p.email LIKE 'reader-%' AND m.slug = 'aklame';
INSERT INTO relais.subscription (person_id, group_id, cadence, position)
SELECT p.id, 1, 'daily', 0 FROM relais.person p WHERE p.email LIKE 'reader-%';
UPDATE relais.mail_clock SET next_at = now();
DELETE FROM relais.delivery;
SELECT relais.mailing_due(p.id - 1) FROM relais.person p WHERE p.email = 'reader-1@example.org';
INSERT INTO relais.delivery (kind, person_id, about)
SELECT 'mailing', p.id, d.about FROM relais.person p, relais.delivery d WHERE p.email LIKE 'reader-%' AND p.email <> 'reader-1@example.org';
UPDATE relais.delivery SET state = 'delivered', ended_at = now();
-- as that mailing has left its reader: told up to here, and not due before tomorrow
UPDATE relais.subscription s SET position = (SELECT max(x.position) FROM relais.subscription x);
UPDATE relais.mail_clock SET next_at = now() + interval '1 day';
