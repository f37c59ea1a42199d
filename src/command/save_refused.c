/* SPDX-License-Identifier: MIT */
/*
 * save_refused.c - an attempt that came to nothing, in words: which field the server means, who
 * has changed the record, who holds it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "audit.h"
#include "save_priv.h"

/* ---- who, after a conflict; who holds, after a lock timeout ---- */

static void on_who(void *ctx, const struct txn_result *result)
{
	struct save *s = ctx;
	const struct reply *r = result->n ? result->replies[0] : NULL;

	if (r && reply_rows(r)) {
		struct buf since = BUF_INIT;
		const char *reason = reply_get(r, 0, "reason");
		double seconds = reply_double(r, 0, (size_t)reply_column(r, "seconds"));
		int64_t now = time_now_us();

		timefmt_age(&since, now - (int64_t)(seconds * 1e6), now);
		if (reason && *reason)
			buf_addf(&since, " (%s)", reason);
		s->result.who = xstrdup_null(reply_get(r, 0, "who"));
		s->result.since = buf_detach(&since);
	}
	save_finish(s, SAVE_CONFLICT);
}

void save_ask_who(struct save *s)
{
	const struct relation *audit = audit_relation(s->session);
	struct request_callbacks cb = { .done = on_who, .ctx = s };
	struct params p = PARAMS_INIT;
	struct scope scope;
	struct txn *txn;
	bool exact;
	char *sql;

	if (!audit || !(audit->rights & RIGHT_SELECT)) {
		save_finish(s, SAVE_CONFLICT);
		return;
	}
	/* A raw writer leaves no audit row: then the last one is not about this version. */
	exact = audit->xmin_readable && s->result.theirs.xmin;
	sql = audit_query(s->session, exact ? "save_who_exact" : "save_who", audit);
	params_text(&p, s->entity_type);
	params_text(&p, s->entity_id);
	if (exact)
		params_text(&p, s->result.theirs.xmin);
	session_scope(s->session, USE_READ, &scope);
	txn = txn_new(TXN_READ, &scope);
	txn_add(txn, sql, &p);
	db_send(session_db(s->session), DB_EDIT, txn, &cb, s);
	scope_release(&scope);
	params_release(&p);
	free(sql);
}

static void on_holder(void *ctx, const struct txn_result *result)
{
	struct save *s = ctx;
	const struct reply *r = result->n ? result->replies[0] : NULL;

	if (r && reply_rows(r)) {
		struct buf text = BUF_INIT;
		const char *who = reply_get(r, 0, "who");
		const char *state = reply_get(r, 0, "state");

		buf_addf(&text, "perhaps held by %s (pid %s), ", who ? who : "a session",
			 reply_get(r, 0, "pid"));
		if (state && reply_get(r, 0, "seconds")) {
			buf_addf(&text, "%s ", state);
			timefmt_duration(
				&text, reply_double(r, 0, (size_t)reply_column(r, "seconds")));
		} else {
			/* Without pg_read_all_stats it may also be another one. */
			buf_adds(&text, "or another: this role may not see what they do");
		}
		s->result.holder = buf_detach(&text);
	}
	save_finish(s, SAVE_LOCKED);
}

/* Where nobody was seen while it waited (there was no time, no connection to ask on) it is a
 * guess: whoever has written to the relation longest. */
void save_ask_holder(struct save *s)
{
	struct request_callbacks cb = { .done = on_holder, .ctx = s };
	struct params p = PARAMS_INIT;
	struct scope scope;
	struct txn *txn;

	if (lockwait_holder(s->wait)) {
		s->result.holder = xasprintf("held by %s", lockwait_holder(s->wait));
		save_finish(s, SAVE_LOCKED);
		return;
	}
	params_int(&p, record_plan_relation(s->plan)->oid);
	session_scope(s->session, USE_CATALOG, &scope);
	txn = txn_new(TXN_READ, &scope);
	txn_add(txn, sqlset_get(session_sql(s->session), "save_holder", 0)->text, &p);
	db_send(session_db(s->session), DB_EDIT, txn, &cb, s);
	scope_release(&scope);
	params_release(&p);
}

/* ---- what the server refuses ---- */

static bool sqlstate_is(const struct txn_result *r, const char *state)
{
	return strcmp(r->err.sqlstate, state) == 0;
}

static bool sqlstate_class(const struct txn_result *r, const char *class)
{
	return strncmp(r->err.sqlstate, class, 2) == 0;
}

