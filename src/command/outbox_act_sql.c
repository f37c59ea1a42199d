/* SPDX-License-Identifier: MIT */
/*
 * outbox_act_sql.c - the statements of one batch: on the reference platform its functions, per
 * tenant; elsewhere statements made of the columns that were recognised.
 */
#include <stdio.h>
#include <string.h>

#include "base/timefmt.h"
#include "base/vec.h"
#include "outbox_act.h"

static bool platform(const struct outbox *o)
{
	return strcmp(o->relation->schema, "commerce") == 0 &&
	       strcmp(o->relation->name, "outbox_messages") == 0 &&
	       relation_column(o->relation, "claimed_until") &&
	       relation_column(o->relation, "dead_at");
}

static const struct sqlset *sqls(const struct act *a)
{
	return session_sql(call_session(a->call));
}

/* The ids of one tenant (NULL: of all). */
static void ids_of(const struct act *a, const char *tenant, struct params *p)
{
	VEC(const char *) ids = VEC_INIT;

	for (size_t i = 0; i < reply_rows(a->of.last); i++) {
		const char *of = reply_get(a->of.last, i, "tenant");

		if (!tenant || (of && strcmp(of, tenant) == 0))
			*VEC_PUSH(&ids) = reply_get(a->of.last, i, "id");
	}
	params_array(p, ids.v, ids.len);
	VEC_RELEASE(&ids);
}

/* What else the keys are made of, as outbox_change.h says. */
static void others_of(const struct act *a, struct params *p)
{
	const struct column *others[OUTBOX_KEY_MAX];
	size_t n = outbox_key_others(a->of.outbox, others);

	for (size_t i = 0; n && i <= n; i++) {
		VEC(const char *) texts = VEC_INIT;

		for (size_t row = 0; row < reply_rows(a->of.last); row++)
			*VEC_PUSH(&texts) = reply_text(a->of.last, row, 2 + i);
		params_array(p, texts.v, texts.len);
		VEC_RELEASE(&texts);
	}
}

/* "1h" is so many seconds of the server's clock, what has no unit is a time: NULL or seconds
 * "". */
static const char *until(const struct act *a, char *seconds, size_t size)
{
	const char *text = args_get(call_args(a->call), "until");
	double n;

	*seconds = '\0';
	if (!text || !timefmt_parse_duration(text, &n) ||
	    strspn(text, "0123456789.") == strlen(text))
		return text;
	snprintf(seconds, size, "%.3f", n);
	return NULL;
}

static void add_platform(const struct act *a, struct txn *t, const char *tenant, bool count)
{
	static const char *const names[] = { "commerce_outbox_retry",
					     "commerce_outbox_postpone", "commerce_outbox_bury",
					     "commerce_outbox_revive",
					     "commerce_outbox_requeue" };
	struct params p = PARAMS_INIT;
	char seconds[32];
	const char *time = until(a, seconds, sizeof seconds);

	params_text(&p, tenant);
	ids_of(a, tenant, &p);
	if (a->action == OUTBOX_POSTPONE)
		params_text(&p, time);
	params_text(&p, a->reason ? a->reason : "dry run");
	params_bool(&p, count);
	if (a->action == OUTBOX_POSTPONE)
		params_text(&p, *seconds ? seconds : NULL);
	txn_add(t, sqlset_get(sqls(a), names[a->action], 0)->text, &p);
	params_release(&p);
}

static bool seen_before(const struct act *a, size_t row)
{
	const char *tenant = reply_get(a->of.last, row, "tenant");

	for (size_t i = 0; i < row; i++)
		if (strcmp(reply_get(a->of.last, i, "tenant"), tenant) == 0)
			return true;
	return false;
}

static void add_generic(struct act *a, struct txn *t, bool count)
{
	struct params p = PARAMS_INIT;
	struct buf sql = BUF_INIT;
	bool ok = true;

	ids_of(a, NULL, &p);
	others_of(a, &p);
	if (count)
		outbox_matched_sql(&sql, sqls(a), a->of.outbox, a->action,
				   a->counting || act_one_batch(a));
	else
		ok = outbox_change_sql(&sql, sqls(a), a->of.outbox, a->action, &a->err);
	if (!count && a->action == OUTBOX_POSTPONE) {
		char seconds[32];

		params_text(&p, until(a, seconds, sizeof seconds));
		params_text(&p, *seconds ? seconds : NULL);
	}
	if (ok)
		txn_add(t, sql.data, &p);
	buf_release(&sql);
	params_release(&p);
}

void act_statements(struct act *a, struct txn *t, bool count)
{
	if (!platform(a->of.outbox)) {
		add_generic(a, t, count);
		return;
	}
	for (size_t i = 0; i < reply_rows(a->of.last); i++)
		if (!seen_before(a, i))
			add_platform(a, t, reply_get(a->of.last, i, "tenant"), count);
}

