/* SPDX-License-Identifier: MIT */
/* One attempt to connect: names are looked up, hosts are tried, and then it is ready, or why
 * not. */
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "db_priv.h"

enum { MIN_TIMEOUT_S = 2 }; /* libpq's own lower limit for connect_timeout */

/* ---- it failed ---- */

/* No SQLSTATE: it never came to talking.  53: no resources, 57P: starting up or shutting down.
 */
static bool may_heal(const char *sqlstate)
{
	return !*sqlstate || strncmp(sqlstate, "53", 2) == 0 ||
	       strncmp(sqlstate, "57P", 3) == 0 || strncmp(sqlstate, "08", 2) == 0 ||
	       strncmp(sqlstate, "XX", 2) == 0;
}

/* Who is in already knows where the server is: what could not be opened, in the server's words
 * alone, which libpq puts behind "FATAL:  ". */
static void second_refused(const struct conn *c, struct err *err)
{
	static const char *const purposes[] = {
		[DB_READ] = "reading",
		[DB_EDIT] = "saves",
		[DB_WATCH] = "watched screens",
		[DB_BULK] = "long work",
		[DB_ASIDE] = "what is asked aside",
	};
	const char *words = strstr(c->error.why, ":  ");

	err_set(err, ERR_CONNECTION, NULL, "no connection for %s could be opened: %s",
		purposes[c->lane], words ? words + 3 : c->error.why);
	memcpy(err->sqlstate, c->error.sqlstate, sizeof err->sqlstate);
	if (c->error.hint)
		err_hint(err, "%s", c->error.hint);
	else if (strncmp(err->sqlstate, "53", 2) == 0)
		err_hint(err, "end another session of yours, or have the limit raised");
}

static void refused(struct conn *c, bool heals)
{
	struct err err = ERR_INIT;

	c->crowded = c->lane != DB_READ && strcmp(c->error.sqlstate, "53300") == 0;
	c->attempts++;
	conn_close(c);
	if (c->lane != DB_READ && db_state(c->db, DB_READ) == DB_READY && *c->error.sqlstate)
		second_refused(c, &err);
	else
		err_copy(&err, &c->error);
	conn_enter(c, heals && !c->crowded ? DB_LOST : DB_FAILED);
	if (c->crowded && conn_shares(c))
		db_move_waiting(c, DB_READ);
	else
		queue_fail(c, &err, false);
	err_release(&err);
}

static void attempt_failed(struct conn *c)
{
	bool ask = PQconnectionNeedsPassword(c->pg);

	conninfo_error(c->pg, &c->error);
	if (!ask || c->db->params.no_password) {
		refused(c, !ask && c->understood && may_heal(c->error.sqlstate));
		return;
	}
	conn_close(c);
	conn_enter(c, DB_PASSWORD);
}

/* ---- an attempt ---- */

static void on_notice(void *ctx, const PGresult *res)
{
	struct conn *c = ctx;
	const struct step *head = wire_head(c);
	struct server_error notice = { 0 };

	server_error_read(&notice, res);
	if (head && head->request && head->request->encoding)
		encoding_error(head->request->encoding, &notice);
	log_line("db", "%s: %s %s: %s", conn_name(c), notice.severity ? notice.severity : "-",
		 notice.sqlstate ? notice.sqlstate : "-",
		 notice.message ? notice.message : PQresultErrorMessage(res));
	if (server_error_fatal(&notice))
		server_error_tell(&notice, &c->last_words);
	else if (c->db->notice && notice.message) {
		c->db->inside++;
		c->db->notice(c->db->notice_ctx, c->lane, &notice);
		c->db->inside--;
	}
	server_error_release(&notice);
}

static void ready(struct conn *c)
{
	PQsetErrorVerbosity(c->pg, PQERRORS_DEFAULT);
	if (PQsetnonblocking(c->pg, 1) != 0 || !PQenterPipelineMode(c->pg))
		BUG("libpq: %s", PQerrorMessage(c->pg));
	c->db->counters.connects++;
	err_clear(&c->last_words);
	conninfo_release_targets(c);
	c->encoding = encoding_new(PQparameterStatus(c->pg, "server_encoding"));
	session_read(c);
	conn_enter(c, DB_READY);
	conn_work(c);
}

/* libpq may close one socket here and open the next; each host has the whole time limit. */
void attempt_io(struct conn *c)
{
	PostgresPollingStatusType status;
	size_t target;

	loop_watch_free(&c->watch);
	status = PQconnectPoll(c->pg);
	target = conninfo_current(c);
	if (target != c->target)
		conn_limit(c);
	c->target = target;
	switch (status) {
	case PGRES_POLLING_READING:
		conn_watch(c, LOOP_READ);
		break;
	case PGRES_POLLING_WRITING:
		conn_watch(c, LOOP_WRITE);
		break;
	case PGRES_POLLING_OK:
		ready(c);
		break;
	case PGRES_POLLING_FAILED:
	case PGRES_POLLING_ACTIVE:
		attempt_failed(c);
		break;
	}
}

/* Of several hosts all lanes take the same: what one wrote, another reads. */
static void follow_others(struct conn *c)
{
	for (enum db_lane lane = DB_READ; lane < DB_LANES; lane++) {
		const struct conn *other = &c->db->lanes[lane];

		if (other != c && other->state == DB_READY) {
			conninfo_follow(c, other->pg);
			return;
		}
	}
}

static void open_connection(struct conn *c)
{
	follow_others(c);
	c->pg = conninfo_start(c);
	PQsetNoticeReceiver(c->pg, on_notice, c);
	PQsetErrorVerbosity(c->pg, PQERRORS_VERBOSE); /* has the SQLSTATE: see conninfo_error */
	c->target = conninfo_current(c);
	conn_limit(c);
	if (PQstatus(c->pg) == CONNECTION_BAD)
		attempt_failed(c);
	else
		conn_watch(c, LOOP_WRITE);
}

static void resolve_next(struct conn *c);

static void on_resolved(void *ctx, const char *const *addrs, const struct err *err)
{
	struct conn *c = ctx;

	loop_resolve_free(&c->resolve);
	if (err->kind != ERR_NONE)
		err_set(&c->error, ERR_CONNECTION, c->targets.v[c->target].host,
			"the name has no address: %s", err->why);
	conninfo_resolved(c, c->target, addrs);
	resolve_next(c);
}

static void resolve_next(struct conn *c)
{
	while (c->target < c->targets.len && !c->targets.v[c->target].is_name)
		c->target++;
	if (c->target < c->targets.len)
		c->resolve = loop_resolve_start(c->db->loop, c->targets.v[c->target].host,
						on_resolved, c);
	else if (c->targets.len > 0 || !c->understood)
		open_connection(c);
	else
		refused(c, true);
}

void attempt_start(struct conn *c)
{
	conn_close(c);
	c->kicked = false;
	c->understood = conninfo_targets(c, &c->timeout_s);
	if (c->timeout_s > 0 && c->timeout_s < MIN_TIMEOUT_S)
		c->timeout_s = MIN_TIMEOUT_S;
	conn_enter(c, DB_CONNECTING);
	resolve_next(c);
}

/* This one is silent: on to the next, as libpq's own PQconnectdb does. */
void attempt_silent(struct conn *c)
{
	if (c->pg && c->target + 1 < c->targets.len) {
		loop_watch_free(&c->watch);
		PQfinish(c->pg);
		conninfo_drop_targets(c, c->target + 1);
		open_connection(c);
		return;
	}
	err_set(&c->error, ERR_CONNECTION, NULL, "no answer within %d s (connect_timeout)",
		c->timeout_s);
	refused(c, true);
}
