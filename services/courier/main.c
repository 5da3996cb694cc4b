/* relais-courier: takes what waits in the outbox and delivers it. */
#include <signal.h>
#include <sodium.h>
#include <stdio.h>

#include "services/courier/courier.h"
#include "services/courier/curl_loop.h"
#include "services/courier/fragment.h"
#include "services/courier/keys.h"
#include "services/courier/lmtp.h"
#include "services/courier/maildir.h"
#include "services/courier/outbox.h"
#include "services/courier/push.h"
#include "services/courier/receive.h"
#include "services/courier/send.h"
#include "services/courier/smtp.h"
#include "services/courier/sweep.h"
#include "services/courier/web.h"
#include "shared/base/log.h"
#include "shared/base/web.h"
#include "shared/db/db.h"
#include "shared/i18n/i18n.h"
#include "shared/template/helpers.h"
#include "statements.h"

/* An outbox, or what comes in, has nothing under way any more. */
static void
stopped(void *arg)
{
	struct courier *c = arg;

	if (--c->draining == 0)
		event_base_loopexit(c->base, NULL);
}

/* What was begun is ended and counted, the rest given back; a second signal does not wait for it. */
static void
stop(evutil_socket_t fd, short what, void *arg)
{
	struct courier *c = arg;
	static const struct timeval most = { 10, 0 };
	static bool stopping;

	(void)what;
	log_info("stopping on signal %d%s", (int)fd, stopping ? ", at once" : "");
	if (stopping) {
		event_base_loopbreak(c->base);
		return;
	}
	stopping = true;
	event_base_loopexit(c->base, &most);
	c->draining = 3;
	outbox_drain(c->outbox, stopped, c);
	outbox_drain(c->pushes, stopped, c);
	receive_drain(c->receive, stopped, c);
	if (c->smtp != NULL)
		smtp_drain(c->smtp);
}

static void
open_database(struct courier *c)
{
	struct db_options options = {
		.conninfo = c->config.database_url, .role = "relais_courier",
		.statements = statements, .nstatements = SQL_COUNT, .begin = SQL_BEGIN_REQUEST,
		.readers = 1, .per_reader = 16, .batch = 64, .queue = 4096, .wait_ms = 5000, .statement_ms = 60000,
	};

	c->db = db_new(c->base, &options);
	if (c->db == NULL)
		fatal("the database options make no sense");
}

static struct event *
on_signal(struct courier *c, int number)
{
	struct event *e = evsignal_new(c->base, number, stop, c);

	if (e == NULL || event_add(e, NULL) != 0)
		fatal("cannot catch signal %d", number);
	return e;
}

int
main(int argc, char **argv)
{
	struct courier c = {0};
	struct event *events[2];

	log_name("relais-courier");
	config_read(&c.config, argc, argv);
	if (sodium_init() < 0)
		fatal("libsodium does not start");
	signal(SIGPIPE, SIG_IGN);
	i18n_init(c.config.locale_dir);
	c.base = event_base_new();
	if (c.base == NULL)
		fatal("no event loop");
	c.templates = template_set_new(web_templates, web_ntemplates, template_helpers_i18n, false);
	c.maildir = maildir_new(c.config.data_dir);
	if (c.templates == NULL || c.maildir == NULL)
		fatal("cannot start");
	c.web_loop = curl_loop_new(c.base);
	c.web = web_new(&c);
	if (*c.config.smtp_url != '\0')
		c.smtp = smtp_new(&c, c.web_loop);
	open_database(&c);
	c.keys = keys_new(&c);
	c.fragments = fragments_new(&c);
	c.outbox = outbox_new(&c, SQL_DELIVERY_CLAIM, send_begin);
	c.pushes = outbox_new(&c, SQL_PUSH_CLAIM, push_begin);
	c.sweep = sweep_new(&c);
	c.receive = receive_new(&c);
	if (*c.config.lmtp_listen != '\0')
		c.lmtp = lmtp_new(&c);
	events[0] = on_signal(&c, SIGTERM);
	events[1] = on_signal(&c, SIGINT);
	if (c.smtp != NULL)
		printf("delivering to %s\n", c.config.smtp_shown);
	else
		printf("delivering into %s/mail\n", c.config.data_dir);
	if (c.lmtp != NULL)
		printf("taking in by LMTP at %s\n", lmtp_place(c.lmtp));
	fflush(stdout);

	event_base_dispatch(c.base);

	for (size_t i = 0; i < countof(events); i++)
		event_free(events[i]);
	db_free(c.db);                  /* a mail that waited for it may only now come to its transport */
	smtp_free(c.smtp);              /* what is under way is given back; whoever comes next counts that */
	web_free(c.web);
	lmtp_free(c.lmtp);
	receive_free(c.receive);
	sweep_free(c.sweep);
	outbox_free(c.outbox);
	outbox_free(c.pushes);
	fragments_free(c.fragments);
	keys_free(c.keys);
	curl_loop_free(c.web_loop);
	maildir_free(c.maildir);
	template_set_free(c.templates);
	event_base_free(c.base);
	log_info("stopped");
	log_flush();
	return 0;
}
