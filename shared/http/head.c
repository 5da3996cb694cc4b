#include "shared/http/head.h"

#include <string.h>

#include "shared/http/chars.h"

/* What the fields said so far, for the checks that need the whole head. */
struct parse {
	struct http_head *head;
	struct slice authority;         /* of an absolute-form target */
	struct slice host;
	bool has_host, has_length, has_coding;
	bool close, keep_alive;         /* options of Connection */
	int refusal;                    /* status for a good head that we do not serve; 0: none */
};

/*
 * Takes one line, its CRLF left out. > 0 when there is one, 0 when there is none so
 * far, < 0 for a bare LF. A bare CR fails later, being in no class of characters.
 */
static int
next_line(const char **at, const char *end, struct slice *line)
{
	const char *lf = memchr(*at, '\n', (size_t)(end - *at));

	if (lf == NULL)
		return 0;
	if (lf == *at || lf[-1] != '\r')
		return -400;
	*line = (struct slice){ *at, (size_t)(lf - 1 - *at) };
	*at = lf + 1;
	return 1;
}

/* What stands before the first `c`; moves text behind it. False if there is no c. */
static bool
cut(struct slice *text, char c, struct slice *before)
{
	const char *p = text->len > 0 ? memchr(text->at, c, text->len) : NULL;

	if (p == NULL)
		return false;
	*before = (struct slice){ text->at, (size_t)(p - text->at) };
	text->len -= before->len + 1;
	text->at = p + 1;
	return true;
}

static struct slice
trim(struct slice s)
{
	while (s.len > 0 && (s.at[0] == ' ' || s.at[0] == '\t')) {
		s.at++;
		s.len--;
	}
	while (s.len > 0 && (s.at[s.len - 1] == ' ' || s.at[s.len - 1] == '\t'))
		s.len--;
	return s;
}

static bool
same(struct slice a, const char *b, size_t len)
{
	return a.len == len && memcmp(a.at, b, len) == 0;
}

/* A row of a table of names in lower case, with their lengths counted once. */
#define NAME(text) (text), sizeof(text) - 1

static enum http_method
method_of(struct slice name)
{
	static const struct {
		const char *name;
		size_t len;
		enum http_method method;
	} methods[] = {
		{ NAME("GET"), HTTP_GET },
		{ NAME("HEAD"), HTTP_HEAD },
		{ NAME("POST"), HTTP_POST },
		{ NAME("PUT"), HTTP_PUT },
		{ NAME("PATCH"), HTTP_PATCH },
		{ NAME("DELETE"), HTTP_DELETE },
		{ NAME("OPTIONS"), HTTP_OPTIONS },
	};

	for (size_t i = 0; i < countof(methods); i++) {
		if (same(name, methods[i].name, methods[i].len))
			return methods[i].method;
	}
	return HTTP_OTHER;
}

/* RFC 9112 section 2.3: HTTP/DIGIT.DIGIT, upper case. */
static int
take_version(struct http_head *head, struct slice v)
{
	if (v.len != 8 || memcmp(v.at, "HTTP/", 5) != 0 || v.at[5] < '0' || v.at[5] > '9' ||
	    v.at[6] != '.' || v.at[7] < '0' || v.at[7] > '9')
		return -400;
	if (v.at[5] != '1' || v.at[7] > '1')
		return -505;
	head->minor = v.at[7] - '0';
	return 0;
}

/* Takes the scheme and authority off an absolute-form target. */
static bool
take_authority(struct parse *p, struct slice *target)
{
	static const struct {
		const char *name;
		size_t len;
	} schemes[] = { { NAME("http://") }, { NAME("https://") } };

	for (size_t i = 0; i < countof(schemes); i++) {
		size_t n = schemes[i].len, from = n;

		if (target->len <= n ||
		    !http_is((struct slice){ target->at, n }, schemes[i].name, n))
			continue;
		while (n < target->len && target->at[n] != '/' && target->at[n] != '?')
			n++;
		p->authority = (struct slice){ target->at + from, n - from };
		target->at += n;
		target->len -= n;
		return p->authority.len > 0 && http_all(p->authority, CHAR_HOST);
	}
	return false;
}

/* RFC 9112 section 3.2; the authority-form belongs to CONNECT, which nobody here serves. */
static int
take_target(struct parse *p, struct slice target)
{
	struct http_head *head = p->head;
	struct slice path;

	if (target.len == 0 || !http_all(target, CHAR_TARGET))
		return -400;
	if (same(head->method_name, "CONNECT", 7))
		return -501;
	if (same(target, "*", 1)) {
		head->path = target;
		return head->method == HTTP_OPTIONS ? 0 : -400;
	}
	if (target.at[0] != '/' && !take_authority(p, &target))
		return -400;
	if (cut(&target, '?', &path))
		head->query = target;
	else
		path = target;
	head->path = path.len > 0 ? path : (struct slice){ "/", 1 };
	return 0;
}

static int
take_request_line(struct parse *p, struct slice line)
{
	struct http_head *head = p->head;
	struct slice target;
	int rc;

	if (!cut(&line, ' ', &head->method_name) || head->method_name.len == 0 ||
	    !http_all(head->method_name, CHAR_TOKEN) || !cut(&line, ' ', &target))
		return -400;
	head->method = method_of(head->method_name);
	rc = take_version(head, line);
	return rc < 0 ? rc : take_target(p, target);
}

