/* relais-site: pages, API and feeds. */
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "services/site/cache.h"
#include "services/site/metrics.h"
#include "services/site/route.h"
#include "services/site/site.h"
#include "services/site/sweep.h"
#include "services/site/versions.h"
#include "services/site/walk.h"
#include "shared/base/log.h"
#include "shared/base/web.h"
#include "shared/db/db.h"
#include "shared/http/gzip.h"
#include "shared/i18n/i18n.h"
#include "shared/markdown/markdown.h"
#include "shared/template/helpers.h"
#include "statements.h"

static void
hash_file(crypto_generichash_state *state, const char *path)
{
	struct stat st;
	int64_t what[3];

	if (stat(path, &st) != 0)
		fatal("cannot look at %s", path);
	what[0] = st.st_mtim.tv_sec;
	what[1] = st.st_mtim.tv_nsec;
	what[2] = st.st_size;
	crypto_generichash_update(state, (const unsigned char *)what, sizeof(what));
}

/* All that the same data may look different by: the program, its catalogues, its address, the demonstration. */
static void
read_build(struct site *site)
{
	const struct config *c = &site->config;
	unsigned char hash[crypto_generichash_BYTES], demo = c->demo != 0;
	crypto_generichash_state state;
	const char *const *codes;
	char path[4096];
	size_t n;

	crypto_generichash_init(&state, NULL, 0, sizeof(hash));
	hash_file(&state, "/proc/self/exe");
	codes = i18n_languages(&n);
	for (size_t i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/C/LC_MESSAGES/relais-%s.mo", c->locale_dir, codes[i]);
		hash_file(&state, path);
	}
	crypto_generichash_update(&state, (const unsigned char *)c->url, strlen(c->url));
	crypto_generichash_update(&state, &demo, sizeof(demo));
	crypto_generichash_final(&state, hash, sizeof(hash));
	sodium_bin2hex(site->build, sizeof(site->build), hash, (sizeof(site->build) - 1) / 2);
}

static void
log_tick(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	log_flush();
}

static void
drained(void *arg)
{
	struct site *site = arg;

	event_base_loopexit(site->base, NULL);
}

/* Running requests are answered, then the loop ends; a second signal ends it at once. */
static void
stop(evutil_socket_t fd, short what, void *arg)
{
	struct site *site = arg;
	static const struct timeval most = { 10, 0 };
	static bool stopping;

	(void)what;
	log_info("stopping on signal %d%s", (int)fd, stopping ? ", at once" : "");
	if (stopping) {
		event_base_loopbreak(site->base);
		return;
	}
	stopping = true;
	event_base_loopexit(site->base, &most);
	http_server_drain(site->http, drained, site);
}

static void
open_database(struct site *site)
{
	struct db_options options = {
		.conninfo = site->config.database_url, .role = "relais_site",
		.statements = statements, .nstatements = SQL_COUNT, .begin = SQL_BEGIN_REQUEST,
		.readers = (unsigned)site->config.readers, .per_reader = 16, .batch = 64, .queue = 1024, .wait_ms = 5000,
		.channel = "relais", .notified = versions_notified, .reconnected = versions_rescan, .arg = site,
	};

	site->db = db_new(site->base, &options);
	if (site->db == NULL)
		fatal("the database options make no sense");
}

static void
listen_on(struct site *site)
{
	struct http_limits limits = http_default_limits;
	struct http_calls calls = {
		.request = walk_request, .body_limit = walk_body_limit, .refuse = walk_refuse, .done = walk_done,
		.arg = site,
	};
	char port[8];

	limits.connections = (size_t)site->config.connections;
	limits.connections_per_peer = (size_t)site->config.connections_per_peer;
	site->http = http_server_new(site->base, site->config.listen, site->config.port, &limits, &calls);
	if (site->http == NULL)
		fatal("cannot listen on %s port %s", site->config.listen, site->config.port);
	snprintf(port, sizeof(port), "%u", http_server_port(site->http));
	if (strcmp(site->config.port, "0") == 0 && site->config.url == site->config.url_made)
		config_url(&site->config, port);
	printf("listening http://%s:%u\n", site->config.listen, http_server_port(site->http));
	fflush(stdout);
}

static struct event *
every(struct site *site, time_t seconds, long microseconds, event_callback_fn fn)
{
	struct timeval tv = { seconds, microseconds };
	struct event *e = event_new(site->base, -1, EV_PERSIST, fn, site);

	if (e == NULL || event_add(e, &tv) != 0)
		fatal("cannot start a timer");
	return e;
}

static struct event *
on_signal(struct site *site, int number)
{
	struct event *e = evsignal_new(site->base, number, stop, site);

	if (e == NULL || event_add(e, NULL) != 0)
		fatal("cannot catch signal %d", number);
	return e;
}

int
main(int argc, char **argv)
{
	struct site site = {0};
	struct event *events[3];
	struct sweep *sweep;

	log_name("relais-site");
	config_read(&site.config, argc, argv);
	if (sodium_init() < 0)
		fatal("libsodium does not start");
	signal(SIGPIPE, SIG_IGN);
	i18n_init(site.config.locale_dir);
	site.base = event_base_new();
	if (site.base == NULL)
		fatal("no event loop");
	site.markdown = markdown_new(site.base);        /* forks: before there are sockets */
	site.templates = template_set_new(web_templates, web_ntemplates, template_helpers_i18n, false);
	if (site.markdown == NULL || site.templates == NULL)
		fatal("cannot start");
	site.gzip = gzip_new();
	site.cache = cache_new((size_t)site.config.cache_mb << 20);
	site.metrics = metrics_new();
	open_database(&site);
	site.versions = versions_new(&site);
	listen_on(&site);
	read_build(&site);
	events[0] = every(&site, 0, 200000, log_tick);
	events[1] = on_signal(&site, SIGTERM);
	events[2] = on_signal(&site, SIGINT);
	sweep = sweep_new(&site);

	event_base_dispatch(site.base);

	for (size_t i = 0; i < countof(events); i++)
		event_free(events[i]);
	http_server_free(site.http);
	db_free(site.db);
	versions_free(site.versions);
	sweep_free(sweep);
	markdown_free(site.markdown);
	template_set_free(site.templates);
	cache_free(site.cache);
	gzip_free(site.gzip);
	metrics_free(site.metrics);
	event_base_free(site.base);
	log_info("stopped");
	log_flush();
	return 0;
}