/* A constraint's column, when it has just one. */
static const char *constraint_column(const struct save *s, const char *constraint)
{
	const struct relation *r = record_plan_relation(s->plan);

	for (size_t i = 0; constraint && i < r->nchecks; i++)
		if (strcmp(r->checks[i].name, constraint) == 0 && r->checks[i].columns[0] &&
		    !r->checks[i].columns[1]) {
			const struct column *c = relation_attnum(r, r->checks[i].columns[0]);

			return c ? c->name : NULL;
		}
	for (size_t i = 0; constraint && i < r->nindexes; i++) {
		const struct index *x = &r->indexes[i];
		const struct column *c;

		if (strcmp(x->name, constraint) != 0 || !x->nkeys)
			continue;
		c = relation_attnum(r, x->columns[x->nkeys - 1]);
		return c ? c->name : NULL;
	}
	for (size_t i = 0; constraint && i < r->nreferences; i++) {
		const struct foreign_key *f = r->references[i];
		const struct column *c;

		if (strcmp(f->name, constraint) != 0)
			continue;
		c = relation_attnum(r, f->from_columns[f->n - 1]);
		return c ? c->name : NULL;
	}
	return NULL;
}

/* The server does not say which value it could not take; where only one was written (or only
 * one is of the domain that refused) that is it. */
static const char *only_column(const struct save *s, const struct txn_result *result)
{
	const char *found = NULL;

	if (!sqlstate_class(result, "22") && !sqlstate_class(result, "23"))
		return NULL;
	if (s->nchanges == 1)
		return s->changes[0].column->name;
	for (size_t i = 0; result->server.datatype && i < s->nchanges; i++) {
		const struct column *c = s->changes[i].column;
		const char *type = strrchr(c->type, '.');

		if (c->type_kind != 'd' ||
		    strcmp(type ? type + 1 : c->type, result->server.datatype) != 0)
			continue;
		if (found)
			return NULL;
		found = c->name;
	}
	return found;
}

/* A standby refuses BEGIN READ WRITE (0A000) before any statement could be (25006). */
static bool only_reads(const struct txn_result *result)
{
	const char *words = result->server.message;

	return sqlstate_is(result, "25006") ||
	       (sqlstate_is(result, "0A000") && words && strstr(words, "during recovery"));
}

void save_refused(struct save *s, const struct txn_result *result)
{
	const char *column = result->server.column;
	const struct server_error *e = &result->server;

	err_copy(&s->result.err, &result->err);
	if (result->err.kind == ERR_CONNECTION &&
	    db_state(session_db(s->session), DB_EDIT) == DB_FAILED) {
		err_set(&s->result.err, ERR_CONNECTION, record_plan_relation(s->plan)->name,
			"nothing was written: %s", result->err.why);
		if (result->err.hint)
			err_hint(&s->result.err, "%s", result->err.hint);
	} else if (result->err.kind == ERR_CONNECTION) {
		err_set(&s->result.err, ERR_CONNECTION, record_plan_relation(s->plan)->name,
			"the connection was lost before COMMIT was sent: nothing was written");
		err_hint(&s->result.err, "save again when it is back");
	}
	if (only_reads(result)) {
		err_set(&s->result.err, ERR_FAILED, record_plan_relation(s->plan)->name,
			"the server is read-only now (a standby, or set so): nothing was "
			"written");
		memcpy(s->result.err.sqlstate, result->err.sqlstate,
		       sizeof s->result.err.sqlstate);
		err_hint(&s->result.err, "save again when it is a primary; what you typed is "
					 "kept");
	}
	/* Or a trigger's own code: reading the catalog shows whether it was this relation. */
	s->result.moved = sqlstate_is(result, "42703") || sqlstate_is(result, "42P01") ||
			  sqlstate_is(result, "3F000") || sqlstate_is(result, "42804");
	if (s->result.moved)
		err_hint(&s->result.err, "nothing was written; what you typed is kept");
	s->result.constraint = xstrdup_null(e->constraint);
	if (!column)
		column = constraint_column(s, e->constraint);
	s->result.column = xstrdup_null(column ? column : only_column(s, result));
	if (sqlstate_is(result, "55P03")) {
		s->state = "asking who holds the record";
		save_ask_holder(s);
	} else if (sqlstate_class(result, "22") || sqlstate_class(result, "23") ||
		   sqlstate_is(result, "42501") || sqlstate_is(result, "428C9") ||
		   sqlstate_class(result, "P0") || sqlstate_is(result, "44000")) {
		save_finish(s, SAVE_INVALID);
	} else {
		save_finish(s, SAVE_FAILED);
	}
}
