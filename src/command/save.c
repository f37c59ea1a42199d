/* SPDX-License-Identifier: MIT */
#include "command/save.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "command/journal.h"
#include "save_priv.h"

#define ATTEMPTS_MAX 3 /* the second after 50 ms, the third after 100 */

static void attempt(struct save *s);

/* ---- life ---- */

static struct change *copy_changes(const struct change *changes, size_t n)
{
	struct change *copy = xcalloc(n + 1, sizeof *copy);

	for (size_t i = 0; i < n; i++) {
		copy[i] = changes[i];
		copy[i].value = xstrdup_null(changes[i].value);
	}
	return copy;
}

static void free_changes(struct change *changes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free((void *)(uintptr_t)changes[i].value);
	free(changes);
}

static void result_release(struct save_result *r)
{
	record_release(&r->after);
	record_release(&r->theirs);
	err_release(&r->err);
	free(r->who);
	free(r->since);
	free(r->column);
	free(r->constraint);
	free(r->holder);
	free(r->xid);
}

static void save_destroy(struct save *s)
{
	db_forget(session_db(s->session), s);
	loop_timer_free(&s->timer);
	lockwait_free(&s->wait);
	record_release(&s->base);
	free_changes(s->changes, s->nchanges);
	free(s->reason);
	free(s->event);
	free(s->aggregate);
	free(s->action);
	xact_quest_free(&s->quest);
	xact_release(&s->xact);
	free(s->entity_id);
	free(s->entity_type);
	result_release(&s->result);
	free(s);
}

void save_free(struct save **sp)
{
	struct save *s = *sp;

	*sp = NULL;
	if (s)
		save_destroy(s);
}

void save_finish(struct save *s, enum save_outcome outcome)
{
	static const char *const names[] = { "done",	"conflict", "refused", "gone",
					     "invalid", "locked",   "failed",  "unknown" };

	s->result.outcome = outcome;
	journal_outcome(s->result.save_id, names[outcome], s->result.err.sqlstate);
	s->fn(s->ctx, &s->result);
	save_destroy(s);
}

bool save_may_give_up(const struct save *s)
{
	return !s->committing;
}

const char *save_state(const struct save *s)
{
	if (s->quest)
		return xact_quest_state(s->quest);
	return !s->committing && lockwait_text(s->wait) ? lockwait_text(s->wait) : s->state;
}

static void on_timer(void *ctx)
{
	struct save *s = ctx;

	s->timer_next(s);
}

void save_later(struct save *s, uint64_t ms, void (*next)(struct save *s))
{
	s->timer_next = next;
	loop_timer_start(s->timer, ms, 0);
}

/* ---- on the way ---- */

/* It is told before anything is written: who waits for a lock can be asked after. */
static bool on_identity(void *ctx, int index UNUSED, const struct reply *r)
{
	struct save *s = ctx;

	if (!reply_rows(r))
		return true;
	xact_take(&s->xact, r);
	free(s->result.xid);
	s->result.xid = xstrdup_null(s->xact.xid);
	lockwait_begin(s->wait, reply_get(r, 0, "pid"));
	return true;
}

static void on_waiting(void *ctx)
{
	struct save *s = ctx;

	if (s->changed)
		s->changed(s->ctx);
}

static void on_committing(void *ctx)
{
	struct save *s = ctx;

	s->state = "committing";
	s->committing = true;
	save_journal(s);
}

/* ---- the end of an attempt ---- */

static bool moved_partition(const struct txn_result *r)
{
	return strcmp(r->err.sqlstate, "40001") == 0 && r->server.message &&
	       strstr(r->server.message, "another partition");
}

static void on_done(void *ctx, const struct txn_result *result)
{
	struct save *s = ctx;

	lockwait_end(s->wait);
	switch (result->outcome) {
	case TXN_DONE:
		save_finish(s, SAVE_DONE);
		return;
	case TXN_ROLLED_BACK:
		if (s->retry_bump) {
			s->retry_bump = false;
			s->bump = false;
			attempt(s);
		} else if (s->result.outcome == SAVE_CONFLICT) {
			save_ask_who(s);
		} else {
			save_finish(s, s->result.outcome);
		}
		return;
	case TXN_UNKNOWN:
		save_seek_evidence(s);
		return;
	case TXN_FAILED:
		break;
	}
	if (!moved_partition(result) &&
	    (strcmp(result->err.sqlstate, "40001") == 0 ||
	     strcmp(result->err.sqlstate, "40P01") == 0) &&
	    s->result.attempts < ATTEMPTS_MAX) {
		s->state = "trying again";
		save_later(s, 50u << (s->result.attempts - 1), attempt);
		return;
	}
	save_refused(s, result);
}

