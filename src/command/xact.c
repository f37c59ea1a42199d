/* SPDX-License-Identifier: MIT */
#include "xact.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "audit.h"

enum { WAIT_MS = 500, WAITS_MAX = 240 };

struct xact_quest {
	struct session *session;
	enum db_lane lane;
	const struct xact *xact;
	const char *state;
	struct loop_timer *timer;
	int waits;
	bool looked;
	enum xact_end untold; /* what it ends as if there is no trace */
	xact_fn *fn;
	void *ctx;
};

void xact_release(struct xact *x)
{
	free(x->xid);
	free(x->system);
	*x = (struct xact){ .save_id = x->save_id };
}

void xact_take(struct xact *x, const struct reply *identity)
{
	xact_release(x);
	x->xid = xstrdup_null(reply_get(identity, 0, "xid"));
	x->system = xstrdup_null(reply_get(identity, 0, "system"));
	x->timeline = reply_int(identity, 0, (size_t)reply_column(identity, "timeline"));
}

static void send(struct xact_quest *q, const char *query, const struct params *p,
		 void (*done)(void *ctx, const struct txn_result *result))
{
	struct request_callbacks cb = { .done = done, .ctx = q };
	struct scope scope;
	struct txn *txn;

	session_scope(q->session, USE_CATALOG, &scope);
	txn = txn_new(TXN_READ, &scope);
	txn_add(txn, sqlset_get(session_sql(q->session), query, 0)->text, p);
	db_send(session_db(q->session), q->lane, txn, &cb, q);
	scope_release(&scope);
}

static void end(struct xact_quest *q, enum xact_end how, const struct err *err)
{
	q->fn(q->ctx, how, err && err->kind ? err : NULL);
}

static void again(struct xact_quest *q, const char *state, const struct err *err)
{
	q->state = state;
	if (q->waits++ < WAITS_MAX)
		loop_timer_start(q->timer, WAIT_MS, 0);
	else
		end(q, XACT_UNREACHED, err);
}

/* The lane reconnects by itself: then there is nothing to do but to ask again.  57: it shuts
 * down or starts. */
static bool no_answer(struct xact_quest *q, const struct txn_result *result)
{
	if (result->outcome == TXN_DONE ||
	    (result->err.kind != ERR_CONNECTION && strncmp(result->err.sqlstate, "57", 2) != 0))
		return false;
	again(q, "waiting for the server, to ask what became of it", &result->err);
	return true;
}

/* ---- its audit row ---- */

static void on_trace(void *ctx, const struct txn_result *result)
{
	struct xact_quest *q = ctx;
	const struct reply *r = result->n ? result->replies[0] : NULL;

	if (no_answer(q, result))
		return;
	q->looked = r && reply_rows(r);
	end(q, q->looked && reply_bool(r, 0, 0) ? XACT_COMMITTED : q->untold, NULL);
}

/* The server has no word of it: only traces tell. */
static void look_for_trace(struct xact_quest *q, enum xact_end untold, const struct err *err)
{
	const struct relation *audit = audit_relation(q->session);
	struct request_callbacks cb = { .done = on_trace, .ctx = q };
	struct params p = PARAMS_INIT;
	struct scope scope;
	struct txn *txn;
	char *sql;

	if (!q->xact->save_id || !audit || !(audit->rights & RIGHT_SELECT)) {
		end(q, untold, err);
		return;
	}
	q->untold = untold;
	q->state = "looking for traces of it in the audit";
	sql = audit_query(q->session, "save_evidence", audit);
	params_text(&p, q->xact->save_id);
	session_scope(q->session, USE_READ, &scope);
	txn = txn_new(TXN_READ, &scope);
	txn_add(txn, sql, &p);
	db_send(session_db(q->session), q->lane, txn, &cb, q);
	scope_release(&scope);
	params_release(&p);
	free(sql);
}

/* ---- the server's own word ---- */

static void on_status(void *ctx, const struct txn_result *result)
{
	struct xact_quest *q = ctx;
	const struct reply *r = result->n ? result->replies[0] : NULL;
	const char *status = r && reply_rows(r) ? reply_get(r, 0, "status") : NULL;

	if (no_answer(q, result))
		return;
	if (!status)
		look_for_trace(q, XACT_UNTOLD, &result->err);
	else if (strcmp(status, "committed") == 0)
		end(q, XACT_COMMITTED, NULL);
	else if (strcmp(status, "aborted") == 0)
		end(q, XACT_ABORTED, NULL);
	else
		again(q, "waiting until the server ends the interrupted transaction", NULL);
}

static void on_server(void *ctx, const struct txn_result *result)
{
	struct xact_quest *q = ctx;
	const struct reply *r = result->n ? result->replies[0] : NULL;
	const char *system = r && reply_rows(r) ? reply_get(r, 0, "system") : NULL;
	struct params p = PARAMS_INIT;

	if (no_answer(q, result))
		return;
	if (!system || !q->xact->system || !q->xact->xid) {
		look_for_trace(q, XACT_UNTOLD, &result->err);
	} else if (strcmp(system, q->xact->system) != 0) {
		look_for_trace(q, XACT_ELSEWHERE, NULL);
	} else if (reply_bool(r, 0, (size_t)reply_column(r, "standby"))) {
		again(q, "waiting for a primary, to ask what became of it", NULL);
	} else if (reply_int(r, 0, (size_t)reply_column(r, "timeline")) != q->xact->timeline) {
		look_for_trace(q, XACT_ELSEWHERE, NULL);
	} else {
		params_text(&p, q->xact->xid);
		send(q, "save_status", &p, on_status);
		params_release(&p);
	}
}

static void ask(void *ctx)
{
	struct xact_quest *q = ctx;

	q->state = "asking what became of it";
	send(q, "save_server", NULL, on_server);
}

struct xact_quest *xact_ask(struct session *s, enum db_lane lane, const struct xact *x,
			    xact_fn *fn, void *ctx)
{
	struct xact_quest *q = xcalloc(1, sizeof *q);

	*q = (struct xact_quest){ .session = s, .lane = lane, .xact = x, .fn = fn, .ctx = ctx };
	q->timer = loop_timer_new(session_loop(s), ask, q);
	ask(q);
	return q;
}

bool xact_quest_looked(const struct xact_quest *q)
{
	return q->looked;
}

void xact_quest_free(struct xact_quest **qp)
{
	struct xact_quest *q = *qp;

	*qp = NULL;
	if (!q)
		return;
	db_forget(session_db(q->session), q);
	loop_timer_free(&q->timer);
	free(q);
}

const char *xact_quest_state(const struct xact_quest *q)
{
	return q->state;
}
