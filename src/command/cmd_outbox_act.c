/* SPDX-License-Identifier: MIT */
/*
 * cmd_outbox_act.c - retry, postpone, dead, revive, requeue: chosen, counted, then changed in
 * one transaction of a bounded number of messages.
 *
 * On the reference platform its functions do it, per tenant and with audit rows; elsewhere
 * statements made of the columns that were recognised.  The count comes first in the same
 * transaction: what was not expected, or would be seen out of order, is rolled back.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/vec.h"
#include "command/command.h"
#include "command/parse.h"
#include "outbox_change.h"
#include "outbox_chosen.h"

enum { AT_MOST = 1000 };

/* A run over the messages, a batch at a time: first only counted where somebody is to be asked,
 * or where there may be several batches; then changed. */
struct act {
	struct call *call;
	enum outbox_action action;
	const struct outbox *outbox;
	struct outboxes *all;
	struct reply *chosen; /* id, tenant, and the rest of the key */
	char *after;	      /* the last id of the batches before */
	char *reason, *asked;
	bool counting;
	int64_t matched, changed, overtaking; /* of all batches of this run */
	struct {
		int64_t matched, overtaking;
		bool counted;
		size_t counts; /* statements that counted */
	} batch;
	struct err err;
};

static void act_free(void *data)
{
	struct act *a = data;

	reply_free(&a->chosen);
	outboxes_free(&a->all);
	free(a->after);
	free(a->reason);
	free(a->asked);
	err_release(&a->err);
	free(a);
}

static bool dry(const struct act *a)
{
	return args_has(call_args(a->call), "dry-run");
}

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

/* ---- the statements ---- */

/* The ids of one tenant (NULL: of all). */
static void ids_of(const struct act *a, const char *tenant, struct params *p)
{
	VEC(const char *) ids = VEC_INIT;

	for (size_t i = 0; i < reply_rows(a->chosen); i++) {
		const char *of = reply_get(a->chosen, i, "tenant");

		if (!tenant || (of && strcmp(of, tenant) == 0))
			*VEC_PUSH(&ids) = reply_get(a->chosen, i, "id");
	}
	params_array(p, ids.v, ids.len);
	VEC_RELEASE(&ids);
}

/* What else the keys are made of, as outbox_change.h says. */
static void others_of(const struct act *a, struct params *p)
{
	const struct column *others[OUTBOX_KEY_MAX];
	size_t n = outbox_key_others(a->outbox, others);

	for (size_t i = 0; n && i <= n; i++) {
		VEC(const char *) texts = VEC_INIT;

		for (size_t row = 0; row < reply_rows(a->chosen); row++)
			*VEC_PUSH(&texts) = reply_text(a->chosen, row, 2 + i);
		params_array(p, texts.v, texts.len);
		VEC_RELEASE(&texts);
	}
}

static void add_platform(const struct act *a, struct txn *t, const char *tenant, bool count)
{
	static const char *const names[] = { "commerce_outbox_retry",
					     "commerce_outbox_postpone", "commerce_outbox_bury",
					     "commerce_outbox_revive",
					     "commerce_outbox_requeue" };
	const struct args *args = call_args(a->call);
	struct params p = PARAMS_INIT;

	params_text(&p, tenant);
	ids_of(a, tenant, &p);
	if (a->action == OUTBOX_POSTPONE)
		params_text(&p, args_get(args, "until"));
	params_text(&p, a->reason ? a->reason : "dry run");
	params_bool(&p, count);
	txn_add(t, sqlset_get(sqls(a), names[a->action], 0)->text, &p);
	params_release(&p);
}

static bool seen_before(const struct act *a, size_t row)
{
	const char *tenant = reply_get(a->chosen, row, "tenant");

	for (size_t i = 0; i < row; i++)
		if (strcmp(reply_get(a->chosen, i, "tenant"), tenant) == 0)
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
		outbox_matched_sql(&sql, sqls(a), a->outbox, a->action);
	else
		ok = outbox_change_sql(&sql, sqls(a), a->outbox, a->action, &a->err);
	if (!count && a->action == OUTBOX_POSTPONE)
		params_text(&p, args_get(call_args(a->call), "until"));
	if (ok)
		txn_add(t, sql.data, &p);
	buf_release(&sql);
	params_release(&p);
}

