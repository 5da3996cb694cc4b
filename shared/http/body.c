#include "shared/http/body.h"

#include "shared/http/chars.h"

/*
 * The order matters: every state from EXTENSION to PAIR counts as extension, every
 * one from TRAILER to TRAILER_LF as trailer.
 */
enum state {
	COUNTED,
	SIZE,           /* no digit yet */
	DIGITS,
	SIZE_LF,
	DATA,
	DATA_CR, DATA_LF,
	EXTENSION,      /* white space that only a ';' may end */
	EXT_NAME_START, EXT_NAME, EXT_NAME_END,
	EXT_VALUE_START, EXT_TOKEN, EXT_QUOTED, EXT_PAIR, EXT_QUOTED_END,
	TRAILER,        /* start of a line */
	TRAILER_NAME, TRAILER_VALUE, TRAILER_LF,
	LAST_LF,
	WHOLE
};

/* Beyond single bytes, what a rule may ask for. */
enum { ON_HEX = 256, ON_BLANK, ON_TOKEN, ON_VALUE };

/*
 * RFC 9112 section 7.1, byte by byte: in this state, on such a byte, go there. The first
 * rule that fits counts; if none does the body is refused.
 */
static const struct rule {
	unsigned char from, to;
	short on;
} rules[] = {
	{ DATA_CR, DATA_LF, '\r' },
	{ DATA_LF, SIZE, '\n' },
	{ SIZE, DIGITS, ON_HEX },
	{ DIGITS, DIGITS, ON_HEX },
	{ DIGITS, SIZE_LF, '\r' },
	{ DIGITS, EXT_NAME_START, ';' },
	{ DIGITS, EXTENSION, ON_BLANK },
	{ SIZE_LF, DATA, '\n' },

	{ EXTENSION, EXTENSION, ON_BLANK },
	{ EXTENSION, EXT_NAME_START, ';' },
	{ EXT_NAME_START, EXT_NAME_START, ON_BLANK },
	{ EXT_NAME_START, EXT_NAME, ON_TOKEN },
	{ EXT_NAME, EXT_NAME, ON_TOKEN },
	{ EXT_NAME, EXT_NAME_END, ON_BLANK },
	{ EXT_NAME, EXT_VALUE_START, '=' },
	{ EXT_NAME, EXT_NAME_START, ';' },
	{ EXT_NAME, SIZE_LF, '\r' },
	{ EXT_NAME_END, EXT_NAME_END, ON_BLANK },
	{ EXT_NAME_END, EXT_VALUE_START, '=' },
	{ EXT_NAME_END, EXT_NAME_START, ';' },
	{ EXT_VALUE_START, EXT_VALUE_START, ON_BLANK },
	{ EXT_VALUE_START, EXT_TOKEN, ON_TOKEN },
	{ EXT_VALUE_START, EXT_QUOTED, '"' },
	{ EXT_TOKEN, EXT_TOKEN, ON_TOKEN },
	{ EXT_TOKEN, EXTENSION, ON_BLANK },
	{ EXT_TOKEN, EXT_NAME_START, ';' },
	{ EXT_TOKEN, SIZE_LF, '\r' },
	{ EXT_QUOTED, EXT_QUOTED_END, '"' },
	{ EXT_QUOTED, EXT_PAIR, '\\' },
	{ EXT_QUOTED, EXT_QUOTED, ON_VALUE },
	{ EXT_PAIR, EXT_QUOTED, ON_VALUE },
	{ EXT_QUOTED_END, EXTENSION, ON_BLANK },
	{ EXT_QUOTED_END, EXT_NAME_START, ';' },
	{ EXT_QUOTED_END, SIZE_LF, '\r' },

	{ TRAILER, LAST_LF, '\r' },
	{ TRAILER, TRAILER_NAME, ON_TOKEN },
	{ TRAILER_NAME, TRAILER_NAME, ON_TOKEN },
	{ TRAILER_NAME, TRAILER_VALUE, ':' },
	{ TRAILER_VALUE, TRAILER_VALUE, ON_VALUE },
	{ TRAILER_VALUE, TRAILER_LF, '\r' },
	{ TRAILER_LF, TRAILER, '\n' },
	{ LAST_LF, WHOLE, '\n' },
};

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool
fits(short on, char c)
{
	switch (on) {
	case ON_HEX:
		return hex(c) >= 0;
	case ON_BLANK:
		return c == ' ' || c == '\t';
	case ON_TOKEN:
		return http_char(c, CHAR_TOKEN);
	case ON_VALUE:
		return http_char(c, CHAR_VALUE);
	default:
		return on == c;
	}
}

void
http_body_start(struct http_body *b, const struct http_head *head)
{
	*b = (struct http_body){ .state = WHOLE };
	if (head->chunked) {
		b->state = SIZE;
	} else if (head->content_length > 0) {
		b->state = COUNTED;
		b->left = (uint64_t)head->content_length;
	}
}

/* What arriving in a state brings with it: 0, or minus the status to refuse with. */
static int
arrive(struct http_body *b, int from, char c)
{
	if (b->state >= EXTENSION && b->state <= EXT_QUOTED_END &&
	    ++b->extension_bytes > HTTP_EXTENSIONS_MAX)
		return -400;
	if (b->state >= TRAILER && b->state <= TRAILER_LF && ++b->trailer_bytes > HTTP_HEAD_MAX)
		return -431;
	switch (b->state) {
	case SIZE:
		b->digits = 0;
		b->left = 0;
		return 0;
	case DIGITS:
		b->left = b->left << 4 | (uint64_t)hex(c);
		return ++b->digits > HTTP_CHUNK_DIGITS ? -400 : 0;
	case DATA:
		/* The chunk of size 0 is the last one. */
		if (b->left == 0)
			b->state = TRAILER;
		return 0;
	case TRAILER_NAME:
		if (from == TRAILER && ++b->fields > HTTP_FIELDS_MAX)
			return -431;
		return 0;
	default:
		return 0;
	}
}

static int
step(struct http_body *b, char c)
{
	int from = b->state;

	for (size_t i = 0; i < countof(rules); i++) {
		if (rules[i].from == from && fits(rules[i].on, c)) {
			b->state = rules[i].to;
			return arrive(b, from, c);
		}
	}
	return -400;
}

int
http_body_take(struct http_body *b, const char *bytes, size_t len, size_t *used, struct slice *data)
{
	size_t at = 0;
	int rc;

	*data = (struct slice){ bytes, 0 };
	*used = 0;
	while (at < len && b->state != WHOLE && b->state != COUNTED && b->state != DATA) {
		rc = step(b, bytes[at++]);
		*used = at;
		if (rc < 0)
			return rc;
	}
	if ((b->state == COUNTED || b->state == DATA) && at < len) {
		data->at = bytes + at;
		data->len = len - at < b->left ? len - at : (size_t)b->left;
		b->left -= data->len;
		*used = at + data->len;
		if (b->left == 0)
			b->state = b->state == DATA ? DATA_CR : WHOLE;
	}
	return b->state == WHOLE;
}
