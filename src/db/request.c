/* SPDX-License-Identifier: MIT */
/* What the answers to a transaction mean, and who is told. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/timefmt.h"
#include "base/utf8.h"
#include "db_priv.h"

struct request *request_new(struct conn *c, struct txn *owned,
			    const struct request_callbacks *cb, const void *owner)
{
	struct request *r = xcalloc(1, sizeof *r);

	r->conn = c;
	r->txn = owned;
	r->cb = *cb;
	r->owner = owner;
	r->ahead = owned->scope.ahead;
	r->result.failed = -1;
	return r;
}

/* Forget what was answered, as if it had not been sent. */
static void clear_answers(struct request *r)
{
	for (size_t i = 0; i < r->replies.len; i++)
		reply_free(&r->replies.v[i]);
	for (size_t i = 0; i < r->errors.len; i++)
		server_error_release(&r->errors.v[i]);
	VEC_CLEAR(&r->replies);
	VEC_CLEAR(&r->errors);
	server_error_release(&r->result.server);
	err_clear(&r->result.err);
	r->result.failed = -1;
}

void request_free(struct request *r)
{
	clear_answers(r);
	VEC_RELEASE(&r->replies);
	VEC_RELEASE(&r->errors);
	err_release(&r->result.err);
	txn_free(&r->txn);
	if (r->cb.release)
		r->cb.release(r->cb.ctx);
	free(r);
}

static double seconds_since(int64_t us)
{
	return (double)(time_monotonic_us() - us) / 1e6;
}

bool request_is_read(const struct request *r)
{
	return r->txn->kind == TXN_READ || r->txn->kind == TXN_SNAPSHOT;
}

double request_seconds(const struct request *r)
{
	return r->sent_us ? seconds_since(r->sent_us) : 0;
}

bool request_running(const struct request *r)
{
	return r->phase != PHASE_WAITING && r->phase != PHASE_ENDING;
}

static const struct txn_result *result(struct request *r)
{
	r->result.n = r->replies.len;
	r->result.replies = r->replies.v;
	r->result.errors = r->txn->kind == TXN_PROBE ? r->errors.v : NULL;
	r->result.seconds = request_seconds(r);
	return &r->result;
}

/* ---- telling ---- */

static void tell(struct request *r, enum txn_outcome outcome)
{
	if (r->silent)
		return;
	r->silent = true;
	r->result.outcome = outcome;
	r->conn->db->inside++;
	r->cb.done(r->cb.ctx, result(r));
	r->conn->db->inside--;
}

static bool failed(const struct request *r)
{
	return r->result.err.kind != ERR_NONE;
}

void request_fail(struct request *r, const struct err *err)
{
	if (!failed(r))
		err_copy(&r->result.err, err);
	tell(r, TXN_FAILED);
}

static void set_cancelled(struct request *r)
{
	char sqlstate[6];

	memcpy(sqlstate, r->result.err.sqlstate, sizeof sqlstate);
	err_set(&r->result.err, ERR_CANCELLED, NULL, "cancelled");
	memcpy(r->result.err.sqlstate, sqlstate, sizeof sqlstate);
}

static bool sqlstate_is(const struct request *r, const char *sqlstate)
{
	return strcmp(r->result.err.sqlstate, sqlstate) == 0;
}

/* The transaction before it had failed, and was still open as it should begin. */
static bool met_failure(const struct request *r)
{
	return request_is_read(r) && r->result.failed < 0 && sqlstate_is(r, "25P02");
}

static void tell_failure(struct request *r)
{
	if (r->stopped || (r->unwanted && (!failed(r) || sqlstate_is(r, "57014") ||
					   met_failure(r))))
		set_cancelled(r);
	tell(r, TXN_FAILED);
}

void request_give(struct request *r)
{
	if (r->unwanted)
		tell_failure(r);
	else
		tell(r, TXN_DONE);
}

/* ---- answers ---- */

static struct reply *take_reply(const struct request *r, PGresult *owned)
{
	return reply_take(r->encoding ? encoding_result(r->encoding, owned) : owned);
}

