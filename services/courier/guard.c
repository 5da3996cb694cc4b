#include "services/courier/guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/log.h"

/* An IPv4 address stands in the last four bytes of ::ffff:0:0/96, which no IPv6 address may be of. */
struct prefix {
	unsigned char bytes[16];
	unsigned bits;
};

/* Special purposes of IPv4 (RFC 6890 and its registry), and of IPv6 within 2000::/3, which alone is public. */
static const char not_public[] =
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 "
    "192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 "
    "2001::/23 2001:db8::/32 2002::/16 3fff::/20";
static const char public_six[] = "2000::/3";
static const char translated[] = "64:ff9b::/96";        /* an IPv4 address behind NAT64 (RFC 6052) */

struct prefixes {
	struct prefix *list;    /* owned */
	size_t n;
};

struct guard {
	struct prefixes allowed, barred, six, nat64;
};

static void
map(unsigned char out[16], const void *four)
{
	memset(out, 0, 10);
	memset(out + 10, 0xFF, 2);
	memcpy(out + 12, four, 4);
}

static bool
read_prefix(struct prefix *p, const char *text, size_t len)
{
	char copy[64], *slash, *end;
	struct in_addr four;
	unsigned long bits;
	bool is_four;

	if (len >= sizeof(copy))
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	slash = strchr(copy, '/');
	if (slash != NULL)
		*slash++ = '\0';
	is_four = inet_pton(AF_INET, copy, &four) == 1;
	if (is_four)
		map(p->bytes, &four);
	else if (inet_pton(AF_INET6, copy, p->bytes) != 1)
		return false;
	p->bits = 128;
	if (slash == NULL)
		return true;
	bits = strtoul(slash, &end, 10);
	if (*slash < '0' || *slash > '9' || *end != '\0' || bits > (is_four ? 32 : 128))
		return false;
	p->bits = (unsigned)bits + (is_four ? 96 : 0);
	return true;
}

static bool
read_prefixes(struct prefixes *out, const char *text)
{
	while (*(text += strspn(text, ", \t")) != '\0') {
		size_t len = strcspn(text, ", \t");
		struct prefix *more = realloc(out->list, (out->n + 1) * sizeof(*more));

		if (more == NULL)
			fatal("out of memory");
		out->list = more;
		if (!read_prefix(&out->list[out->n++], text, len))
			return false;
		text += len;
	}
	return true;
}

static bool
is_in(const struct prefixes *p, const unsigned char bytes[16])
{
	for (size_t i = 0; i < p->n; i++) {
		unsigned whole = p->list[i].bits / 8, rest = p->list[i].bits % 8;

		if (memcmp(p->list[i].bytes, bytes, whole) == 0 &&
		    (rest == 0 || (p->list[i].bytes[whole] ^ bytes[whole]) >> (8 - rest) == 0))
			return true;
	}
	return false;
}

struct guard *
guard_new(const char *allow)
{
	struct guard *g = calloc(1, sizeof(*g));

	if (g == NULL)
		fatal("out of memory");
	if (!read_prefixes(&g->barred, not_public) || !read_prefixes(&g->six, public_six) || !read_prefixes(&g->nat64, translated))
		fatal("the guard's own table is wrong");
	if (!read_prefixes(&g->allowed, allow)) {
		guard_free(g);
		return NULL;
	}
	return g;
}

void
guard_free(struct guard *g)
{
	if (g == NULL)
		return;
	free(g->allowed.list);
	free(g->barred.list);
	free(g->six.list);
	free(g->nat64.list);
	free(g);
}

bool
guard_passes(const struct guard *g, const struct sockaddr *address)
{
	const struct sockaddr_in *four = (const void *)address;
	const struct sockaddr_in6 *six = (const void *)address;
	unsigned char bytes[16];
	bool is_public;
	unsigned port;

	if (address->sa_family == AF_INET) {
		map(bytes, &four->sin_addr);
		port = ntohs(four->sin_port);
		is_public = !is_in(&g->barred, bytes);
	} else if (address->sa_family == AF_INET6 && !IN6_IS_ADDR_V4MAPPED(&six->sin6_addr)) {
		memcpy(bytes, &six->sin6_addr, sizeof(bytes));
		port = ntohs(six->sin6_port);
		is_public = is_in(&g->six, bytes) && !is_in(&g->barred, bytes);
		if (is_in(&g->nat64, bytes)) {
			map(bytes, (const unsigned char *)&six->sin6_addr + 12);
			is_public = !is_in(&g->barred, bytes);
		}
	} else {
		return false;
	}
	return is_in(&g->allowed, bytes) || (is_public && (port >= 1024 || port == 80 || port == 443));
}