static void add_statements(struct act *a, struct txn *t, bool count)
{
	if (!platform(a->outbox)) {
		add_generic(a, t, count);
		return;
	}
	for (size_t i = 0; i < reply_rows(a->chosen); i++)
		if (!seen_before(a, i))
			add_platform(a, t, reply_get(a->chosen, i, "tenant"), count);
}

/* ---- counting, then changing ---- */

static int64_t sum(const struct txn_result *r, size_t from, const char *column)
{
	int64_t n = 0;

	for (size_t i = from; i < r->n; i++)
		n += strtoll(reply_get(r->replies[i], 0, column), NULL, 10);
	return n;
}

static bool as_expected(struct act *a, int64_t matched, int64_t overtaking)
{
	const struct args *args = call_args(a->call);
	const char *name = call_command(a->call)->name;

	if (args_has(args, "expect") && args_int(args, "expect", 0) != matched)
		return err_set(&a->err, ERR_FAILED, name,
			       "%s messages were expected, %" PRId64 " match",
			       args_get(args, "expect"), matched);
	if (!overtaking || args_has(args, "out-of-order"))
		return true;
	err_set(&a->err, ERR_FAILED, name,
		"%" PRId64 " of %" PRId64 " would pass other events of their aggregate",
		overtaking, matched);
	err_hint(&a->err, "consumers that can take that: --out-of-order");
	return false;
}

/* Several batches were judged together before the first of them was changed. */
static bool one_batch(const struct act *a)
{
	return !args_has(call_args(a->call), "all");
}

static enum txn_verdict verdict(void *ctx, struct txn *t, const struct txn_result *r)
{
	struct act *a = ctx;

	if (a->batch.counted) {
		a->changed += sum(r, a->batch.counts, "changed");
		return TXN_COMMIT;
	}
	a->batch.counted = true;
	a->batch.counts = r->n;
	a->batch.matched = sum(r, 0, "matched");
	a->batch.overtaking = sum(r, 0, "overtaking");
	if (a->counting || dry(a) ||
	    (one_batch(a) && !as_expected(a, a->batch.matched, a->batch.overtaking)))
		return TXN_ROLLBACK;
	add_statements(a, t, false);
	return a->err.kind ? TXN_ROLLBACK : TXN_CONTINUE;
}

/* A person who has just answered wants a line, not a table. */
static void tell(const struct act *a)
{
	const struct host *h = call_host(a->call);
	char *text =
		xasprintf("%s: %" PRId64 " of %" PRId64 " messages%s",
			  call_command(a->call)->name, a->changed, a->matched,
			  a->changed < a->matched ? "; the others are held by a relay" : "");

	h->ops->say(h->ctx, SAY_DONE, text);
	free(text);
}

static void show(const struct act *a)
{
	static const struct table_column columns[] = {
		{ .name = "relation" },
		{ .name = "matched", .type = CELL_NUMBER },
		{ .name = "changed", .type = CELL_NUMBER },
		{ .name = "locked", .type = CELL_NUMBER },
		{ .name = "overtaking", .type = CELL_NUMBER },
	};
	const struct host *h = call_host(a->call);
	const struct relation *r = a->outbox->relation;
	char *name = xasprintf("%s.%s", r->schema, r->name);
	int64_t numbers[] = { a->matched, a->changed, dry(a) ? 0 : a->matched - a->changed,
			      a->overtaking };
	char text[4][24];
	const char *cells[5] = { name };

	for (size_t i = 0; i < 4; i++) {
		snprintf(text[i], sizeof text[i], "%" PRId64, numbers[i]);
		cells[i + 1] = text[i];
	}
	h->ops->table_begin(h->ctx, call_command(a->call)->name, columns, 5);
	h->ops->table_row(h->ctx, cells);
	h->ops->table_end(h->ctx);
	free(name);
}

static void next_batch(struct act *a);
static void counted_all(struct act *a);

