-- PLACEHOLDER until the real file is written (not committed): lets the statements of sql/admin.sql prepare.
SET ROLE relais_owner;
CREATE FUNCTION relais.person_end(email text) RETURNS jsonb LANGUAGE sql AS 'SELECT NULL::jsonb';
CREATE FUNCTION relais.import(doc jsonb) RETURNS jsonb LANGUAGE sql AS 'SELECT NULL::jsonb';
CREATE FUNCTION relais.restore(doc jsonb) RETURNS jsonb LANGUAGE sql AS 'SELECT NULL::jsonb';
CREATE FUNCTION relais.export_bodies(groups jsonb) RETURNS json LANGUAGE sql AS 'SELECT NULL::json';
CREATE FUNCTION relais.export_group(slug text) RETURNS json LANGUAGE sql AS 'SELECT NULL::json';
