#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "services/courier/guard.h"

static bool
passes(const struct guard *g, const char *text, int port)
{
	struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };

	if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
		return guard_passes(g, (struct sockaddr *)&four);
	assert_int_equal(inet_pton(AF_INET6, text, &six.sin6_addr), 1);
	return guard_passes(g, (struct sockaddr *)&six);
}

/* The cases of tests/unit/guard/addresses.txt. */
static void
test_addresses(void **state)
{
	FILE *f = fopen("tests/unit/guard/addresses.txt", "r");
	char line[256], verdict[16], address[64], allow[128];
	int port, n = 0, wrong = 0;

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		struct guard *g;
		const char *got;

		allow[0] = '\0';
		if (line[0] == '#' || sscanf(line, "%15s %63s %d %127s", verdict, address, &port, allow) < 3)
			continue;
		g = guard_new(allow);
		got = g == NULL ? "wrong" : passes(g, address, port) ? "passes" : "barred";
		guard_free(g);
		n++;
		if (strcmp(got, verdict) != 0) {
			print_error("%s: %s", got, line);
			wrong++;
		}
	}
	fclose(f);
	assert_true(n > 90);
	assert_int_equal(wrong, 0);
}

/* What is no address of the internet at all. */
static void
test_others(void **state)
{
	struct sockaddr_storage other = { .ss_family = AF_UNIX };
	struct guard *g = guard_new("::/0, 0.0.0.0/0");

	(void)state;
	assert_false(guard_passes(g, (struct sockaddr *)&other));
	guard_free(g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_others),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
