-- What a mailing says is told in one place, also of one by itself.

SET ROLE relais_owner;

CREATE OR REPLACE FUNCTION relais.letter_mailing(d relais.delivery) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
	RETURN (SELECT l.letter FROM relais.letters_mailing(ARRAY[d]) l);
END
$$;