static int
take_host(struct parse *p, struct slice value)
{
	if (p->has_host || !http_all(value, CHAR_HOST))
		return -400;
	p->has_host = true;
	p->host = value;
	return 0;
}

/* At most 18 digits, so that the number fits. */
static int
take_length(struct parse *p, struct slice value)
{
	int64_t n = 0;

	if (p->has_length || value.len == 0 || value.len > 18)
		return -400;
	for (size_t i = 0; i < value.len; i++) {
		if (value.at[i] < '0' || value.at[i] > '9')
			return -400;
		n = n * 10 + (value.at[i] - '0');
	}
	p->has_length = true;
	p->head->content_length = n;
	return 0;
}

static int
take_coding(struct parse *p, struct slice value)
{
	if (p->has_coding || p->head->minor == 0 || !http_is(value, NAME("chunked")))
		return -400;
	p->has_coding = true;
	p->head->chunked = true;
	return 0;
}

static int
take_connection(struct parse *p, struct slice value)
{
	struct slice option;
	bool more;

	do {
		more = cut(&value, ',', &option);
		option = trim(more ? option : value);
		if (http_is(option, NAME("close")))
			p->close = true;
		else if (http_is(option, NAME("keep-alive")))
			p->keep_alive = true;
	} while (more);
	return 0;
}

/* RFC 9110 section 10.1.1: a 1.0 client cannot mean it. */
static int
take_expect(struct parse *p, struct slice value)
{
	if (!http_is(value, NAME("100-continue")))
		p->refusal = 417;
	else if (p->head->minor == 1)
		p->head->expect_continue = true;
	return 0;
}

static int
take_encoding(struct parse *p, struct slice value)
{
	if (value.len > 0 && !http_is(value, NAME("identity")) && p->refusal == 0)
		p->refusal = 415;
	return 0;
}

/* RFC 9112 section 5: the name, at once a colon, the value with white space around it. */
static int
take_field(struct parse *p, struct slice line)
{
	static const struct {
		const char *name;
		size_t len;
		int (*take)(struct parse *p, struct slice value);
	} known[] = {
		{ NAME("host"), take_host },
		{ NAME("expect"), take_expect },
		{ NAME("connection"), take_connection },
		{ NAME("content-length"), take_length },
		{ NAME("content-encoding"), take_encoding },
		{ NAME("transfer-encoding"), take_coding },
	};
	struct slice name, value;

	if (p->head->nfields == HTTP_FIELDS_MAX)
		return -431;
	if (!cut(&line, ':', &name) || name.len == 0 || !http_all(name, CHAR_TOKEN) ||
	    !http_all(line, CHAR_VALUE))
		return -400;
	value = trim(line);
	p->head->fields[p->head->nfields++] = (struct http_field){ name, value };
	for (size_t i = 0; i < countof(known); i++) {
		if (http_is(name, known[i].name, known[i].len))
			return known[i].take(p, value);
	}
	return 0;
}

/*
 * The checks over the whole head. RFC 9112 section 3.2.2 lets an absolute-form target
 * override Host; two names for one request are refused instead, they serve nobody honest.
 */
static int
finish(struct parse *p)
{
	struct http_head *head = p->head;

	if (head->minor == 1 && !p->has_host)
		return -400;
	if (p->has_length && p->has_coding)
		return -400;
	if (p->has_host && p->authority.len > 0 &&
	    !same(p->host, p->authority.at, p->authority.len))
		return -400;
	head->keep_alive = !p->close && (head->minor == 1 || p->keep_alive);
	return -p->refusal;
}

void
http_head_clear(struct http_head *head)
{
	head->method = HTTP_OTHER;
	head->method_name = head->path = head->query = (struct slice){ "", 0 };
	head->minor = 1;
	head->nfields = 0;
	head->keep_alive = head->chunked = head->expect_continue = false;
	head->content_length = -1;
}

/*
 * Only whole lines are looked at, in order, and nothing behind HTTP_HEAD_MAX: so the
 * result does not depend on how the bytes were cut into pieces.
 */
int
http_head_parse(struct http_head *head, const char *bytes, size_t len)
{
	const char *at = bytes, *end = bytes + (len < HTTP_HEAD_MAX ? len : HTTP_HEAD_MAX), *first;
	struct parse p = { .head = head };
	struct slice line;
	int rc;

	http_head_clear(head);
	if (len == 0)
		return 0;
	/* RFC 9112 section 2.2: one empty line before the request line is ignored. */
	if (len >= 2 && memcmp(at, "\r\n", 2) == 0)
		at += 2;
	first = end - at > HTTP_LINE_MAX + 2 ? at + HTTP_LINE_MAX + 2 : end;
	rc = next_line(&at, first, &line);
	if (rc == 0)
		return first - at == HTTP_LINE_MAX + 2 ? -414 : 0;
	if (rc > 0)
		rc = take_request_line(&p, line);
	while (rc >= 0) {
		rc = next_line(&at, end, &line);
		if (rc == 0)
			return end - bytes == HTTP_HEAD_MAX ? -431 : 0;
		if (rc > 0 && line.len == 0) {
			rc = finish(&p);
			return rc < 0 ? rc : (int)(at - bytes);
		}
		if (rc > 0)
			rc = take_field(&p, line);
	}
	return rc;
}

struct slice
http_head_get(const struct http_head *head, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < head->nfields; i++) {
		const struct http_field *f = &head->fields[i];

		if (f->name.len == len && strncasecmp(f->name.at, name, len) == 0)
			return f->value;
	}
	return (struct slice){ NULL, 0 };
}
