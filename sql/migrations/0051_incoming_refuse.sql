-- A mail to an address that we never gave, or gave too long ago, is refused while its sender's mail server holds it: that tells
-- its writer. Taken and put aside, nobody would hear of it.

SET ROLE relais_owner;

-- As 0044's. Its errors: recipient_unknown, recipient_expired, and what cannot be kept.
CREATE OR REPLACE FUNCTION relais.incoming_post(recipient text, sender text, message text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	s CONSTANT relais.signed := relais.signed(lower(substring(recipient FROM '\+([^@]+)@')));
	made bigint;
	refused text;
BEGIN
	IF s.purpose IS DISTINCT FROM 'm' THEN
		RETURN '{"error": "recipient_unknown"}';
	ELSIF s.expired THEN
		RETURN '{"error": "recipient_expired"}';
	END IF;
	INSERT INTO relais.incoming (recipient, sender, message) VALUES (recipient, sender, decode(message, 'base64')) RETURNING id INTO made;
	RETURN jsonb_build_object('id', made);
EXCEPTION WHEN integrity_constraint_violation THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;
