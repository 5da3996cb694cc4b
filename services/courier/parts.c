#include "services/courier/parts.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include <gmime/gmime.h>
#ifdef RELAIS_ASAN
#include <sanitizer/lsan_interface.h>
#endif

#include "services/courier/charset.h"

enum {
	BYTES_MOST = 10 * 1024 * 1024, CONTENT_MOST = 1024 * 1024, VALUE_MOST = 16 * 1024, ADDRESS_MOST = 254, ID_MOST = 250,
	BOUNDARIES_MOST = 100, DASHES_MOST = 10000, FIELDS_READ = 20000, FOLDED_MOST = 64 * 1024,
	ADDRESSES_MOST = 4096,
};

/* A mail inside a mail would be parsed as one, its addresses too, which GMime does by recursion without an end. */
static const char *const closed[] = { "rfc822", "rfc2822", "global", "news", "partial", "external-body", NULL };

static void
unheard(const char *domain, GLogLevelFlags level, const char *message, void *data)
{
	(void)domain;
	(void)level;
	(void)message;
	(void)data;
}

static void
init(void)
{
	static bool done;

	if (done)
		return;
	done = true;
	/* Whatever G_DEBUG says: a mail ends no program. And a message may hold an address. */
	g_log_set_always_fatal(G_LOG_LEVEL_ERROR);
	g_log_set_default_handler(unheard, NULL);
#ifdef RELAIS_ASAN
	__lsan_disable();       /* GMime forgets what it knew of a type that is registered again */
#endif
	g_mime_init();
	for (size_t i = 0; closed[i] != NULL; i++)
		g_mime_object_register_type("message", closed[i], GMIME_TYPE_PART);
#ifdef RELAIS_ASAN
	__lsan_enable();
#endif
}

/* Does the line begin as a field does? */
static bool
is_field(const char *line, size_t len)
{
	size_t n = 0;

	while (n < len && n < 80 && line[n] > ' ' && line[n] < 0x7f && line[n] != ':')
		n++;
	return n > 0 && n < len && line[n] == ':';
}

/* How much of a mail to read: GMime compares each line that begins with "--" with every open boundary. */
static size_t
reasonable(struct slice s)
{
	size_t dashes = 0, boundaries = 0, fields = 0, folded = 0, at = 0;

	if (s.len > BYTES_MOST)
		s.len = BYTES_MOST;
	while (at < s.len) {
		const char *line = s.at + at, *end = memchr(line, '\n', s.len - at), *word = line;
		size_t len = end == NULL ? s.len - at : (size_t)(end - line) + 1;

		while ((word = memchr(word, '=', len - (size_t)(word - line))) != NULL) {
			word++;         /* "boundary=", also "boundary*0=" */
			for (size_t n = 9; n <= 12; n++)
				boundaries += (size_t)(word - line) >= n && strncasecmp(word - n, "boundary", 8) == 0;
		}
		dashes += len > 2 && line[0] == '-' && line[1] == '-';
		fields += is_field(line, len);
		folded = *line == ' ' || *line == '\t' ? folded + len : 0;
		if (folded > FOLDED_MOST || boundaries > BOUNDARIES_MOST || dashes > DASHES_MOST || fields > FIELDS_READ)
			break;
		at += len;
	}
	return at;
}

/* Valid UTF-8 without controls, on one line, with one space for many and none around it. */
static const char *
clean(struct arena *a, const char *from)
{
	struct buf b = {0};
	struct slice s = { from, strlen(from) };
	const char *text;

	while (s.len > 0) {
		uint32_t code = charset_next(&s);
		bool space = code == ' ' || code == '\n' || code == '\t' || code == '\r' || code == 0x2028 || code == 0x2029;

		if (!space)
			charset_put(&b, code);
		else if (b.len > 0 && b.data[b.len - 1] != ' ')
			buf_putc(&b, ' ');
	}
	text = arena_copy(a, buf_text(&b), b.len > 0 && b.data[b.len - 1] == ' ' ? b.len - 1 : b.len);
	buf_release(&b);
	return text;
}

