/* SPDX-License-Identifier: MIT */
#include "arm.h"

#include <string.h>

#include "base/alloc.h"

static void answer(struct arming *a, const struct err *err)
{
	struct err none = ERR_INIT;

	if (!err)
		session_arm(call_session(a->call), true);
	a->fn(a->ctx, err ? err : &none);
}

static void stays(struct arming *a, const char *why)
{
	struct err err = ERR_INIT;

	err_set(&err, ERR_CANCELLED, "arm", "%s", why);
	answer(a, &err);
	err_release(&err);
}

static void on_name(void *ctx, const char *text)
{
	struct arming *a = ctx;
	const struct db_session *d = db_session(session_db(call_session(a->call)));

	if (text && d && strcmp(text, d->database) == 0)
		answer(a, NULL);
	else
		stays(a, "the name was not typed, souk stays read-only");
}

static void go(struct arming *a)
{
	struct session *s = call_session(a->call);
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

		call_ask(a->call, &q, on_name, a);
	} else {
		answer(a, NULL);
	}
	err_release(&err);
}

static void on_offer(void *ctx, const char *text)
{
	struct arming *a = ctx;

	if (text && strcmp(text, "yes") == 0)
		go(a);
	else
		stays(a, "souk stays read-only");
}

void arm_ask(struct arming *a, const char *offer)
{
	struct question q = { .title = "souk is read-only", .text = offer, .kind = ASK_YES_NO };
	struct err err = ERR_INIT;

	if (offer && call_host(a->call)->batch) {
		err_set(&err, ERR_FAILED, NULL, "souk is read-only");
		err_hint(&err, "add --armed");
		answer(a, &err);
		err_release(&err);
	} else if (offer) {
		call_ask(a->call, &q, on_offer, a);
	} else {
		go(a);
	}
}