static void read_error(const struct request *r, struct server_error *e, const PGresult *res)
{
	server_error_read(e, res);
	if (r->encoding)
		encoding_error(r->encoding, e);
}

static void keep_reply(struct request *r, int index, PGresult *owned)
{
	struct reply *reply = take_reply(r, owned);
	struct db_counters *n = &r->conn->db->counters;

	n->rows += reply_rows(reply);
	n->bytes_in += reply_payload(reply);
	if (r->silent || index < 0) {
		reply_free(&reply);
		return;
	}
	while (r->replies.len <= (size_t)index)
		*VEC_PUSH(&r->replies) = NULL;
	reply_free(&r->replies.v[index]);
	r->replies.v[index] = reply;
}

/* Rows of a streamed statement, or of one that is handed on: they pass by. */
static void pass_rows(struct request *r, int index, PGresult *owned)
{
	struct reply *rows = take_reply(r, owned);
	struct db_counters *n = &r->conn->db->counters;

	n->rows += reply_rows(rows);
	n->bytes_in += reply_payload(rows);
	if (!r->silent && !r->unwanted && r->cb.on_rows) {
		r->passed |= r->txn->statements.v[index].stream;
		r->conn->db->inside++;
		if (!r->cb.on_rows(r->cb.ctx, index, rows))
			r->stopped = r->unwanted = true;
		r->conn->db->inside--;
	}
	reply_free(&rows);
}

static void keep_probe_error(struct request *r, int index, const PGresult *res)
{
	while (r->errors.len <= (size_t)index)
		*VEC_PUSH(&r->errors) = (struct server_error){ 0 };
	read_error(r, &r->errors.v[index], res);
}

/* The server counts characters, of its own encoding: of SQL_ASCII these are bytes. */
static void keep_place(struct request *r, const char *sql, int position)
{
	const char *encoding = PQparameterStatus(r->conn->pg, "server_encoding");
	size_t before = (size_t)position - 1, at = utf8_skip(sql, before);

	if (encoding && strcmp(encoding, "SQL_ASCII") == 0 && before <= strlen(sql))
		at = before;
	err_place(&r->result.err, sql, at, sql_word_length(sql + at));
}

static void keep_error(struct request *r, const struct step *step, const PGresult *res)
{
	struct server_error e = { 0 };

	read_error(r, &e, res);
	log_line("db", "%s: %s", e.sqlstate ? e.sqlstate : "-", e.message ? e.message : "-");
	if (server_error_fatal(&e))
		server_error_tell(&e, &r->conn->last_words);
	if (step->kind == STEP_STATEMENT && r->txn->kind == TXN_PROBE &&
	    !server_error_fatal(&e)) {
		keep_probe_error(r, step->index, res);
		server_error_release(&e);
		/* the probe's own statements fail as they please; but a cancel is meant for
		 * all */
		if (!r->unwanted)
			return;
	}
	server_error_release(&e);
	/* of a rollback nobody is told: what it would undo is gone with the session at the
	 * latest */
	if (failed(r) || step->kind == STEP_ROLLBACK)
		return;
	read_error(r, &r->result.server, res);
	server_error_tell(&r->result.server, &r->result.err);
	r->result.failed = step->kind == STEP_STATEMENT ? step->index : -1;
	if (r->result.failed >= 0 && r->result.server.position > 0)
		keep_place(r, txn_sql(r->txn, step->index), r->result.server.position);
	if (!r->result.server.message) /* libpq's own: the connection went */
		conninfo_error(r->conn->pg, &r->result.err);
}

/* COMMIT of a failed transaction succeeds with the tag ROLLBACK. An ERROR means that nothing
 * was changed; after FATAL the session ends, and whether the commit was written before nobody
 * can tell. */