/* A value unfolded: without the ends of its lines, and without the space around it. */
static const char *
unfold(struct arena *a, const char *raw, size_t len)
{
	char *value, *to;

	if (len > VALUE_MOST)
		len = VALUE_MOST;
	value = to = arena_copy(a, raw, len);
	for (size_t i = 0; i < len; i++)
		if (raw[i] != '\r' && raw[i] != '\n' && raw[i] != '\0')
			*to++ = raw[i] == '\t' ? ' ' : raw[i];
	while (to > value && to[-1] == ' ')
		to--;
	*to = '\0';
	return value + strspn(value, " ");
}

const char *
parts_text(struct arena *a, const char *value)
{
	char *decoded;
	const char *text;

	init();
	decoded = g_mime_utils_header_decode_text(NULL, value);
	text = clean(a, decoded == NULL ? "" : decoded);
	g_free(decoded);
	return text;
}

/* An address that a mail server would take, and that breaks no command or field. */
static const char *
checked_address(struct arena *a, const char *from)
{
	size_t len = from == NULL ? 0 : strlen(from);
	const char *domain = len == 0 ? NULL : strrchr(from, '@');
	char *address;

	if (domain == NULL || domain == from || domain[1] == '\0' || len > ADDRESS_MOST)
		return "";
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)from[i] <= ' ' || from[i] == 0x7f || strchr("<>,;\"()\\", from[i]) != NULL)
			return "";
	address = arena_copy(a, from, len);
	for (char *at = address + (domain - from); *at != '\0'; at++)
		*at = (char)tolower((unsigned char)*at);
	return address;
}

static InternetAddressMailbox *
first_mailbox(InternetAddressList *list)
{
	int n = list == NULL ? 0 : internet_address_list_length(list);

	for (int i = 0; i < n; i++) {
		InternetAddress *one = internet_address_list_get_address(list, i);

		if (INTERNET_ADDRESS_IS_MAILBOX(one))
			return INTERNET_ADDRESS_MAILBOX(one);
	}
	return NULL;
}

const char *
parts_address(struct arena *a, const char *value, const char **name)
{
	InternetAddressList *list;
	InternetAddressMailbox *box;
	const char *address = "", *found;

	init();
	*name = "";
	if (strlen(value) > ADDRESSES_MOST)
		value = arena_copy(a, value, ADDRESSES_MOST);
	list = internet_address_list_parse(NULL, value);
	box = first_mailbox(list);
	if (box != NULL) {
		address = checked_address(a, internet_address_mailbox_get_addr(box));
		found = internet_address_get_name(INTERNET_ADDRESS(box));
		if (found != NULL)
			*name = clean(a, found);
	}
	if (list != NULL)
		g_object_unref(list);
	return address;
}

static bool
is_id(const char *id)
{
	size_t len = strlen(id);

	for (size_t i = 0; i < len; i++)
		if (id[i] <= ' ' || id[i] == 0x7f || id[i] == '<' || id[i] == '>')
			return false;
	return len > 0 && len <= ID_MOST;
}

size_t
parts_ids(struct arena *a, const char *value, const char **ids, size_t room)
{
	GMimeReferences *all;
	size_t n = 0;

	init();
	all = g_mime_references_parse(NULL, value);
	for (int i = 0; all != NULL && i < g_mime_references_length(all) && n < room; i++) {
		const char *id = g_mime_references_get_message_id(all, i);

		if (id != NULL && is_id(id))
			ids[n++] = arena_strdup(a, id);
	}
	if (all != NULL)
		g_mime_references_free(all);
	return n;
}

size_t
parts_fields(struct arena *a, struct slice *bytes, struct part_field *fields, size_t room)
{
	size_t n = 0;

	while (bytes->len > 0) {
		const char *line = bytes->at, *colon;
		size_t len = 0;

		do {    /* with the lines that begin with a space, which belong to it */
			const char *end = memchr(line + len, '\n', bytes->len - len);

			len = end == NULL ? bytes->len : (size_t)(end - line) + 1;
		} while (len < bytes->len && (line[len] == ' ' || line[len] == '\t'));
		bytes->at += len;
		bytes->len -= len;
		if (*line == '\n' || (*line == '\r' && len > 1 && line[1] == '\n'))
			return n;
		if (!is_field(line, len) || n == room)
			continue;
		colon = memchr(line, ':', len);
		fields[n].name = arena_copy(a, line, (size_t)(colon - line));
		fields[n++].value = unfold(a, colon + 1, len - (size_t)(colon - line) - 1);
	}
	return n;
}