static void finish(struct act *a)
{
	const struct host *h = call_host(a->call);

	if (a->after)
		h->ops->progress(h->ctx, "messages", -1, 0);
	if (!a->err.kind && !dry(a) && !h->batch)
		tell(a);
	else if (!a->err.kind)
		show(a);
	call_done(a->call, a->err.kind ? &a->err : NULL, -1);
}

static void batch_done(void *ctx, const struct txn_result *result)
{
	struct act *a = ctx;
	const struct host *h = call_host(a->call);
	size_t rows = reply_rows(a->chosen);
	bool failed = result->outcome != TXN_DONE && result->outcome != TXN_ROLLED_BACK;

	if (failed && !a->err.kind)
		err_copy(&a->err, &result->err);
	a->matched += a->batch.matched;
	a->overtaking += a->batch.overtaking;
	if (a->err.kind || one_batch(a) || rows < AT_MOST) {
		if (a->counting && !a->err.kind)
			counted_all(a);
		else
			finish(a);
		return;
	}
	free(a->after);
	a->after = xstrdup(reply_get(a->chosen, rows - 1, "id"));
	h->ops->progress(h->ctx, a->counting ? "messages counted" : "messages changed",
			 (double)(a->counting ? a->matched : a->changed), 0);
	next_batch(a);
}

static void chosen(void *ctx, const struct txn_result *result)
{
	struct act *a = ctx;
	const struct request_callbacks cb = { .done = batch_done,
					      .verdict = verdict,
					      .ctx = a };
	struct session *s = call_session(a->call);
	struct scope scope;
	struct txn *t;

	if (result->outcome != TXN_DONE) {
		call_done(a->call, &result->err, -1);
		return;
	}
	reply_free(&a->chosen);
	a->chosen = reply_ref(result->replies[0]);
	memset(&a->batch, 0, sizeof a->batch);
	if (reply_rows(a->chosen) == 0) {
		if (a->counting && a->matched)
			counted_all(a);
		else if (!one_batch(a) || as_expected(a, 0, 0) || a->err.kind)
			finish(a);
		return;
	}
	session_scope(s, USE_WRITE, &scope);
	t = txn_new(TXN_WRITE, &scope);
	scope_release(&scope);
	add_statements(a, t, true);
	db_send(session_db(s), DB_EDIT, t, &cb, a->call);
}

/* ---- asking ---- */

static void change(struct act *a)
{
	a->counting = false;
	a->matched = a->changed = a->overtaking = 0;
	free(a->after);
	a->after = NULL;
	next_batch(a);
}

static void answered(void *ctx, const char *text)
{
	struct act *a = ctx;

	if (!text || !*text) {
		err_set(&a->err, ERR_CANCELLED, call_command(a->call)->name, "left alone");
		finish(a);
		return;
	}
	free(a->reason);
	a->reason = xstrdup(text);
	change(a);
}

/* What would happen, and why it shall; the answer is the audit's reason. */
static void ask_reason(struct act *a)
{
	const struct host *h = call_host(a->call);
	const struct relation *r = a->outbox->relation;
	struct question q = { .title = call_command(a->call)->name,
			      .kind = ASK_TEXT,
			      .destructive = true };

	free(a->asked);
	a->asked =
		xasprintf("%s: %" PRId64 " messages of %s.%s%s. Those that a relay holds are "
			  "skipped. Why? (the reason is recorded; empty leaves all as it is)",
			  call_command(a->call)->summary, a->matched, r->schema, r->name,
			  a->overtaking ? ", some out of order in their aggregate" : "");
	q.text = a->asked;
	h->ops->ask(h->ctx, &q, answered, a);
}

/* Everything has been counted, nothing changed. */
static void counted_all(struct act *a)
{
	if (dry(a) || !as_expected(a, a->matched, a->overtaking))
		finish(a);
	else if (!a->reason)
		ask_reason(a);
	else
		change(a);
}

/* ---- choosing ---- */

