-- statement: strings read
SELECT ':not', 'it''s :not', E'it\'s :not', "a:column", '-- no comment', '
  over :lines
', :yes::text, ':not' -- nor :this
	, '??/ and \n' ;   -- the end: 'quoted'

-- statement: colons read
SELECT a[1:2], a[lo:hi], f(x := :x), '1'::int, :x_1::jsonb -> 'k', a$b FROM t WHERE t.at>:at