static const char *
lower(struct arena *a, const char *text)
{
	char *copy = arena_strdup(a, text == NULL ? "" : text);

	for (char *at = copy; *at != '\0'; at++)
		*at = (char)tolower((unsigned char)*at);
	return copy;
}

/* What text a part holds, and messages, which may be reports. */
static struct slice
read_content(struct arena *a, GMimeObject *part)
{
	GMimeDataWrapper *wrapper = g_mime_part_get_content(GMIME_PART(part));
	GMimeStream *stream;
	GByteArray *bytes;
	struct slice content = { "", 0 };

	if (wrapper == NULL)
		return content;
	stream = g_mime_stream_mem_new();
	if (g_mime_data_wrapper_write_to_stream(wrapper, stream) >= 0) {
		bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
		content.len = bytes->len > CONTENT_MOST ? CONTENT_MOST : bytes->len;
		content.at = arena_copy(a, (const char *)bytes->data, content.len);
	}
	g_object_unref(stream);
	return content;
}

static const char *
parameter(struct arena *a, GMimeObject *object, const char *name)
{
	return lower(a, g_mime_object_get_content_type_parameter(object, name));
}

/* budget: how many parts may still be read. */
static struct part *
read_part(struct arena *a, GMimeObject *object, unsigned depth, size_t *budget)
{
	struct part *part = arena_alloc(a, sizeof(*part));
	char *type = g_mime_content_type_get_mime_type(g_mime_object_get_content_type(object));
	const char *disposition = g_mime_object_get_disposition(object);

	part->type = lower(a, type);
	g_free(type);
	part->charset = parameter(a, object, "charset");
	part->report = parameter(a, object, "report-type");
	part->flowed = strcmp(parameter(a, object, "format"), "flowed") == 0;
	part->delsp = strcmp(parameter(a, object, "delsp"), "yes") == 0;
	part->attached = disposition != NULL && strcasecmp(disposition, "attachment") == 0;
	if (GMIME_IS_MULTIPART(object)) {
		size_t n = (size_t)g_mime_multipart_get_count(GMIME_MULTIPART(object));

		part->parts = arena_alloc(a, sizeof(*part->parts) * (n < *budget ? n : *budget));
		for (size_t i = 0; i < n && *budget > 0 && depth < PARTS_DEPTH_MOST; i++) {
			(*budget)--;
			part->parts[part->nparts++] = read_part(a, g_mime_multipart_get_part(GMIME_MULTIPART(object), (int)i), depth + 1,
			    budget);
		}
	} else if (GMIME_IS_PART(object)) {
		part->attached = part->attached || g_mime_part_get_filename(GMIME_PART(object)) != NULL;
		if (strncmp(part->type, "text/", 5) == 0 || strncmp(part->type, "message/", 8) == 0)
			part->content = read_content(a, object);
	}
	return part;
}

static GMimeObject *
parse(struct slice bytes)
{
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes.at, bytes.len);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeObject *object;

	g_object_unref(stream);
	g_mime_parser_set_persist_stream(parser, TRUE);
	/* As a part, not as a message: so GMime leaves the addresses as they are. */
	object = g_mime_parser_construct_part(parser, NULL);
	g_object_unref(parser);
	return object;
}

bool
parts_read(struct arena *a, struct slice bytes, struct parts *out)
{
	size_t budget = PARTS_MOST;
	struct slice head;
	GMimeObject *object;

	*out = (struct parts){0};
	init();
	if (bytes.len > 5 && memcmp(bytes.at, "From ", 5) == 0) {       /* of a mailbox file */
		const char *end = memchr(bytes.at, '\n', bytes.len);
		size_t len = end == NULL ? bytes.len : (size_t)(end - bytes.at) + 1;

		bytes.at += len;
		bytes.len -= len;
	}
	bytes.len = reasonable(bytes);
	head = bytes;
	out->fields = arena_alloc(a, sizeof(*out->fields) * PARTS_FIELDS_MOST);
	out->nfields = parts_fields(a, &head, out->fields, PARTS_FIELDS_MOST);
	object = out->nfields == 0 ? NULL : parse(bytes);
	if (object == NULL)
		return false;
	out->body = read_part(a, object, 0, &budget);
	g_object_unref(object);
	return true;
}
