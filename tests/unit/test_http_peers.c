#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>

#include "shared/http/peers.h"

static struct peer *
enter(struct peers *p, const char *text, size_t most)
{
	struct sockaddr_in four = { .sin_family = AF_INET };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };

	if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
		return peer_enter(p, (struct sockaddr *)&four, most);
	assert_int_equal(inet_pton(AF_INET6, text, &six.sin6_addr), 1);
	return peer_enter(p, (struct sockaddr *)&six, most);
}

/* Pairs of addresses that count as one, or as two. */
static void
test_who_is_one(void **state)
{
	static const struct {
		const char *a, *b;
		bool one;
	} cases[] = {
		{ "192.0.2.1", "192.0.2.1", true },
		{ "192.0.2.1", "192.0.2.2", false },
		{ "192.0.2.1", "::ffff:192.0.2.1", true },
		{ "::ffff:192.0.2.1", "::ffff:192.0.2.2", false },
		{ "2001:db8::1", "2001:db8::ffff:2", true },
		{ "2001:db8::1", "2001:db8:0:1::1", false },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct peers *p = peers_new();
		struct peer *a = enter(p, cases[i].a, 1), *b = enter(p, cases[i].b, 1);

		assert_non_null(a);
		assert_int_equal(b == NULL, cases[i].one);
		peer_leave(p, a);
		peer_leave(p, b);
		peers_free(p);
	}
}

static void
test_counts(void **state)
{
	struct peers *p = peers_new();
	struct peer *a = enter(p, "192.0.2.1", 2), *b = enter(p, "192.0.2.1", 2);

	(void)state;
	assert_non_null(a);
	assert_ptr_equal(a, b);
	assert_null(enter(p, "192.0.2.1", 2));
	peer_leave(p, a);
	assert_non_null(enter(p, "192.0.2.1", 2));
	assert_null(enter(p, "192.0.2.9", 0));
	peer_leave(p, b);
	peer_leave(p, b);
	peer_leave(p, NULL);
	peers_free(p);
}

/* More addresses than there are buckets, leaving in another order than they came. */
static void
test_many(void **state)
{
	enum { MANY = 3000 };
	static struct peer *all[MANY];
	struct peers *p = peers_new();
	char text[32];

	(void)state;
	for (int i = 0; i < MANY; i++) {
		snprintf(text, sizeof(text), "10.0.%d.%d", i / 256, i % 256);
		all[i] = enter(p, text, 1);
		assert_non_null(all[i]);
		assert_null(enter(p, text, 1));
	}
	for (int i = 0; i < MANY; i++)
		peer_leave(p, all[i * 7 % MANY]);
	assert_non_null(all[0] = enter(p, "10.0.0.0", 1));
	peer_leave(p, all[0]);
	peers_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_is_one),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