static void committed(struct request *r, PGresult *res)
{
	struct err err = ERR_INIT;

	if (PQresultStatus(res) == PGRES_COMMAND_OK) {
		r->phase = PHASE_ENDING;
		if (strcmp(PQcmdStatus(res), "COMMIT") == 0) { /* not SQL */
			tell(r, TXN_DONE);
		} else {
			err_set(&err, ERR_FAILED, NULL,
				"the server rolled the transaction back");
			request_fail(r, &err);
		}
	} else if (r->result.server.message && !server_error_fatal(&r->result.server)) {
		r->phase = PHASE_ENDING;
		tell(r, TXN_FAILED);
	}
	err_release(&err);
}

void request_answer(struct request *r, const struct step *step, PGresult *owned)
{
	ExecStatusType status = PQresultStatus(owned);

#ifdef LIBPQ_HAS_CHUNK_MODE
	if (status == PGRES_TUPLES_CHUNK)
		status = PGRES_SINGLE_TUPLE;
#endif
	if (status == PGRES_FATAL_ERROR)
		keep_error(r, step, owned);
	if (step->kind == STEP_COMMIT)
		committed(r, owned);
	if (status == PGRES_SINGLE_TUPLE ||
	    (status == PGRES_TUPLES_OK && step->kind == STEP_STATEMENT &&
	     r->txn->statements.v[step->index].hand_on))
		pass_rows(r, step->index, owned);
	else if (step->kind == STEP_STATEMENT &&
		 (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK ||
		  status == PGRES_EMPTY_QUERY))
		keep_reply(r, step->index, owned);
	else
		PQclear(owned);
}

/* ---- syncs ---- */

/* A cancel may hit a neighbour: on the way it cannot know what the server has come to (a
 * pooler's server may even be another client's by then). The statement timeout has the same
 * SQLSTATE and is meant. */
static bool hit_by_mistake(const struct request *r)
{
	int limit_ms = r->txn->scope.statement_timeout_ms;

	if (r->retried || r->passed || r->unwanted || r->silent || !request_is_read(r))
		return false;
	return sqlstate_is(r, "57014") && !strstr(r->result.err.why, "timeout") &&
	       (limit_ms <= 0 || request_seconds(r) * 1000 < 0.9 * limit_ms);
}

static void end(struct request *r, enum step_kind kind)
{
	struct conn *c = r->conn;

	r->phase = kind == STEP_COMMIT ? PHASE_COMMITTING : PHASE_ENDING;
	if (!wire_send_end(c, r, kind))
		c->broken = true;
}

static void go_on(struct request *r, size_t from)
{
	if (!wire_send_more(r->conn, r, from))
		r->conn->broken = true;
}

static void finish(struct request *r, size_t from)
{
	r->phase = PHASE_COMMITTING;
	if (!wire_send_finish(r->conn, r, from))
		r->conn->broken = true;
}

static enum txn_verdict ask_verdict(struct request *r)
{
	enum txn_verdict verdict = TXN_COMMIT;
	struct db *db = r->conn->db;

	db->inside++;
	if (r->cb.verdict)
		verdict = r->cb.verdict(r->cb.ctx, r->txn, result(r));
	if ((verdict == TXN_COMMIT || verdict == TXN_FINISH) && !r->unwanted &&
	    r->cb.committing)
		r->cb.committing(r->cb.ctx);
	db->inside--;
	return r->unwanted ? TXN_ROLLBACK : verdict;
}

static void decide(struct request *r)
{
	size_t sent = r->txn->statements.len;
	enum txn_verdict verdict;

	/* nothing may be sent while a cancel is on its way: it could hit that */
	if (r->conn->cancel) {
		r->phase = PHASE_HELD;
		tell_failure(r);
		return;
	}
	if (failed(r) || r->unwanted) {
		end(r, STEP_ROLLBACK);
		tell_failure(r);
		return;
	}
	verdict = ask_verdict(r);
	if ((verdict == TXN_CONTINUE || verdict == TXN_FINISH) && r->txn->statements.len == sent)
		BUG("a verdict to go on without a new statement");
	switch (verdict) {
	case TXN_COMMIT:
		end(r, STEP_COMMIT);
		break;
	case TXN_ROLLBACK:
		end(r, STEP_ROLLBACK);
		if (r->unwanted)
			tell_failure(r);
		else
			tell(r, TXN_ROLLED_BACK);
		break;
	case TXN_CONTINUE:
		go_on(r, sent);
		break;
	case TXN_FINISH:
		finish(r, sent);
		break;
	}
}

