/* SPDX-License-Identifier: MIT */
/*
 * save_evidence.c - the connection was lost after COMMIT was sent: only the server knows what
 * became of it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/attr.h"
#include "domain/pgtype.h"
#include "save_priv.h"

#define WAIT_MS                                                                                \
	500 /* between two looks while the transaction is still in progress, or there is no    \
	       server */
#define WAITS_MAX 240 /* two minutes, then it is said to be unknown */

static void look_at_record(struct save *s);

static void send(struct save *s, const char *sql, const struct params *p,
		 void (*done)(void *ctx, const struct txn_result *result))
{
	struct request_callbacks cb = { .done = done, .ctx = s };
	struct scope scope;
	struct txn *txn;

	session_scope(s->session, USE_READ, &scope);
	txn = txn_new(TXN_READ, &scope);
	txn_add(txn, sql, p);
	db_send(session_db(s->session), DB_EDIT, txn, &cb, s);
	scope_release(&scope);
}

static void unknown(struct save *s)
{
	err_set(&s->result.err, ERR_CONNECTION, record_plan_relation(s->plan)->name,
		"the connection was lost while the save was being committed, and nothing tells "
		"whether it was");
	err_hint(&s->result.err,
		 "look at the record before you save again; what you typed is kept");
	save_finish(s, SAVE_UNKNOWN);
}

static void again(struct save *s, void (*next)(struct save *s))
{
	if (s->waits++ < WAITS_MAX)
		save_later(s, WAIT_MS, next);
	else
		unknown(s);
}

/* No answer yet: the lane reconnects by itself, so ask again. True if it was that. */
static bool no_answer(struct save *s, const struct txn_result *result,
		      void (*next)(struct save *s))
{
	if (result->outcome == TXN_DONE)
		return false;
	if (result->err.kind == ERR_CONNECTION || strncmp(result->err.sqlstate, "57", 2) == 0) {
		again(s, next);
		return true;
	}
	return false;
}

static void not_written(struct save *s)
{
	err_set(&s->result.err, ERR_CONNECTION, record_plan_relation(s->plan)->name,
		s->elsewhere ? "another server took over before the save had reached it: "
			       "nothing was written there"
			     : "the connection was lost and the server did not commit: "
			       "nothing was written");
	err_hint(&s->result.err, "save again when you are ready");
	save_finish(s, SAVE_FAILED);
}

/* ---- the record itself ---- */

static bool holds_changes(const struct save *s, const struct record *now)
{
	for (size_t i = 0; i < s->nchanges; i++) {
		const struct record_field *f = record_field(now, s->changes[i].column->name);
		const char *mine = s->changes[i].value;

		if (!f || s->changes[i].use_default ||
		    (f->value && mine ? strcmp(f->value, mine) != 0 : f->value != mine))
			return false;
	}
	return true;
}

/* A uuid that was made here is nobody else's: the record that has it is the one. */
static bool has_own_uuid(const struct save *s)
{
	for (size_t i = 0; i < s->nchanges; i++)
		if (s->changes[i].column->base_type_oid == PGTYPE_UUID && s->changes[i].value)
			return true;
	return false;
}

static bool is_there(const struct save *s, const struct record *now)
{
	bool next = s->base.version && now->version &&
		    strtoll(now->version, NULL, 10) == strtoll(s->base.version, NULL, 10) + 1;

	if (s->kind == SAVE_INSERT)
		return has_own_uuid(s) && holds_changes(s, now);
	return s->kind == SAVE_UPDATE && (next || !now->version) && holds_changes(s, now);
}

static void on_record(void *ctx, const struct txn_result *result)
{
	struct save *s = ctx;
	const struct reply *r = result->n ? result->replies[0] : NULL;
	struct record now = { 0 };

	if (no_answer(s, result, look_at_record))
		return;
	if (!r || reply_rows(r) != 1) {
		if (r && s->kind == SAVE_DELETE)
			save_finish(s, SAVE_DONE);
		else
			unknown(s);
		return;
	}
	record_from_reply(&now, s->plan, r, 0);
	if (is_there(s, &now)) {
		record_copy(&s->result.after, &now);
		record_release(&now);
		save_finish(s, SAVE_DONE);
		return;
	}
	if (s->kind != SAVE_INSERT && record_same_guard(&s->base, &now) &&
	    (now.version || now.xmin)) {
		record_release(&now);
		not_written(s);
		return;
	}
	record_release(&now);
	unknown(s);
}

static void look_at_record(struct save *s)
{
	struct params p = PARAMS_INIT;
	struct buf sql = BUF_INIT;
	const char **key;

	if (s->kind == SAVE_INSERT && !s->result.after.n) {
		unknown(s);
		return;
	}
	key = record_key(s->kind == SAVE_INSERT ? &s->result.after : &s->base, s->plan);
	record_load_sql(&sql, &p, session_sql(s->session), s->plan, key);
	send(s, sql.data, &p, on_record);
	free(key);
	buf_release(&sql);
	params_release(&p);
}

/* ---- the server's own word ---- */

static void on_end(void *ctx, enum xact_end end, const struct err *err UNUSED)
{
	struct save *s = ctx;

	xact_quest_free(&s->quest);
	s->elsewhere = end == XACT_ELSEWHERE;
	switch (end) {
	case XACT_COMMITTED:
		save_finish(s, SAVE_DONE);
		break;
	case XACT_ABORTED:
		not_written(s);
		break;
	case XACT_UNTOLD:
	case XACT_ELSEWHERE:
		look_at_record(s);
		break;
	case XACT_UNREACHED:
		unknown(s);
		break;
	}
}

void save_seek_evidence(struct save *s)
{
	s->state = "looking for traces of the save";
	s->quest = xact_ask(s->session, DB_EDIT, &s->xact, on_end, s);
}
