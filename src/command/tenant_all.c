/* SPDX-License-Identifier: MIT */
/*
 * tenant_all.c - the scope of all tenants: who opens it is on record before the first read.
 *
 * The platform's break_glass() does both: it writes the log, and from the next transaction on the
 * policies let this login see every tenant, until it expires or mend_glass() ends it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "command/settings.h"
#include "command/tenant.h"
#include "db/db.h"

struct opening {
	struct session *session;
	char *reason;
	tenant_found_fn *fn;
	void *ctx;
};

static const char *const schema = "commerce"; /* the one that the query names */

bool tenant_all_recorded(const struct session *s)
{
	const struct catalog *c = session_catalog(s);
	const struct role *me = c ? catalog_role(c, catalog_session_role(c)) : NULL;

	for (size_t i = 0; me && i < catalog_functions(c); i++) {
		const struct function *f = catalog_function_at(c, i);

		if (strcmp(f->name, "break_glass") == 0 && strcmp(f->schema, schema) == 0)
			return !me->superuser && catalog_may_execute(c, me->oid, f);
	}
	return false;
}

static void open_now(const struct opening *o)
{
	const struct tenant_choice all = {
		.kind = TENANT_ALL,
		.label = (char[]){ "all tenants" },
		.reason = o->reason,
	};

	o->fn(o->ctx, &all, NULL);
}

static void opened(void *ctx, const struct txn_result *result)
{
	const struct opening *o = ctx;
	struct err err = ERR_INIT;

	if (result->outcome == TXN_DONE) {
		open_now(o);
		return;
	}
	err_copy(&err, &result->err);
	err_within(&err, "all tenants are opened on record only");
	o->fn(o->ctx, NULL, &err);
	err_release(&err);
}

static void release(void *ctx)
{
	struct opening *o = ctx;

	free(o->reason);
	free(o);
}

static void send(struct session *s, const char *query, const struct params *params,
		 const struct request_callbacks *cb, void *owner)
{
	struct scope scope;
	struct txn *txn;

	session_scope(s, USE_WRITE, &scope);
	txn = txn_new(TXN_WRITE, &scope);
	txn_add(txn, sqlset_get(session_sql(s), query, 0)->text, params);
	db_send(session_db(s), DB_EDIT, txn, cb, owner);
	scope_release(&scope);
}

static int minutes(const struct session *s)
{
	double limit = settings_seconds(session_settings(s), "all-tenants-timeout");

	return limit <= 60 ? 1 : (int)(limit / 60);
}

void tenant_open_all(struct session *s, const char *reason, tenant_found_fn *fn, void *ctx)
{
	struct opening *o = xmalloc(sizeof *o);
	struct params params = PARAMS_INIT;
	struct err err = ERR_INIT;

	*o = (struct opening){ s, xstrdup(reason), fn, ctx };
	if (tenant_all_recorded(s)) {
		const struct request_callbacks cb = { .done = opened,
						      .release = release,
						      .ctx = o };

		params_text(&params, reason);
		params_int(&params, minutes(s));
		send(s, "break_glass", &params, &cb, ctx);
		params_release(&params);
		return;
	}
	if (session_production(s)) {
		err_set(&err, ERR_FAILED, "all tenants",
			"nothing here can keep a record of it, and production asks for one");
		err_hint(&err, "log in as somebody who may call commerce.break_glass()");
		fn(ctx, NULL, &err);
	} else {
		open_now(o);
	}
	err_release(&err);
	release(o);
}

void tenant_close_all(struct session *s)
{
	static const struct request_callbacks nobody_waits = { 0 };

	if (session_tenant(s)->kind == TENANT_ALL && tenant_all_recorded(s))
		send(s, "mend_glass", NULL, &nobody_waits, s);
}