static void answered(struct request *r)
{
	struct conn *c = r->conn;

	if (c->flight.len == 1)
		session_rtt(&c->session, request_seconds(r));
	while (!r->silent && r->replies.len < r->txn->statements.len)
		*VEC_PUSH(&r->replies) = NULL;
	while (r->txn->kind == TXN_PROBE && r->errors.len < r->txn->statements.len)
		*VEC_PUSH(&r->errors) = (struct server_error){ 0 };
	if (r->txn->kind == TXN_WRITE) {
		decide(r);
		return;
	}
	r->phase = PHASE_ENDING;
	c->holding |= request_is_read(r) && failed(r);
	if (hit_by_mistake(r) || (met_failure(r) && !r->unwanted && !r->silent))
		r->again = true;
	else if (failed(r) || r->stopped)
		tell_failure(r);
	else
		tell(r, TXN_DONE);
}

static void drained(struct request *r)
{
	struct conn *c = r->conn;
	struct err err = ERR_INIT;

	VEC_REMOVE(&c->flight, 0); /* answers come in the order of sending */
	if (ahead_keep(r))
		return;
	if (r->given)
		request_give(r);
	if (r->again) {
		clear_answers(r);
		r->again = false;
		r->retried = true;
		r->phase = PHASE_WAITING;
		r->sent_us = 0;
		queue_again(r);
		return;
	}
	if (r->phase == PHASE_COMMITTING) {
		err_set(&err, ERR_CONNECTION, NULL, "the server did not answer the COMMIT");
		request_lost(r, &err);
		err_release(&err);
	}
	request_free(r);
}

/* What stands before a COPY is answered; if that failed, or nobody waits any more, it is not
 * begun. */
static void before_copy(struct request *r, int index)
{
	if (failed(r) || r->unwanted || r->conn->cancel)
		answered(r);
	else if (!wire_send_copy(r->conn, r, index))
		r->conn->broken = true;
}

void request_copied(struct request *r, int index)
{
	if (!wire_send_rest(r->conn, r, index, failed(r) || r->unwanted || r->conn->cancel))
		r->conn->broken = true;
}

/* A statement failed, and its transaction is still there. */
static void finished(struct request *r)
{
	if (r->result.failed >= 0)
		end(r, STEP_ROLLBACK);
	else
		drained(r);
}

void request_synced(struct request *r, const struct step *step)
{
	bool last = step->kind == STEP_DRAINED ||
		    (step->kind == STEP_ASKED && request_is_read(r));

	if (step->kind == STEP_ASKED)
		answered(r);
	else if (step->kind == STEP_COPY)
		before_copy(r, step->index);
	else if (step->kind == STEP_FINISHED)
		finished(r);
	if (last)
		drained(r);
}

static void tell_unknown(struct request *r, const struct err *err)
{
	struct err reason = ERR_INIT;

	err_copy(&reason, failed(r) ? &r->result.err : err);
	err_set(&r->result.err, ERR_CONNECTION, NULL,
		"the connection was lost after COMMIT was sent: %s", reason.why);
	memcpy(r->result.err.sqlstate, reason.sqlstate, sizeof reason.sqlstate);
	err_release(&reason);
	tell(r, TXN_UNKNOWN);
}

void request_lost(struct request *r, const struct err *err)
{
	if (r->phase == PHASE_COMMITTING)
		tell_unknown(r, err);
	else if (r->unwanted)
		tell_failure(r);
	else
		request_fail(r, err);
}

void request_released(struct request *r)
{
	if (r->phase == PHASE_HELD)
		end(r, STEP_ROLLBACK);
}
