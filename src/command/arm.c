/* SPDX-License-Identifier: MIT */
#include "arm.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

struct asking {
	struct host host;
	arm_fn *fn;
	void *ctx;
};

static void answer(struct asking *a, const struct err *err)
{
	struct err none = ERR_INIT;

	if (!err)
		session_arm(a->host.session, true);
	a->fn(a->ctx, err ? err : &none);
	free(a);
}

static void stays(struct asking *a, const char *why)
{
	struct err err = ERR_INIT;

	err_set(&err, ERR_CANCELLED, "arm", "%s", why);
	answer(a, &err);
	err_release(&err);
}

static void on_name(void *ctx, const char *text)
{
	struct asking *a = ctx;
	const struct db_session *d = db_session(session_db(a->host.session));

	if (text && d && strcmp(text, d->database) == 0)
		answer(a, NULL);
	else
		stays(a, "the name was not typed, souk stays read-only");
}

static void go(struct asking *a)
{
	struct session *s = a->host.session;
	struct err err = ERR_INIT;

	if (session_tenant(s)->kind == TENANT_ALL) {
		err_set(&err, ERR_FAILED, "arm",
			"records are never edited in the scope of all tenants");
		err_hint(&err, "choose one with :tenant NAME first");
		answer(a, &err);
	} else if (session_production(s)) {
		struct question q = {
			.title = "Arm on production",
			.text = "Type the database's name to be able to write here.",
			.kind = ASK_TYPE_NAME,
			.expect = db_session(session_db(s))->database,
		};

		a->host.ops->ask(a->host.ctx, &q, on_name, a);
	} else {
		answer(a, NULL);
	}
	err_release(&err);
}

static void on_offer(void *ctx, const char *text)
{
	struct asking *a = ctx;

	if (text && strcmp(text, "yes") == 0)
		go(a);
	else
		stays(a, "souk stays read-only");
}

void arm_ask(const struct host *host, const char *offer, arm_fn *fn, void *ctx)
{
	struct asking *a = xcalloc(1, sizeof *a);
	struct question q = { .title = "souk is read-only", .text = offer, .kind = ASK_YES_NO };
	struct err err = ERR_INIT;

	*a = (struct asking){ .host = *host, .fn = fn, .ctx = ctx };
	if (offer && host->batch) {
		err_set(&err, ERR_FAILED, NULL, "souk is read-only");
		err_hint(&err, "add --armed");
		answer(a, &err);
		err_release(&err);
	} else if (offer) {
		host->ops->ask(host->ctx, &q, on_offer, a);
	} else {
		go(a);
	}
}
