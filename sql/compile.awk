# Compiles the named statements of sql/*.sql to C:
#
#	awk -v out=build/gen/statements -f sql/compile.awk sql/a.sql sql/b.sql
#
# writes out.h (an enum) and out.c (the table). A statement:
#
#	-- statement: lesson_get read
#	-- What it gives.
#	SELECT … WHERE number = :number::int;
#
# begins with its name and kind and ends at the next one, or with the file. :name becomes
# $n, the same name the same number, in order of first use. A write is a SELECT of one jsonb;
# around it goes what makes an idempotency key hold, in the same transaction. Comments,
# which begin with --, are dropped. An error is told as file:line: what, and nothing is written.
#
# For any POSIX awk: no gensub, no intervals in patterns.

BEGIN {
	if (out == "" || ARGC < 2)
		stop("usage: awk -v out=FILE -f sql/compile.awk sql/*.sql")
	count = 0
	reset()
}

FNR == 1 {
	finish()
	current = ""
	file = FILENAME
}

{ sub(/\r$/, "") }

/^-- *statement *:/ && string == "" {
	finish()
	start($0)
	next
}

{ line(FNR, $0) }

END {
	if (stopped)
		exit 1
	finish()
	if (count == 0)
		complain(file, FNR, "no statement")
	if (bad)
		exit 1
	write_header(out ".h")
	write_table(out ".c")
}

function stop(what) {
	print what > "/dev/stderr"
	stopped = 1
	exit 1
}

function complain(where, number, what) {
	print where ":" number ": " what > "/dev/stderr"
	bad = 1
}

# ---- reading ----

function reset() {
	current = sql = string = ""
	ended = nparams = 0
	split("", param)
}

function start(text,   word, n) {
	sub(/^-- *statement *:[ \t]*/, "", text)
	n = split(text, word, /[ \t]+/)
	if (n > 0 && word[n] == "")
		n--
	reset()
	begun = FNR
	current = n > 0 ? word[1] : "?"
	kind = n > 1 ? word[2] : ""
	if (current !~ /^[a-z][a-z0-9_]*$/ || length(current) > 59)
		complain(file, FNR, "a statement's name is of a-z, 0-9 and _, at most 59: " current)
	else if (current in place)
		complain(file, FNR, "statement " current " is there already, at " place[current])
	else
		place[current] = file ":" FNR
	if (n != 2 || (kind != "read" && kind != "write"))
		complain(file, FNR, "a statement's line is: -- statement: name read|write")
}

# Takes one line of SQL apart: strings, comments, parameters and the end.
function line(number, text,   i, c, rest, piece, begun_here) {
	piece = ""
	for (i = 1; i <= length(text); i++) {
		c = substr(text, i, 1)
		rest = substr(text, i + 1)
		if (string != "") {
			piece = piece c
			if (escapes && c == "\\") {
				piece = piece substr(text, ++i, 1)
			} else if (c == string) {
				string = ""
			}
			continue
		}
		if (c == "-" && rest ~ /^-/)
			break
		if (ended && c !~ /[ \t;]/) {
			complain(file, number, "a statement goes on behind its ;")
			ended = 0
		}
		if (c == ";") {
			ended = 1
		} else if (c == "'" || c == "\"") {
			string = c
			opened = number
			escapes = c == "'" && piece ~ /(^|[^A-Za-z0-9_$])[eE]$/
			piece = piece c
		} else if (c == ":") {
			i += colon(number, rest, piece)
			piece = piece token
		} else {
			if (c == "$" && piece !~ /[A-Za-z0-9_]$/)
				complain(file, number, "a $ outside a string; parameters are :name")
			if (c == "/" && rest ~ /^\*/)
				complain(file, number, "comments begin with --")
			piece = piece c
		}
	}
	if (string == "")
		sub(/[ \t]+$/, "", piece)
	if (piece == "" && string == "")
		return
	if (current == "")
		complain(file, number, "SQL before the first -- statement:")
	sql = sql (sql == "" ? "" : "\n") piece
}

