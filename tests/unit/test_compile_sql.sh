#!/bin/bash
# sql/compile.awk: each tests/unit/sql/*.sql gives its .want (the header and the table, or, for
# err_*.sql, the messages), under every awk there is; what it writes compiles; it takes the
# project's own statements.
set -u
here=tests/unit/sql
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
count=0 failed=0

ok() {          # STATUS NAME
	count=$((count + 1))
	[ "$1" -eq 0 ] || { failed=$((failed + 1)); printf 'not '; }
	echo "ok $count - $2"
}

compile() {     # AWK FILE…: what it says and writes; 1 where its exit status does not fit
	local awk=$1 status
	shift
	rm -f "$dir"/statements.*
	"$awk" -v out="$dir/statements" -f sql/compile.awk "$@" 2>&1
	status=$?
	cat "$dir/statements.h" "$dir/statements.c" 2>/dev/null
	case $1 in
	*/err_*) [ $status -eq 1 ] && [ ! -e "$dir/statements.c" ] && [ ! -e "$dir/statements.h" ] ;;
	*) [ $status -eq 0 ] ;;
	esac
}

c_compiles() {
	gcc -std=c11 -Wall -Wextra -Wpedantic -Werror -D_GNU_SOURCE -I. -c -o "$dir/statements.o" \
	    "$dir/statements.c" 2>&1 | sed 's/^/# /'
	[ "${PIPESTATUS[0]}" -eq 0 ]
}

for awk in mawk gawk original-awk; do
	command -v "$awk" >/dev/null || continue
	for file in "$here"/*.sql; do
		compile "$awk" "$file" >"$dir/got"
		status=$?
		diff "${file%.sql}.want" "$dir/got" | sed 's/^/# /'
		[ "${PIPESTATUS[0]}" -eq 0 ] && [ $status -eq 0 ]
		ok $? "$awk: $(basename "$file")"
		case $file in
		*/err_*) ;;
		*) c_compiles; ok $? "$awk: $(basename "$file") compiles as C" ;;
		esac
	done
done

compile awk "$here/plain.sql" "$here/crlf.sql" "$here/plain.sql" |
    grep -q "^$here/plain.sql:3: .*there already, at $here/plain.sql:3"
ok $? "a name twice, in two files"
awk -v out="$dir/none" -f sql/compile.awk </dev/null >/dev/null 2>&1
[ $? -eq 1 ]
ok $? "without files it does not wait for input"
compile awk sql/*.sql >"$dir/got" && c_compiles
ok $? "the project's own statements"

echo "1..$count"
[ "$failed" -eq 0 ]
