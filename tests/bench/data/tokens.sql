-- A token for each of ten members of each group: token-1 to token-10 are of group-1, and so on.
SET session_replication_role = replica;

CREATE TEMP TABLE bearer AS
SELECT (g - 1) * 10 + k AS n, m.municipality_id
FROM generate_series(1, :groups) g, generate_series(1, 10) k
JOIN LATERAL (SELECT * FROM relais.membership x WHERE x.group_id = g AND x.place = k + 1) m ON true;

INSERT INTO relais.person (id, name, lang) OVERRIDING SYSTEM VALUE
SELECT 1 + n, 'Person ' || n, 'fr' FROM bearer;
INSERT INTO relais.affiliation (person_id, municipality_id, role)
SELECT 1 + n, municipality_id, 'focal_point' FROM bearer;
INSERT INTO relais.access_token (kind, hash, person_id, expires_at)
SELECT 'api', sha256(convert_to('token-' || n, 'UTF8')), 1 + n, clock_timestamp() + interval '1 day' FROM bearer;