/* ---- sending ---- */

static void add_write(struct save *s, struct txn *txn)
{
	const struct sqlset *set = session_sql(s->session);
	struct buf sql = BUF_INIT;
	struct params p = PARAMS_INIT;

	switch (s->kind) {
	case SAVE_UPDATE:
		record_update_sql(&sql, &p, set, s->plan, &s->base, s->changes, s->nchanges,
				  s->bump);
		break;
	case SAVE_INSERT:
		record_insert_sql(&sql, &p, set, s->plan, s->changes, s->nchanges);
		break;
	case SAVE_DELETE:
		record_delete_sql(&sql, &p, set, s->plan, &s->base);
		break;
	}
	s->write = txn_add(txn, sql.data, &p);
	params_release(&p);
	buf_release(&sql);
}

/* Behind the write, which holds the relation as it is. */
static void add_columns(struct save *s, struct txn *txn)
{
	const struct relation *r = record_plan_relation(s->plan);
	struct params p = PARAMS_INIT;

	params_text(&p, r->schema);
	params_text(&p, r->name);
	s->columns = txn_add(txn, sqlset_get(session_sql(s->session), "save_columns", 0)->text, &p);
	params_release(&p);
}

/* By the key as it will be: the person may have changed it. */
static void add_reread(struct save *s, struct txn *txn)
{
	const struct column *const *key = record_plan_key(s->plan);
	const char **texts = record_key(&s->base, s->plan);
	struct buf sql = BUF_INIT;
	struct params p = PARAMS_INIT;

	for (size_t i = 0; key[i]; i++)
		for (size_t k = 0; k < s->nchanges; k++)
			if (s->changes[k].column == key[i] && !s->changes[k].use_default)
				texts[i] = s->changes[k].value;
	record_load_sql(&sql, &p, session_sql(s->session), s->plan, texts);
	s->reread = txn_add(txn, sql.data, &p);
	params_release(&p);
	buf_release(&sql);
	free(texts);
}

static void attempt(struct save *s)
{
	struct request_callbacks cb = {
		.done = on_done,
		.on_rows = on_identity,
		.verdict = save_on_verdict,
		.committing = on_committing,
		.ctx = s,
	};
	struct scope scope;
	struct txn *txn;

	s->state = "saving";
	s->committing = false; /* the last one was refused: a serialization failure at COMMIT */
	s->result.attempts++;
	s->reread = -1;
	session_scope(s->session, USE_WRITE, &scope);
	/* The time to wait for a lock is not taken from the time to write. */
	if (scope.statement_timeout_ms > 0)
		scope.statement_timeout_ms += scope.lock_timeout_ms;
	txn = txn_new(TXN_WRITE, &scope);
	txn_at_once(txn,
		    txn_add(txn, sqlset_get(session_sql(s->session), "save_identity", 0)->text,
			    NULL));
	add_write(s, txn);
	add_columns(s, txn);
	if (s->kind != SAVE_INSERT)
		add_reread(s, txn);
	if (s->kind != SAVE_INSERT)
		save_add_trail(s, txn);
	db_send(session_db(s->session), DB_EDIT, txn, &cb, s);
	scope_release(&scope);
}

struct save *save_start(struct session *session, const struct save_request *req, save_fn *fn,
			void *ctx)
{
	struct save *s = xcalloc(1, sizeof *s);

	if (!session_armed(session))
		BUG("a save while read-only");
	s->session = session;
	s->plan = req->plan;
	s->kind = req->kind;
	if (req->base)
		record_copy(&s->base, req->base);
	s->changes = copy_changes(req->changes, req->nchanges);
	s->nchanges = req->nchanges;
	s->reason = xstrdup_null(req->reason);
	s->event = xstrdup_null(req->event);
	s->aggregate = xstrdup_null(req->aggregate);
	s->action = xstrdup_null(req->action);
	s->fn = fn;
	s->ctx = ctx;
	s->bump = record_plan_guard(req->plan) == GUARD_VERSION &&
		  !record_plan_profile(req->plan)->version_by_trigger;
	s->timer = loop_timer_new(session_loop(session), on_timer, s);
	s->changed = req->changed;
	s->wait = lockwait_new(session, on_waiting, s);
	uuid_make(s->result.save_id);
	s->xact.save_id = s->result.save_id;
	s->entity_type = xasprintf("%s.%s", record_plan_relation(req->plan)->schema,
				   record_plan_relation(req->plan)->name);
	if (req->kind != SAVE_INSERT)
		s->entity_id = save_entity_id(req->plan, &s->base);
	session_arm(session, true); /* the idle time begins anew */
	attempt(s);
	return s;
}
