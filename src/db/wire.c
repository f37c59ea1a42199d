/* SPDX-License-Identifier: MIT */
/*
 * What goes out and what comes back, in libpq's pipeline mode. Each thing sent leaves a step;
 * answers come in the order of the steps: every statement ends with a NULL result, every sync
 * is a result of its own.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "base/log.h"
#include "db_priv.h"

bool wire_idle(const struct conn *c)
{
	return c->step == c->steps.len;
}

const struct step *wire_head(const struct conn *c)
{
	return wire_idle(c) ? NULL : &c->steps.v[c->step];
}

bool wire_paused(const struct conn *c)
{
	const struct step *head = wire_head(c);

	return head && head->request && head->request->paused;
}

/* Rows one by one (in chunks with libpq 17) is a mode of the statement that is answered now: it
 * is set when it comes to the head and before any of its answer is looked at. */
static void set_mode(struct conn *c)
{
	const struct step *head = wire_head(c);

	if (!head || head->kind != STEP_STATEMENT ||
	    !head->request->txn->statements.v[head->index].stream)
		return;
		/* refused when the segment has failed already: then there are no rows either */
#ifdef LIBPQ_HAS_CHUNK_MODE
	(void)PQsetChunkedRowsMode(c->pg, 256);
#else
	(void)PQsetSingleRowMode(c->pg);
#endif
}

static void push(struct conn *c, struct request *r, enum step_kind kind, int index)
{
	bool first = wire_idle(c);

	if (first) {
		VEC_CLEAR(&c->steps);
		c->step = 0;
	}
	*VEC_PUSH(&c->steps) = (struct step){ .request = r, .kind = kind, .index = index };
	if (first)
		set_mode(c);
}

static void advance(struct conn *c)
{
	c->step++;
	set_mode(c);
}

/* ---- out ---- */

static void account(struct conn *c, const char *sql, const struct params *p)
{
	struct db *db = c->db;

	db->counters.statements++;
	db->counters.bytes_out += strlen(sql);
	for (size_t i = 0; p && i < p->list.len; i++)
		db->counters.bytes_out += p->list.v[i].text ? strlen(p->list.v[i].text) : 0;
	c->unsent = true;
	if (db->echo) {
		db->inside++;
		db->echo(db->echo_ctx, c->lane, sql, p);
		db->inside--;
	}
}

static bool send_text(struct conn *c, const char *sql, const struct params *p)
{
	VEC(const char *) values = VEC_INIT;
	bool ok;

	for (size_t i = 0; p && i < p->list.len; i++)
		*VEC_PUSH(&values) = p->list.v[i].text;
	ok = PQsendQueryParams(c->pg, sql, (int)values.len, NULL, values.v, NULL, NULL, 0);
	VEC_RELEASE(&values);
	return ok;
}

static bool send_sql(struct conn *c, struct request *r, struct step step, const char *sql,
		     const struct params *p)
{
	if (!send_text(c, sql, p))
		return false;
	push(c, r, step.kind, step.index);
	account(c, sql, p);
	return true;
}

static bool send_sync(struct conn *c, struct request *r, enum step_kind kind, int index)
{
#ifdef LIBPQ_HAS_SEND_PIPELINE_SYNC
	if (!PQsendPipelineSync(c->pg))
		return false;
#else
	if (!PQpipelineSync(c->pg))
		return false;
#endif
	push(c, r, kind, index);
	return true;
}

static bool send_fragment(struct conn *c, struct request *r, enum step_kind kind,
			  const char *name)
{
	return send_sql(c, r, (struct step){ .kind = kind, .index = -1 },
			sqlset_fragment(c->db->sql, name), NULL);
}

struct scope_sending {
	struct conn *conn;
	struct request *request;
	bool ok;
};

static void send_scope_statement(void *ctx, const char *sql, const struct params *p)
{
	struct scope_sending *s = ctx;
	struct step step = { .kind = STEP_SCOPE, .index = -1 };

	s->ok = s->ok && send_sql(s->conn, s->request, step, sql, p);
}

static bool send_scope(struct conn *c, struct request *r)
{
	struct scope_sending s = { .conn = c, .request = r, .ok = true };

	scope_statements(&r->txn->scope, c->db->sql,
			 r->encoding ? encoding_name(r->encoding) : NULL, send_scope_statement,
			 &s);
	return s.ok;
}

/* ---- in the database's own encoding ---- */

static bool encode(const struct encoding *e, struct buf *out, const char *text)
{
	return encoding_encode(e, out, text, strlen(text));
}

/* Most are ASCII, and in SQL_ASCII all are as they are. */
static bool statement_is_plain(const struct encoding *e, const struct statement *s)
{
	for (size_t i = 0; i < s->params.list.len; i++) {
		const char *value = s->params.list.v[i].text;

		if (value && !encoding_is_plain(e, value, strlen(value)))
			return false;
	}
	return encoding_is_plain(e, s->sql, strlen(s->sql)) &&
	       (!s->copy || encoding_is_plain(e, s->copy, s->copy_len));
}

