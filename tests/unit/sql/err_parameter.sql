-- statement: names read
SELECT :groupId,
	:Group, :_x,
	:'psql', $1
