# Sourced by the scripts of deploy/ and tests/ (bash): messages, quoting, PostgreSQL's programs.
# shellcheck shell=bash

export LC_ALL=C.UTF-8

say() {
	printf 'relais: %s\n' "$*"
}

# die STATUS MESSAGE…
die() {
	local status=$1
	shift
	printf 'relais: %s\n' "$@" >&2
	exit "$status"
}

# Quotes a value so that any POSIX shell reads it back.
shell_quote() {
	printf "'%s'" "${1//\'/\'\\\'\'}"
}

# Percent-encodes a path for a URI (RFC 3986), byte by byte.
uri_encode() {
	local LC_ALL=C text=$1 out='' c i
	for ((i = 0; i < ${#text}; i++)); do
		c=${text:i:1}
		case $c in
		[A-Za-z0-9/._-]) out+=$c ;;
		*) printf -v c '%%%02X' $(($(printf '%d' "'$c") & 255)); out+=$c ;;
		esac
	done
	printf '%s' "$out"
}

# A short name for a directory, the same each time.
path_hash() {
	printf '%s' "$1" | sha256sum | cut -c1-16
}

# The newest PostgreSQL installed, of those Relais runs on.
postgres_bin() {
	local dir best='' version newest=14
	for dir in /usr/lib/postgresql/*/bin; do
		version=${dir#/usr/lib/postgresql/}
		version=${version%/bin}
		[[ $version =~ ^[0-9]+$ && -x $dir/postgres && $version -gt $newest ]] || continue
		newest=$version best=$dir
	done
	[[ $best ]] || die 2 'no PostgreSQL 15 or later under /usr/lib/postgresql: deploy/install run'
	printf '%s' "$best"
}
