-- A hub: :groups groups of :members municipalities (a hub and its members) out of
-- :municipalities, each with :lessons published lessons. Loaded as bulk data is: without
-- the checks that every row of it would pass.
SET session_replication_role = replica;

INSERT INTO relais.umbrella (id, slug, name, country, lang) OVERRIDING SYSTEM VALUE
VALUES (1, 'umbrella', 'Umbrella', 'BJ', 'fr');

INSERT INTO relais.municipality (id, slug, name, country, lang, umbrella_id) OVERRIDING SYSTEM VALUE
SELECT n, 'commune-' || n, 'Commune numéro ' || n, 'BJ', 'fr', 1 FROM generate_series(1, :municipalities) n;

INSERT INTO relais.group (id, slug, name, visibility, lang, umbrella_id) OVERRIDING SYSTEM VALUE
SELECT g, 'group-' || g, 'Groupe numéro ' || g, 'closed', 'fr', 1 FROM generate_series(1, :groups) g;

INSERT INTO relais.group_log (group_id, head, version, number, place)
SELECT g, :lessons, 1, :lessons, :members FROM generate_series(1, :groups) g;

INSERT INTO relais.membership (group_id, municipality_id, role, place)
SELECT g, ((g - 1) * :members + place - 1) % :municipalities + 1, CASE WHEN place = 1 THEN 'hub' ELSE 'member' END, place
FROM generate_series(1, :groups) g, generate_series(1, :members) place;

INSERT INTO relais.item (group_id, number, kind, status, lang, municipality_id, created_at, published_at, updated_at)
SELECT m.group_id, n, 'lesson', 'published', 'fr', m.municipality_id, at, at, at
FROM relais.membership m, generate_series(1, :lessons) n, (VALUES (timestamptz '2024-01-01')) t (at)
WHERE m.role = 'hub';
INSERT INTO relais.item_owner (group_id, number, municipality_id)
SELECT group_id, number, municipality_id FROM relais.item;
INSERT INTO relais.item_text (group_id, number, lang, revision, of, title, at)
SELECT group_id, number, 'fr', 1, 1, 'Leçon numéro ' || number || ' du groupe ' || group_id, created_at FROM relais.item;
INSERT INTO relais.item_revision (group_id, number, revision, municipality_id, at)
SELECT group_id, number, 1, municipality_id, created_at FROM relais.item;
INSERT INTO relais.lesson (group_id, number) SELECT group_id, number FROM relais.item;
INSERT INTO relais.event (group_id, seq, at, kind, act, number, municipality_id, audience)
SELECT group_id, number, created_at, 'lesson', 'published', number, municipality_id, 0 FROM relais.item;

-- person 1 coordinates the umbrella
INSERT INTO relais.person (id, name) OVERRIDING SYSTEM VALUE VALUES (1, 'Coordinator');
INSERT INTO relais.affiliation (person_id, umbrella_id, role) VALUES (1, 1, 'coordinator');
