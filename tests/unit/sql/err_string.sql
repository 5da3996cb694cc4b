-- statement: open_ended read
SELECT 1,
	'begins here
	and goes on