static const struct outbox *outbox_of(struct act *a, struct err *err)
{
	struct session *s = call_session(a->call);
	const struct outbox *o;

	/* A set of its own: the session's may be replaced before the answer comes. */
	a->all = outboxes_find(session_catalog(s), session_profile(s), session_sql(s));
	o = outbox_chosen(a->call, a->all, err);
	if (o && !outbox_column(o, OUTBOX_ID))
		err_set(err, ERR_FAILED, o->relation->name, "its messages have no key");
	return err->kind ? NULL : o;
}

static void filter(const struct act *a, struct buf *out, const char *fragment, const char *left,
		   int param)
{
	char value[8];
	const struct sqlvar vars[] = { { "left", left }, { "value", value } };

	snprintf(value, sizeof value, "$%d", param);
	buf_addc(out, '\n');
	sql_fragment(out, sqls(a), fragment, vars, ARRAY_SIZE(vars));
}

static void column_filter(const struct act *a, struct buf *out, enum outbox_role role,
			  int param, const char *fragment)
{
	struct buf left = BUF_INIT;

	sql_fragment(&left, sqls(a), "outbox_rows.column",
		     &(struct sqlvar){ "column", outbox_column(a->outbox, role)->name }, 1);
	filter(a, out, fragment, left.data, param);
	buf_release(&left);
}

/* Behind the last one of the batch before, by the whole key. */
static void after_filter(const struct act *a, struct buf *out, struct params *p)
{
	const struct column *others[OUTBOX_KEY_MAX];
	size_t n = outbox_key_others(a->outbox, others), last = reply_rows(a->chosen) - 1;
	struct buf value = BUF_INIT, key = BUF_INIT;

	outbox_key_text(&key, sqls(a), a->outbox, "m");
	buf_addf(&value, "($%d", params_text(p, a->after));
	for (size_t i = 0; i < n; i++)
		buf_addf(&value, ", $%d", params_text(p, reply_text(a->chosen, last, 2 + i)));
	buf_addc(&value, ')');
	if (!n)
		sql_fragment(
			&key, sqls(a), "outbox_rows.column",
			&(struct sqlvar){ "column", outbox_column(a->outbox, OUTBOX_ID)->name },
			1);
	{
		const struct sqlvar vars[] = { { "left", key.data }, { "value", value.data } };

		buf_addc(out, '\n');
		sql_fragment(out, sqls(a), "outbox_rows.after", vars, ARRAY_SIZE(vars));
	}
	buf_release(&key);
	buf_release(&value);
}

static bool filters(const struct act *a, struct buf *out, struct params *p, struct err *err)
{
	const struct args *args = call_args(a->call);
	const struct tenant_choice *tenant = session_tenant(call_session(a->call));
	const char *const *given = args_all(args, "id");
	VEC(const char *) ids = VEC_INIT;
	char *marked = xstrdup_null(args_get(args, "ids")), *rest = marked;

	while (given && *given)
		*VEC_PUSH(&ids) = *given++;
	while (rest)
		*VEC_PUSH(&ids) = strsep(&rest, "\n");
	if (ids.len)
		column_filter(a, out, OUTBOX_ID, params_array(p, ids.v, ids.len),
			      "outbox_rows.among");
	VEC_RELEASE(&ids);
	free(marked);
	if (args_has(args, "type")) {
		if (!outbox_column(a->outbox, OUTBOX_TYPE))
			return err_set(err, ERR_USAGE, "--type", "its messages have no type");
		column_filter(a, out, OUTBOX_TYPE, params_text(p, args_get(args, "type")),
			      "outbox_rows.filter");
	}
	if (tenant->kind == TENANT_ONE && outbox_column(a->outbox, OUTBOX_TENANT))
		column_filter(a, out, OUTBOX_TENANT, params_text(p, tenant->id),
			      "outbox_rows.filter");
	if (args_has(args, "after"))
		column_filter(a, out, OUTBOX_ID, params_text(p, args_get(args, "after")),
			      "outbox_rows.after");
	if (a->after)
		after_filter(a, out, p);
	return true;
}