/* The statement as the server reads it, to be released; false: the database has no such character.
 */
static bool encode_statement(const struct encoding *e, const struct statement *s, struct buf *sql,
			     struct params *params)
{
	struct buf text = BUF_INIT;
	bool ok = encode(e, sql, s->sql);

	for (size_t i = 0; ok && i < s->params.list.len; i++) {
		const char *value = s->params.list.v[i].text;

		buf_clear(&text);
		ok = !value || encode(e, &text, value);
		if (ok && value)
			params_textn(params, text.data ? text.data : "", text.len);
		else if (ok)
			params_text(params, NULL);
	}
	buf_release(&text);
	return ok;
}

static bool can_encode(const struct encoding *e, const struct statement *s)
{
	if (statement_is_plain(e, s))
		return true;

	struct params params = PARAMS_INIT;
	struct buf text = BUF_INIT;
	bool ok = encode_statement(e, s, &text, &params);

	buf_clear(&text);
	ok = ok && (!s->copy || encoding_encode(e, &text, s->copy, s->copy_len));
	buf_release(&text);
	params_release(&params);
	return ok;
}

/* What the database has no character for is sent as UTF-8: the server says so in its own words. */
static bool can_encode_all(const struct encoding *e, const struct txn *t, size_t from)
{
	for (size_t i = from; i < t->statements.len; i++)
		if (!can_encode(e, &t->statements.v[i]))
			return false;
	return true;
}

static void choose_encoding(const struct conn *c, struct request *r)
{
	bool own = c->encoding && can_encode_all(c->encoding, r->txn, 0);

	r->encoding = own ? c->encoding : NULL;
}

static bool send_utf8(struct conn *c, struct request *r)
{
	const struct step step = { .kind = STEP_SCOPE, .index = -1 };
	static const char *const setting = "client_encoding", *const name = "UTF8";
	struct params p = PARAMS_INIT;

	params_array(&p, &setting, 1);
	params_array(&p, &name, 1);
	bool ok = send_sql(c, r, step, sqlset_get(c->db->sql, "scope", 0)->text, &p);
	params_release(&p);
	return ok;
}

/* The same for statements that are added to a transaction; all before them is answered. */
static bool keep_encoding(struct conn *c, struct request *r, size_t from)
{
	if (!r->encoding || from == 0 || can_encode_all(r->encoding, r->txn, from))
		return true;
	r->encoding = NULL;
	return send_utf8(c, r);
}

static bool send_encoded(struct conn *c, struct request *r, const struct statement *s)
{
	struct params params = PARAMS_INIT;
	struct buf sql = BUF_INIT;
	bool ok = encode_statement(r->encoding, s, &sql, &params) &&
		  send_text(c, sql.data, &params);

	buf_release(&sql);
	params_release(&params);
	return ok;
}

static bool send_statement(struct conn *c, struct request *r, size_t i)
{
	const struct statement *s = &r->txn->statements.v[i];

	if (!(r->encoding && !statement_is_plain(r->encoding, s)
		      ? send_encoded(c, r, s)
		      : send_text(c, s->sql, &s->params)))
		return false;
	push(c, r, STEP_STATEMENT, (int)i);
	account(c, s->sql, &s->params);
	return !s->at_once || PQsendFlushRequest(c->pg);
}

bool wire_send_more(struct conn *c, struct request *r, size_t from)
{
	bool apart = r->txn->kind == TXN_PROBE;

	if (!keep_encoding(c, r, from))
		return false;
	for (size_t i = from; i < r->txn->statements.len; i++) {
		if (r->txn->statements.v[i].copy)
			return send_sync(c, r, STEP_COPY, (int)i);
		if (apart && !send_sync(c, r, STEP_PART, -1))
			return false;
		if (!send_statement(c, r, i))
			return false;
	}
	return (!request_is_read(r) ||
		send_fragment(c, r, STEP_ROLLBACK, "txn.rollback")) &&
	       send_sync(c, r, STEP_ASKED, -1);
}

/* A statement that fails takes the COMMIT with it. */
bool wire_send_finish(struct conn *c, struct request *r, size_t from)
{
	if (!keep_encoding(c, r, from))
		return false;
	for (size_t i = from; i < r->txn->statements.len; i++)
		if (!send_statement(c, r, i))
			return false;
	return send_fragment(c, r, STEP_COMMIT, "txn.commit") &&
	       send_sync(c, r, STEP_FINISHED, -1);
}

bool wire_send_copy(struct conn *c, struct request *r, int index)
{
	const char *sql = r->txn->statements.v[index].sql;
	struct buf encoded = BUF_INIT;
	bool ok = PQexitPipelineMode(c->pg) &&
		  (!r->encoding || encode(r->encoding, &encoded, sql)) &&
		  PQsendQuery(c->pg, r->encoding ? encoded.data : sql);

	buf_release(&encoded);
	if (!ok)
		return false;
	push(c, r, STEP_STATEMENT, index);
	account(c, sql, NULL);
	return true;
}

