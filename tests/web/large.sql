-- A group of 77 municipalities, led by ancb, with 500 lessons: what the largest matrix of uptake looks like. Names and titles
-- as varied as they are in life, and answers without a pattern at half of the places, which is more
-- than there are in life: so nothing compresses better than it would.
SET session_replication_role = replica;

CREATE TEMP TABLE place AS
SELECT n, (ARRAY['Adja', 'Bani', 'Cové', 'Djou', 'Ké', 'Lokos', 'Malan', 'Nikki', 'Ouè', 'Pèrè', 'Savè', 'Tchaou'])[1 + n % 12]
	|| (ARRAY['gbé', 'koara', 'mè', 'rou', 'sinhoué', 'ta-Zogbodo', 'villé'])[1 + n / 12 % 7]
	|| CASE WHEN n % 5 = 0 THEN ' ' || (ARRAY['Nord', 'Sud', 'Plateau'])[1 + n % 3] ELSE '' END AS name,
	(ARRAY['Alibori', 'Atacora', 'Atlantique', 'Borgou', 'Collines', 'Couffo', 'Donga', 'Littoral', 'Mono', 'Ouémé', 'Plateau', 'Zou'])[1 + n % 12] AS department
FROM generate_series(0, 76) n;
INSERT INTO relais.municipality (id, slug, name, country, department, lang, umbrella_id) OVERRIDING SYSTEM VALUE
SELECT 5000 + n, 'large-' || n, name, 'BJ', department, 'fr', (SELECT id FROM relais.umbrella WHERE slug = 'ancb') FROM place;
INSERT INTO relais.group (id, slug, name, visibility, lang, umbrella_id) OVERRIDING SYSTEM VALUE
SELECT 5000, 'large', 'Toutes les communes du Bénin', 'public', 'fr', id FROM relais.umbrella WHERE slug = 'ancb';
INSERT INTO relais.group_log (group_id, head, version, number, place) VALUES (5000, 500, 1, 500, 77);
INSERT INTO relais.membership (group_id, municipality_id, role, place) SELECT 5000, 5000 + n, 'member', n + 1 FROM place;

INSERT INTO relais.item (group_id, number, kind, status, lang, municipality_id, created_at, published_at, updated_at)
SELECT 5000, n, 'lesson', 'published', 'fr', 5000, '2024-01-01', '2024-01-01', '2024-01-01' FROM generate_series(1, 500) n;
INSERT INTO relais.item_owner (group_id, number, municipality_id) SELECT group_id, number, municipality_id FROM relais.item WHERE group_id = 5000;
INSERT INTO relais.item_text (group_id, number, lang, revision, of, title, at)
SELECT 5000, n, 'fr', 1, 1, (ARRAY['Publier', 'Annoncer', 'Tenir à jour', 'Expliquer', 'Préparer', 'Financer', 'Partager'])[1 + n % 7]
	|| (ARRAY[' les délibérations du conseil', ' le budget de l’année', ' les horaires de l’état civil', ' la taxe sur les marchés', ' un registre foncier',
		' les prix de l’eau', ' la collecte des déchets', ' un plan d’urbanisme', ' les comptes des écoles', ' le calendrier des séances', ' une foire agricole'])[1 + n * 5 % 11]
	|| (ARRAY[' par affiche', ' en trois langues', ' avec les radios locales', ' sans connexion', ' chez le chef de quartier', ' avec un stagiaire', ' dès la rentrée',
		' au marché', ' avec la commune voisine', ' par WhatsApp', ' une fois par mois', ' pour les artisans', ' avant l’hivernage'])[1 + n * 3 % 13], '2024-01-01'
FROM generate_series(1, 500) n;
INSERT INTO relais.item_revision (group_id, number, revision, municipality_id, at) SELECT 5000, n, 1, 5000, '2024-01-01' FROM generate_series(1, 500) n;
INSERT INTO relais.lesson (group_id, number) SELECT 5000, n FROM generate_series(1, 500) n;

CREATE TEMP TABLE told AS
SELECT n AS number, p AS place, CASE abs(hashint8(n * 31 + p)) % 2 WHEN 0 THEN 0 ELSE abs(hashint8(n * 1000 + p)) % 7 + 1 END AS code, abs(hashint8(n * 7919 + p)) % 7 + 1 AS why
FROM generate_series(1, 500) n, generate_series(1, 77) p;
INSERT INTO relais.uptake_row (group_id, number, counts, statuses, reasons, ats)
SELECT 5000, number, ARRAY[count(*) FILTER (WHERE code = 1), count(*) FILTER (WHERE code = 2), count(*) FILTER (WHERE code = 3),
	count(*) FILTER (WHERE code = 4), count(*) FILTER (WHERE code = 5), count(*) FILTER (WHERE code = 6), count(*) FILTER (WHERE code = 7)],
	string_agg(code::text, '' ORDER BY place), string_agg((CASE WHEN code > 5 THEN why ELSE 0 END)::text, '' ORDER BY place),
	decode(string_agg(CASE WHEN code = 0 THEN '00000000' ELSE lpad(to_hex(1704067200 + place * 86400 + number * 3600), 8, '0') END, '' ORDER BY place), 'hex')
FROM told GROUP BY number;
