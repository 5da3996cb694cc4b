/* Addresses in an envelope. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "shared/base/address.h"

static void
form(void **state)
{
	static const char *const good[] = { "a@b.example", "a.b+c@d", "\xc3\xa9@b.example" };
	static const char *const bad[] = { "", "@b", "a@", "a", "a b@c", "a@b\r\n", "<a@b>", "a@b>", "a,b@c", "\"a\"@b", "a@b\x7f", "a:b@c", "a;b@c" };

	(void)state;
	for (size_t i = 0; i < countof(good); i++)
		assert_true(address_ok(good[i]));
	for (size_t i = 0; i < countof(bad); i++)
		assert_false(address_ok(bad[i]));
}

static void
ours(void **state)
{
	static const char *const good[] = { "reply+x@relais.example", "bounce+m.1.2@relais.example", "Reply+X@Relais.Example" };
	static const char *const bad[] = { "reply@relais.example", "root@relais.example", "reply+x@other.example", "reply+x@sub.relais.example",
		"reply+x@relais.example@other.example", "reply+x", "", "reply+ x@relais.example" };

	(void)state;
	for (size_t i = 0; i < countof(good); i++)
		assert_true(address_is_ours(good[i], "relais.example"));
	for (size_t i = 0; i < countof(bad); i++)
		assert_false(address_is_ours(bad[i], "relais.example"));
	assert_true(address_is_ours("reply+x@other.example", ""));
	assert_false(address_is_ours("root@other.example", ""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(form), cmocka_unit_test(ours) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