bool wire_send_rest(struct conn *c, struct request *r, int index, bool failed)
{
	size_t from = failed ? r->txn->statements.len : (size_t)index + 1;

	return PQenterPipelineMode(c->pg) && wire_send_more(c, r, from);
}

bool wire_send_end(struct conn *c, struct request *r, enum step_kind kind)
{
	return send_fragment(c, r, kind, kind == STEP_COMMIT ? "txn.commit" : "txn.rollback") &&
	       send_sync(c, r, STEP_DRAINED, -1);
}

bool wire_send_request(struct conn *c, struct request *r)
{
	static const char *const begin[] = {
		[TXN_READ] = "txn.begin-read",
		[TXN_SNAPSHOT] = "txn.begin-snapshot",
		[TXN_PROBE] = "txn.begin-probe",
		[TXN_WRITE] = "txn.begin-write",
	};

	const char *how = begin[r->txn->read_only ? TXN_READ : r->txn->kind];

	choose_encoding(c, r);
	return send_fragment(c, r, STEP_BEGIN, how) && send_scope(c, r) &&
	       wire_send_more(c, r, 0) &&
	       (r->txn->kind != TXN_PROBE || wire_send_end(c, r, STEP_ROLLBACK));
}

/* libpq before 17 writes at every sync.  Corked, what a page needs still leaves in one packet;
 * a unix socket has no cork and needs none. */
void wire_cork(struct conn *c, bool cork)
{
#if defined(TCP_CORK) && !defined(LIBPQ_HAS_SEND_PIPELINE_SYNC)
	int on = cork;

	(void)setsockopt(PQsocket(c->pg), IPPROTO_TCP, TCP_CORK, &on, sizeof on);
#else
	(void)c;
	(void)cork;
#endif
}

/* ---- in ---- */

/* A COPY that came as a statement: a pipeline cannot have it (libpq would return it without
 * end). */
static void refuse(struct conn *c, const struct step *step, PGresult *res)
{
	struct err err = ERR_INIT;

	log_line("db", "refused an answer: %s", PQresStatus(PQresultStatus(res)));
	err_set(&err, ERR_USAGE, NULL, "COPY does not work here"); /* not SQL */
	err_hint(&err, "use :export or :import");
	PQclear(res);
	if (step->request)
		request_fail(step->request, &err);
	err_release(&err);
	c->broken = true;
}

/* libpq takes all of it into its own buffer, which is flushed as the socket lets it. */
static void feed(struct conn *c, const struct step *step, PGresult *res)
{
	const struct request *r = step->request;
	const struct statement *s = &r->txn->statements.v[step->index];
	struct buf data = BUF_INIT;
	bool ok = true;

	PQclear(res);
	if (!r->unwanted && r->encoding && !statement_is_plain(r->encoding, s))
		ok = encoding_encode(r->encoding, &data, s->copy, s->copy_len) &&
		     PQputCopyData(c->pg, data.data, (int)data.len) == 1;
	else if (!r->unwanted)
		ok = PQputCopyData(c->pg, s->copy, (int)s->copy_len) == 1;
	buf_release(&data);
	if (!ok || PQputCopyEnd(c->pg, r->unwanted ? "not wanted any more" : NULL) != 1)
		c->broken = true;
	c->db->counters.bytes_out += s->copy_len;
	c->unsent = true;
}

static const struct statement *copy_of(const struct step *step)
{
	const struct statement *s = step->request && step->kind == STEP_STATEMENT
					    ? &step->request->txn->statements.v[step->index]
					    : NULL;

	return s && s->copy ? s : NULL;
}

static void take(struct conn *c, PGresult *res)
{
	struct step step = c->steps.v[c->step];
	ExecStatusType status = res ? PQresultStatus(res) : PGRES_EMPTY_QUERY;

	if (!res) {
		advance(c);
		if (copy_of(&step))
			request_copied(step.request, step.index);
	} else if (status == PGRES_COPY_IN && copy_of(&step)) {
		feed(c, &step, res);
	} else if (status == PGRES_PIPELINE_SYNC) {
		PQclear(res);
		advance(c);
		if (step.request)
			request_synced(step.request, &step);
	} else if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT ||
		   status == PGRES_COPY_BOTH) {
		refuse(c, &step, res);
	} else if (step.request) {
		request_answer(step.request, &step, res);
	} else {
		PQclear(res);
	}
}

void wire_read(struct conn *c)
{
	/* PQisBusy is what makes libpq look at what has arrived, notices and parameters too */
	while (!PQisBusy(c->pg) && PQstatus(c->pg) != CONNECTION_BAD && !c->broken &&
	       !wire_idle(c) && !wire_paused(c))
		take(c, PQgetResult(c->pg));
	if (wire_idle(c) && c->flight.len == 0 && PQstatus(c->pg) != CONNECTION_BAD)
		session_read(c);
}