/* What the key has beside the id. */
static void key_columns(const struct act *a, struct buf *out)
{
	const struct column *others[OUTBOX_KEY_MAX];
	size_t n = outbox_key_others(a->outbox, others);
	struct buf whole = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		buf_adds(out, ", ");
		sql_fragment(out, sqls(a), "outbox_rows.text",
			     &(struct sqlvar){ "column", others[i]->name }, 1);
	}
	outbox_key_text(&whole, sqls(a), a->outbox, "m");
	if (whole.len)
		sql_fragment(out, sqls(a), "outbox_rows.whole",
			     &(struct sqlvar){ "row", whole.data }, 1);
	buf_release(&whole);
}

static bool choose_sql(const struct act *a, const char *state, const char *fragment,
		       struct buf *out, struct params *p, struct err *err)
{
	struct buf name = BUF_INIT, condition = BUF_INIT, more = BUF_INIT;
	long limit = args_int(call_args(a->call), "limit", AT_MOST);
	char number[16];
	bool ok;

	sql_qualified(&name, a->outbox->relation->schema, a->outbox->relation->name);
	ok = outbox_condition(&condition, sqls(a), a->outbox, state) ||
	     err_set(err, ERR_FAILED, name.data, "cannot tell which messages are %s", state);
	ok = ok && filters(a, &more, p, err);
	snprintf(number, sizeof number, "%ld", limit > 0 && limit < AT_MOST ? limit : AT_MOST);
	if (ok) {
		static const char *const facts[] = { "id",     "event_type", "aggregate",
						     "tenant", "state",	     "enqueued_at",
						     "due_at", "attempts",   "error" };
		struct sqlvar vars[ARRAY_SIZE(facts) + 6];
		struct buf text[ARRAY_SIZE(facts)], key = BUF_INIT, whole = BUF_INIT;
		size_t n = 0;

		for (; n < ARRAY_SIZE(facts); n++) {
			text[n] = (struct buf)BUF_INIT;
			outbox_expression(&text[n], sqls(a), a->outbox, facts[n]);
			vars[n] = (struct sqlvar){ facts[n], text[n].data };
		}
		vars[n++] = (struct sqlvar){ "relation", name.data };
		vars[n++] = (struct sqlvar){ "condition", condition.data };
		vars[n++] = (struct sqlvar){ "filters", more.len ? more.data : "" };
		vars[n++] = (struct sqlvar){ "limit", number };
		key_columns(a, &key);
		vars[n++] = (struct sqlvar){ "key", key.data ? key.data : "" };
		outbox_key_text(&whole, sqls(a), a->outbox, "m");
		vars[n++] = (struct sqlvar){ "whole", whole.len ? whole.data : text[0].data };
		sql_fragment(out, sqls(a), fragment, vars, n);
		buf_release(&key);
		buf_release(&whole);
		for (size_t i = 0; i < ARRAY_SIZE(facts); i++)
			buf_release(&text[i]);
	}
	buf_release(&name);
	buf_release(&condition);
	buf_release(&more);
	return ok;
}

static void choose(struct act *a, const char *state, const char *fragment,
		   void (*done)(void *ctx, const struct txn_result *result))
{
	struct session *s = call_session(a->call);
	const struct request_callbacks cb = { .done = done, .ctx = a };
	struct params p = PARAMS_INIT;
	struct buf sql = BUF_INIT;
	struct scope scope;
	struct txn *t;

	if (!a->outbox)
		a->outbox = outbox_of(a, &a->err);
	if (!a->outbox || !choose_sql(a, state, fragment, &sql, &p, &a->err)) {
		call_done(a->call, &a->err, -1);
	} else {
		session_scope(s, USE_WATCH, &scope);
		t = txn_new(TXN_READ, &scope);
		scope_release(&scope);
		txn_add(t, sql.data, &p);
		db_send(session_db(s), DB_READ, t, &cb, a->call);
	}
	params_release(&p);
	buf_release(&sql);
}

static struct act *act_new(struct call *c)
{
	struct act *a = xcalloc(1, sizeof *a);

	a->call = c;
	call_set_data(c, a, act_free);
	return a;
}

static void next_batch(struct act *a)
{
	const struct args *args = call_args(a->call);

	choose(a,
	       args_has(args, "state") ? args_get(args, "state")
				       : outbox_action_state(a->action),
	       "outbox_rows.choose", chosen);
}