# What a colon stands for goes to token; returns how many characters behind it that took.
function colon(number, rest, before,   name) {
	token = ":"
	if (before ~ /[A-Za-z0-9_:]$/ || rest !~ /^[A-Za-z_'"]/)
		return 0
	match(rest, /^[A-Za-z0-9_]*/)
	name = substr(rest, 1, RLENGTH)
	if (name !~ /^[a-z][a-z0-9_]*$/) {
		name = name == "" ? substr(rest, 1, 1) : name
		complain(file, number, "a parameter's name is of a-z, 0-9 and _: :" name)
		return RLENGTH
	}
	if (!(name in param)) {
		param[name] = ++nparams
		names[count, nparams] = name
	}
	token = "$" param[name]
	return length(name)
}

function finish() {
	if (string != "")
		complain(file, opened, "a string is not ended")
	else if (current != "" && sql == "")
		complain(file, begun, "statement " current " is empty")
	if (current != "") {
		name_of[count] = current
		kind_of[count] = kind
		source_of[count] = file ":" begun
		params_of[count] = nparams
		sql_of[count] = kind == "write" ? \
		    "SELECT COALESCE(relais.replayed(), relais.remember((\n" sql "\n)))" : sql
		count++
	}
	reset()
}

# ---- writing ----

function write_header(path,   i, k, list) {
	print "/* Made by sql/compile.awk; do not edit. */" > path
	print "#ifndef RELAIS_STATEMENTS_H\n#define RELAIS_STATEMENTS_H\n" > path
	print "#include \"shared/db/db.h\"\n\nenum {" > path
	for (i = 0; i < count; i++) {
		list = ""
		for (k = 1; k <= params_of[i]; k++)
			list = list (k == 1 ? "" : ", ") names[i, k]
		printf "\tSQL_%s,\t/* %s (%s) */\n", toupper(name_of[i]), kind_of[i], list > path
	}
	print "\tSQL_COUNT\n};\n\nextern const struct db_statement statements[SQL_COUNT];\n\n#endif" > path
	close(path)
}

function write_table(path,   i, k, base) {
	base = out
	sub(/.*\//, "", base)
	print "/* Made by sql/compile.awk; do not edit. */" > path
	print "#include \"" base ".h\"\n" > path
	print "/* Every compiler we use takes literals over the 4095 bytes that C11 promises. */" > path
	print "#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n" > path
	for (i = 0; i < count; i++) {
		if (params_of[i] == 0)
			continue
		printf "static const char *const params_%s[] = {", name_of[i] > path
		for (k = 1; k <= params_of[i]; k++)
			printf "%s \"%s\"", k == 1 ? "" : ",", names[i, k] > path
		print " };" > path
	}
	print "\nconst struct db_statement statements[SQL_COUNT] = {" > path
	for (i = 0; i < count; i++)
		write_row(path, i)
	print "};" > path
	close(path)
}

function write_row(path, i,   n, k, text) {
	printf "\t[SQL_%s] = {\n\t\t.name = \"%s\",\n", toupper(name_of[i]), name_of[i] > path
	print "\t\t.sql =" > path
	n = split(sql_of[i], text, "\n")
	for (k = 1; k <= n; k++)
		printf "\t\t    \"%s%s\n", literal(text[k]), k < n ? "\\n\"" : "\"," > path
	printf "\t\t.kind = %s,\n", kind_of[i] == "write" ? "DB_WRITE" : "DB_READ" > path
	if (params_of[i] > 0)
		printf "\t\t.nparams = %d,\n\t\t.params = params_%s,\n", params_of[i], name_of[i] > path
	print "\t}," > path
}

# The inside of a C string; a question mark too, for the sake of trigraphs.
function literal(text) {
	gsub(/[\\"?]/, "\\\\&", text)
	gsub(/\t/, "\\t", text)
	return text
}
