#!/bin/sh
# embed.sh OUT: writes OUT.c and OUT.h with web/templates, web/static, web/script and
# sql/migrations as shared/base/web.h declares them. Run from the project's root;
# the same files give the same bytes. What is made on the way lies beside, in OUT.files.
set -eu
export LC_ALL=C
[ $# -eq 1 ] || { echo "usage: $0 OUT" >&2; exit 2; }
out=$1
dir=$out.files
for tool in sha256sum gzip brotli esbuild; do
	command -v $tool > /dev/null || { echo "$0: $tool is missing" >&2; exit 1; }
done
rm -rf "$dir"
mkdir -p "$dir"

# By the ending of the name: the type, and whether compressing is worth a try.
media_type() {
	case $1 in
	*.css) echo "text/css; charset=utf-8" yes ;;
	*.js) echo "text/javascript; charset=utf-8" yes ;;
	*.json) echo "application/json" yes ;;
	*.webmanifest) echo "application/manifest+json" yes ;;
	*.svg) echo "image/svg+xml" yes ;;
	*.txt) echo "text/plain; charset=utf-8" yes ;;
	*.html) echo "text/html; charset=utf-8" yes ;;
	*.xml|*.xsl) echo "application/xml" yes ;;
	*.ico) echo "image/vnd.microsoft.icon" yes ;;
	*.png) echo "image/png" no ;;
	*.jpg|*.jpeg) echo "image/jpeg" no ;;
	*.webp) echo "image/webp" no ;;
	*.woff2) echo "font/woff2" no ;;
	*) echo "$0: no type is known for $1" >&2; return 1 ;;
	esac
}

size() {
	wc -c < "$1" | tr -d ' '
}

sha256() {
	sha256sum < "$1" | cut -d ' ' -f 1
}

# A name may go into C and assembler between quotes.
plain() {
	case $1 in
	*[!A-Za-z0-9._/+-]*) echo "$0: rename $1: letters, digits and . _ + - only" >&2; return 1 ;;
	esac
}

# The bytes of a file as SYMBOL, with a NUL behind them.
include() {
	plain "$2"
	printf '__asm__(".section .rodata\\n.balign 16\\n%s:\\n.incbin \\"%s\\"\\n.byte 0\\n.previous\\n");\n' "$1" "$2"
	printf 'extern const char %s[] __attribute__((visibility("hidden")));\n' "$1"
}

# One smaller form of a file: its bytes to the output, "SYMBOL, SIZE" to fields_NAME.
compressed() {
	if [ "$(size "$3")" -lt "$(size "$4")" ]; then
		include "$2" "$3"
		eval "$1_bytes=$2 $1_len=$(size "$3")"
	else
		eval "$1_bytes=NULL $1_len=0"
	fi
}

templates() {
	n=0
	rows=
	for file in web/templates/*; do
		[ -f "$file" ] || continue
		name=$(basename "$file" .mustache)
		include web_template_$n "$file"
		rows="$rows	{ \"$name\", web_template_$n, $(size "$file") },	/* $(sha256 "$file") */
"
		n=$((n + 1))
	done
	# An array has at least one row; the count says how many hold.
	printf 'static const struct template_source templates[] = {\n%s\t{ NULL, NULL, 0 },\n};\n' "$rows"
	printf 'const struct template_source *const web_templates = templates;\n'
	printf 'const size_t web_ntemplates = %d;\n\n' $n
}

static_file() {
	file=$1
	name=$(basename "$file")
	type=$(media_type "$name")
	hash=$(sha256 "$file" | cut -c 1-8)
	include web_file_$n "$file"
	gzip_bytes=NULL gzip_len=0 brotli_bytes=NULL brotli_len=0
	if [ "${type##* }" = yes ]; then
		gzip -9 -n -c "$file" > "$dir/$name.gz"
		brotli -q 11 -c "$file" > "$dir/$name.br"
		compressed gzip web_gzip_$n "$dir/$name.gz" "$file"
		compressed brotli web_brotli_$n "$dir/$name.br" "$file"
	fi
	rows="$rows	{
		.name = \"$name\", .path = \"/static/${name%.*}.$hash.${name##*.}\",
		.type = \"${type% *}\",
		.bytes = web_file_$n, .len = $(size "$file"),
		.gzip = $gzip_bytes, .gzip_len = $gzip_len,
		.brotli = $brotli_bytes, .brotli_len = $brotli_len,
	},
"
	n=$((n + 1))
}

# Style and scripts without their comments and spaces; web/script/NAME.js is a script of its
# own, with what it imports from the folders beside it.
made_small() {
	mkdir -p "$dir/small"
	esbuild web/static/style.css --minify --log-level=warning --outfile="$dir/small/style.css"
	esbuild web/script/*.js --bundle --minify --format=iife --target=es2018 --charset=utf8 --log-level=warning --outdir="$dir/small"
}

static_files() {
	n=0
	rows=
	for file in web/static/* "$dir"/small/*; do
		case $file in
		web/static/*.css) continue ;;
		esac
		static_file "$file"
	done
	printf 'const struct web_file web_files[] = {\n%s\t{ .name = NULL },\n};\n' "$rows"
	printf 'const size_t web_nfiles = %d;\n\n' $n
}

migrations() {
	n=0
	rows=
	for file in sql/migrations/[0-9][0-9][0-9][0-9]_*.sql; do
		[ -f "$file" ] || continue
		name=$(basename "$file" .sql)
		number=$(echo "$name" | sed 's/_.*//; s/^0*//')
		include web_migration_$n "$file"
		rows="$rows	{ $number, \"$name\", web_migration_$n, $(size "$file"),
		\"$(sha256 "$file")\" },
"
		n=$((n + 1))
	done
	printf 'const struct web_migration web_migrations[] = {\n%s\t{ 0, NULL, NULL, 0, NULL },\n};\n' "$rows"
	printf 'const size_t web_nmigrations = %d;\n' $n
}

made_small
{
	cat << 'C'
/* Made by web/embed.sh. */
#include <string.h>

#include "shared/base/web.h"
#include "shared/template/template.h"

C
	templates
	static_files
	migrations
	cat << 'C'

const struct web_file *
web_static(const char *name)
{
	size_t i;

	for (i = 0; i < web_nfiles; i++)
		if (strcmp(web_files[i].name, name) == 0)
			return &web_files[i];
	return NULL;
}

const struct web_file *
web_static_at(struct slice path)
{
	size_t i;

	for (i = 0; i < web_nfiles; i++)
		if (strlen(web_files[i].path) == path.len &&
		    memcmp(web_files[i].path, path.at, path.len) == 0)
			return &web_files[i];
	return NULL;
}
C
} > "$out.c.new"
mv "$out.c.new" "$out.c"

# What includes it is compiled again only if it says something new.
printf '/* Made by web/embed.sh. */\n#include "shared/base/web.h"\n' > "$out.h.new"
if cmp -s "$out.h.new" "$out.h"; then
	rm "$out.h.new"
else
	mv "$out.h.new" "$out.h"
fi