static void start(struct call *c, enum outbox_action action)
{
	struct act *a = act_new(c);
	const struct args *args = call_args(c);

	a->action = action;
	a->reason = xstrdup_null(args_get(args, "reason"));
	if (call_host(c)->batch && !a->reason && !dry(a)) {
		err_set(&a->err, ERR_USAGE, call_command(c)->name, "needs a reason");
		err_hint(&a->err, "add --reason TEXT, or --dry-run");
		call_done(c, &a->err, -1);
		return;
	}
	a->counting = !a->reason || !one_batch(a);
	next_batch(a);
}

/* ---- outbox list ---- */

static void listed(void *ctx, const struct txn_result *result)
{
	static const struct table_column columns[] = {
		{ .name = "id" },	 { .name = "event_type" },
		{ .name = "aggregate" }, { .name = "tenant" },
		{ .name = "state" },	 { .name = "enqueued_at" },
		{ .name = "due_at" },	 { .name = "attempts", .type = CELL_NUMBER },
		{ .name = "error" },
	};
	struct act *a = ctx;
	const struct host *h = call_host(a->call);
	const struct reply *r = result->n ? result->replies[0] : NULL;
	const char *cells[ARRAY_SIZE(columns)];

	if (result->outcome != TXN_DONE) {
		call_done(a->call, &result->err, -1);
		return;
	}
	h->ops->table_begin(h->ctx, "messages", columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < reply_rows(r); i++) {
		for (size_t c = 0; c < ARRAY_SIZE(columns); c++)
			cells[c] = reply_text(r, i, c);
		h->ops->table_row(h->ctx, cells);
	}
	h->ops->table_end(h->ctx);
	call_done(a->call, NULL, -1);
}

static void list_run(struct call *c)
{
	struct act *a = act_new(c);
	const char *state = args_get(call_args(c), "state");

	choose(a, state ? state : "pending", "outbox_rows.list", listed);
}

#define CHOOSE                                                                                 \
	"[--outbox:relation] "                                                               \
	"[--state:choice(pending|due|delayed|retrying|claimed|failed|dead|processed)] "        \
	"[--type:text] [--id:text] [--ids:text] [--after:text] [--limit:int]"
#define ACT CHOOSE " [--all] [--dry-run] [--expect:int] [--reason:text] [--out-of-order]"
#define ACT_HELP                                                                               \
	"At most 1000 messages of the chosen tenant, by id from --after on, in one "           \
	"transaction; --all goes on, 1000 at a time, after all were counted; "                 \
	"what a relay has locked is skipped. --ids takes several, a line each. "               \
	"--dry-run counts. --expect refuses another "                                          \
	"number. "                                                                             \
	"Messages that would pass other events of their aggregate are refused without "        \
	"--out-of-order."

const struct command cmd_outbox_list = {
	.name = "outbox list",
	.summary = "Messages of an outbox, by id",
	.args = CHOOSE,
	.help = "At most 1000; --after ID goes on behind the last one.",
	.needs = NEEDS_CATALOG | BATCH,
	.run = list_run,
};

#define COMMAND_OF(word, act, text, more)                                                      \
	static void word##_run(struct call *c)                                                 \
	{                                                                                      \
		start(c, act);                                                                 \
	}                                                                                      \
	const struct command cmd_outbox_##word = {                                             \
		.name = "outbox " #word,                                                       \
		.summary = text,                                                               \
		.args = more ACT,                                                              \
		.help = ACT_HELP,                                                              \
		.needs = NEEDS_CATALOG | NEEDS_WRITE | BATCH,                                  \
		.run = word##_run,                                                             \
	}

COMMAND_OF(dead, OUTBOX_BURY, "Mark messages dead: nobody tries them again", "");
COMMAND_OF(postpone, OUTBOX_POSTPONE, "Let messages wait until a time", "until:text ");
COMMAND_OF(requeue, OUTBOX_REQUEUE, "Deliver processed messages once more", "");
COMMAND_OF(retry, OUTBOX_RETRY, "Make messages due now", "");
COMMAND_OF(revive, OUTBOX_REVIVE, "Make dead messages pending again", "");
