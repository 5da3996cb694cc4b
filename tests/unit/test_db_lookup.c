/* shared/db: names of hosts are looked up beside the event loop, by a slow getaddrinfo() of our own. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>

#include "tests/unit/db_fixture.h"

enum { SLOW_MS = 600 };

/* Takes the place of libc's, for libpq too. No name has an address but "slow.test", with two. */
int
getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **found)
{
	const bool is_address = (hints->ai_flags & AI_NUMERICHOST) != 0;
	const char *const addresses[] = { is_address ? host : "127.0.0.2", "127.0.0.1" };
	struct addrinfo *first = NULL;

	if (!is_address)
		usleep(SLOW_MS * 1000);
	if (!is_address && strcmp(host, "slow.test") != 0)
		return EAI_NONAME;
	for (size_t i = 0; i < (is_address ? 1 : countof(addresses)); i++) {
		struct { struct addrinfo info; struct sockaddr_in to; } *a = calloc(1, sizeof(*a));

		a->to = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = inet_addr(addresses[i]),
		    .sin_port = htons((uint16_t)atoi(service == NULL ? "0" : service)) };
		a->info = (struct addrinfo){ .ai_family = AF_INET, .ai_socktype = SOCK_STREAM,
		    .ai_addr = (struct sockaddr *)&a->to, .ai_addrlen = sizeof(a->to), .ai_next = first };
		first = &a->info;
	}
	*found = first;
	return 0;
}

void
freeaddrinfo(struct addrinfo *a)
{
	for (struct addrinfo *next; a != NULL; a = next) {
		next = a->ai_next;
		free(a);
	}
}

static struct hosts
looked_up(const char *conninfo)
{
	PQconninfoOption *o = PQconninfoParse(conninfo, NULL);
	struct pollfd p = { .fd = lookup_start(o), .events = POLLIN };
	struct hosts hosts = {0};

	assert_true(lookup_needed(o));
	assert_int_equal(poll(&p, 1, WAIT_MS), 1);
	if (!lookup_read(p.fd, &hosts))
		hosts.host = NULL;
	close(p.fd);
	PQconninfoFree(o);
	return hosts;
}

static void
expect_hosts(const char *conninfo, const char *host, const char *hostaddr, const char *port)
{
	struct hosts h = looked_up(conninfo);
	const char *to = h.text;

	assert_string_equal(to, host);
	to += strlen(to) + 1;
	assert_string_equal(to, hostaddr);
	to += strlen(to) + 1;
	assert_string_equal(to, port);
}

static bool
needed(const char *conninfo)
{
	PQconninfoOption *o = PQconninfoParse(conninfo, NULL);
	bool is = lookup_needed(o);

	PQconninfoFree(o);
	return is;
}

/* Each address is an entry, with its name and port. */
static void
lists(void **state)
{
	(void)state;
	expect_hosts("host=slow.test", "slow.test,slow.test", "127.0.0.1,127.0.0.2", ",");
	expect_hosts("host=10.0.0.1,slow.test,/run port=1,2,3", "10.0.0.1,slow.test,slow.test,/run",
	    ",127.0.0.1,127.0.0.2,", "1,2,2,3");
	expect_hosts("host=none.test,slow.test port=7", "slow.test,slow.test", "127.0.0.1,127.0.0.2", "7,7");
	assert_null(looked_up("host=none.test").host);
	assert_false(needed("host=/run/postgresql"));
	assert_false(needed("host=127.0.0.1,::1"));
	assert_false(needed("host=slow.test hostaddr=127.0.0.1"));
	assert_false(needed("dbname=relais"));
}

/* The loop goes on meanwhile, and the connection then goes to an address. */
static void
loop_goes_on(void **state)
{
	struct world *w = *state;
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(to);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), in = -1;
	uint64_t start = now_ms(), before = start, longest = 0;
	char conninfo[64];

	assert_int_equal(bind(fd, (struct sockaddr *)&to, len), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&to, &len), 0);
	snprintf(conninfo, sizeof(conninfo), "host=slow.test port=%u", ntohs(to.sin_port));
	open_db(w, (struct db_options){ .readers = 1, .conninfo = conninfo });
	/* the first to come may be another's: each has its own thread */
	while ((in == -1 || w->db->conns[0].pg == NULL) && now_ms() - start < WAIT_MS) {
		turn_for(w, 5);
		longest = now_ms() - before > longest ? now_ms() - before : longest;
		before = now_ms();
		in = in == -1 ? accept(fd, NULL, NULL) : in;
	}
	assert_int_not_equal(in, -1);
	assert_non_null(w->db->conns[0].pg);
	assert_true(now_ms() - start >= SLOW_MS);
	assert_in_range(longest, 0, SLOW_MS / 2);
	assert_string_equal(PQhost(w->db->conns[0].pg), "slow.test");
	close(in);
	close(fd);
}

/* Given up while the thread is at it. */
static void
given_up(void **state)
{
	struct world *w = *state;

	open_db(w, (struct db_options){ .readers = 1, .conninfo = "host=slow.test port=1" });
	turn_for(w, 50);
	db_free(w->db);
	w->db = NULL;
	turn_for(w, 2 * SLOW_MS);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = { TEST(lists), TEST(loop_goes_on), TEST(given_up) };

	return run_db_tests(tests);
}
