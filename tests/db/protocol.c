/* SPDX-License-Identifier: MIT */
/*
 * Servers that answer what a real one hardly ever does: a COMMIT that says ROLLBACK, a FATAL
 * that is not followed by the end, rubbish, one byte at a time.  The server here is a child
 * process that knows just enough of the protocol (version 3.0) and a list of surprises.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/path.h"
#include "support/client.h"
#include "support/leak.h"

/* ---- the server ---- */

enum what {
	TAG,	    /* complete it with this command tag */
	ERROR,	    /* refuse it with this SQLSTATE */
	FATAL,	    /* the same, and close */
	FATAL_STAY, /* the same, and go on as if nothing had been */
	WARNING,    /* a notice before the usual answer */
	PARAMETER,  /* "name=value" told before the usual answer */
	RUBBISH,    /* these bytes, and close */
	GO,	    /* close without a word */
	SLOW,	    /* the usual answer, after so many milliseconds */
};

struct surprise {
	const char *sql; /* a statement that begins so */
	enum what what;
	const char *text;
	int times; /* 0: always */
};

struct server {
	pid_t pid;
	char dir[32];
	char *text; /* conninfo */
};

struct session {
	int fd;
	struct surprise *surprises;
	size_t n;
	bool trickle;
	char sql[64];  /* of the statement being run */
	char status;   /* I, T, E as ReadyForQuery says */
	bool skipping; /* after an error, up to the sync */
};

static bool put(struct session *s, const void *data, size_t n)
{
	size_t step = s->trickle ? 1 : n;

	for (const char *p = data; n > 0; p += step, n -= step) {
		if (send(s->fd, p, step, MSG_NOSIGNAL) != (ssize_t)step)
			return false;
	}
	return true;
}

static bool message(struct session *s, char type, const void *body, size_t n)
{
	unsigned char head[5] = { (unsigned char)type };
	uint32_t len = (uint32_t)n + 4;

	for (int i = 0; i < 4; i++)
		head[1 + i] = (unsigned char)(len >> (24 - 8 * i));
	return put(s, head, sizeof head) && put(s, body, n);
}

static bool pair(struct session *s, const char *name, const char *value)
{
	char body[256];
	size_t n = strlen(name) + 1;

	memcpy(body, name, n);
	memcpy(body + n, value, strlen(value) + 1);
	return message(s, 'S', body, n + strlen(value) + 1);
}

static bool complaint(struct session *s, char type, const char *severity, const char *sqlstate)
{
	struct buf b = BUF_INIT;
	bool ok;

	buf_addf(&b, "S%s%cV%s%cC%s%cMsurprise%c%c", severity, 0, severity, 0, sqlstate, 0, 0,
		 0);
	ok = message(s, type, b.data, b.len);
	buf_release(&b);
	return ok;
}

static struct surprise *surprise_for(struct session *s)
{
	for (size_t i = 0; i < s->n; i++) {
		struct surprise *x = &s->surprises[i];

		if (strncmp(s->sql, x->sql, strlen(x->sql)) != 0 || x->times < 0)
			continue;
		if (x->times > 0 && --x->times == 0)
			x->times = -1;
		return x;
	}
	return NULL;
}

static bool fail(struct session *s, const char *severity, const char *sqlstate)
{
	s->skipping = true;
	if (s->status == 'T')
		s->status = 'E';
	return complaint(s, 'E', severity, sqlstate);
}

static bool complete(struct session *s, const char *tag)
{
	char first[16] = "";

	sscanf(s->sql, "%15s", first);
	if (strcmp(first, "BEGIN") == 0)
		s->status = 'T';
	else if (strcmp(first, "COMMIT") == 0 || strcmp(first, "ROLLBACK") == 0)
		s->status = 'I';
	return message(s, 'C', tag ? tag : first, strlen(tag ? tag : first) + 1);
}

static bool execute(struct session *s)
{
	const struct surprise *x = surprise_for(s);
	char name[64];

	if (!x && s->status == 'E' && strncmp(s->sql, "ROLLBACK", 8) != 0)
		return fail(s, "ERROR", "25P02");
	if (!x)
		return complete(s, NULL);
	switch (x->what) {
	case TAG:
		return complete(s, x->text);
	case ERROR:
		return fail(s, "ERROR", x->text);
	case FATAL:
		fail(s, "FATAL", x->text);
		return false;
	case FATAL_STAY:
		return fail(s, "FATAL", x->text);
	case WARNING:
		return complaint(s, 'N', "WARNING", x->text) && complete(s, NULL);
	case PARAMETER:
		sscanf(x->text, "%63[^=]", name);
		return pair(s, name, strchr(x->text, '=') + 1) && complete(s, NULL);
	case RUBBISH:
		put(s, x->text, strlen(x->text));
		return false;
	case GO:
		return false;
	case SLOW:
		usleep((useconds_t)strtoul(x->text, NULL, 10) * 1000);
		return complete(s, NULL);
	}
	return false;
}

static bool answer(struct session *s, char type, const char *body)
{
	if (type == 'X')
		return false;
	if (type == 'S') {
		s->skipping = false;
		return message(s, 'Z', &s->status, 1);
	}
	if (s->skipping)
		return true;
	switch (type) {
	case 'P':
		/* name, then text */
		snprintf(s->sql, sizeof s->sql, "%s", body + strlen(body) + 1);
		return message(s, '1', "", 0);
	case 'B':
		return message(s, '2', "", 0);
	case 'D':
		return message(s, 'n', "", 0);
	case 'E':
		return execute(s);
	default:
		return true;
	}
}

static bool take(int fd, void *data, size_t n)
{
	for (char *p = data; n > 0;) {
		ssize_t got = read(fd, p, n);

		if (got <= 0)
			return false;
		p += got;
		n -= (size_t)got;
	}
	return true;
}

static uint32_t take_length(int fd)
{
	unsigned char b[4] = { 0 };

	if (!take(fd, b, sizeof b))
		return 0;
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static const unsigned char cancel_code[] = { 0x04, 0xd2, 0x16, 0x2e };
enum { CANCEL_MS = 300 };

/* Start-up without a password, then messages until a surprise or the client ends it. */
static void serve(struct session *s)
{
	static char body[65536];
	uint32_t n = take_length(s->fd);
	char type;

	if (n < 8 || n > sizeof body || !take(s->fd, body, n - 4))
		return;
	if (memcmp(body, cancel_code, sizeof cancel_code) == 0) {
		usleep(CANCEL_MS * 1000); /* heard, not obeyed */
		return;
	}
	if (!message(s, 'R', "\0\0\0\0", 4) || !pair(s, "server_version", "15.9") ||
	    !pair(s, "in_hot_standby", "on") || !pair(s, "is_superuser", "off") ||
	    !message(s, 'K', "\0\0\0\1\0\0\0\2", 8) || !message(s, 'Z', "I", 1))
		return;
	s->status = 'I';
	s->skipping = false;
	while (take(s->fd, &type, 1)) {
		n = take_length(s->fd);
		if (n < 4 || n > sizeof body || !take(s->fd, body, n - 4) ||
		    !answer(s, type, body))
			return;
	}
}

static void server_start(struct server *server, const struct surprise *surprises, size_t n,
			 bool trickle)
{
	struct sockaddr_un where = { .sun_family = AF_UNIX };
	struct session s = { .n = n, .trickle = trickle };
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(server->dir, sizeof server->dir, "/tmp/souk-fake-XXXXXX");
	cr_assert(mkdtemp(server->dir));
	snprintf(where.sun_path, sizeof where.sun_path, "%s/.s.PGSQL.5432", server->dir);
	server->text = xasprintf("host=%s user=u dbname=d", server->dir);
	cr_assert_eq(bind(listener, (struct sockaddr *)&where, sizeof where), 0);
	cr_assert_eq(listen(listener, 16), 0);
	server->pid = fork();
	if (server->pid > 0) {
		close(listener);
		return;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves none behind */
	s.surprises = xcalloc(n, sizeof *surprises);
	memcpy(s.surprises, surprises, n * sizeof *surprises);
	signal(SIGCHLD, SIG_IGN);
	while ((s.fd = accept(listener, NULL, NULL)) >= 0) {
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			serve(&s);
			_exit(0);
		}
		close(s.fd);
	}
	_exit(0);
}

static void server_stop(struct server *server)
{
	struct err err = ERR_INIT;

	kill(server->pid, SIGKILL);
	waitpid(server->pid, NULL, 0);
	cr_assert(path_remove_tree(server->dir, &err));
	free(server->text);
}

/* ---- the tests ---- */

LEAK_TEST(protocol, what_an_answer_to_commit_means)
{
	static const struct {
		struct surprise surprise;
		enum txn_outcome outcome;
		enum err_kind kind;
		const char *sqlstate;
	} cases[] = {
		{ { "COMMIT", WARNING, "01000", 0 }, TXN_DONE, ERR_NONE, "" },
		{ { "COMMIT", TAG, "ROLLBACK", 0 }, TXN_FAILED, ERR_FAILED, "" },
		{ { "COMMIT", TAG, "COMMITTED?", 0 }, TXN_FAILED, ERR_FAILED, "" },
		{ { "COMMIT", ERROR, "40001", 0 }, TXN_FAILED, ERR_FAILED, "40001" },
		{ { "COMMIT", FATAL, "57P01", 0 }, TXN_UNKNOWN, ERR_CONNECTION, "57P01" },
		{ { "COMMIT", FATAL_STAY, "57P01", 0 }, TXN_UNKNOWN, ERR_CONNECTION, "57P01" },
		{ { "COMMIT", GO, "", 0 }, TXN_UNKNOWN, ERR_CONNECTION, "" },
		{ { "COMMIT", RUBBISH, "no protocol at all", 0 },
		  TXN_UNKNOWN,
		  ERR_CONNECTION,
		  "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct server server;
		struct client c;
		struct answer a;

		server_start(&server, &cases[i].surprise, 1, false);
		client_open(&c, server.text);
		a = client_run(&c, DB_EDIT, client_txn(TXN_WRITE, "UPDATE", NULL));
		cr_assert_eq(a.calls, 1);
		cr_assert_eq(a.outcome, cases[i].outcome, "case %zu: %s", i, a.err.why);
		cr_assert_eq(a.err.kind, cases[i].kind, "case %zu: %s", i, a.err.why);
		cr_assert_str_eq(a.err.sqlstate, cases[i].sqlstate);
		answer_release(&a);
		client_close(&c);
		server_stop(&server);
	}
}

LEAK_TEST(protocol, what_an_end_before_commit_means)
{
	static const struct surprise cases[] = {
		{ "BEGIN", ERROR, "25006", 0 },
		{ "BEGIN", FATAL, "57P01", 0 },
		{ "BEGIN", GO, "", 0 },
		{ "BEGIN", RUBBISH, "Zzzz\1\2\3", 0 },
		{ "UPDATE", ERROR, "23514", 0 },
		{ "UPDATE", FATAL, "57P05", 0 },
		{ "UPDATE", FATAL_STAY, "57P05", 0 },
		{ "UPDATE", GO, "", 0 },
		{ "UPDATE", RUBBISH, "C", 0 },
		{ "UPDATE", RUBBISH, "D\377\377\377\377", 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct server server;
		struct client c;
		struct answer a;

		server_start(&server, &cases[i], 1, false);
		client_open(&c, server.text);
		a = client_run(&c, DB_EDIT, client_txn(TXN_WRITE, "UPDATE", NULL));
		cr_assert_eq(a.calls, 1);
		cr_assert_eq(a.outcome, TXN_FAILED, "case %zu", i);
		cr_assert_eq(a.asked + a.committing, 0, "case %zu", i);
		if (*cases[i].text >= '0' && *cases[i].text <= '9')
			cr_assert_str_eq(a.err.sqlstate, cases[i].text);
		else
			cr_assert_eq(a.err.kind, ERR_CONNECTION, "case %zu: %s", i, a.err.why);
		answer_release(&a);
		client_close(&c);
		server_stop(&server);
	}
}

/* One byte at a time, and the same answers. */
LEAK_TEST(protocol, trickling)
{
	struct server server;
	struct answer a[4] = { 0 };
	struct client c;

	server_start(&server, &(struct surprise){ "UPDATE", ERROR, "23505", 1 }, 1, true);
	client_open(&c, server.text);
	for (size_t i = 0; i < ARRAY_SIZE(a); i++)
		client_send(&c, DB_EDIT,
			    client_txn(i == 1 ? TXN_WRITE : TXN_READ, i == 1 ? "UPDATE" : "X",
				       NULL),
			    &a[i]);
	client_until(&c, db_pending(c.db) == 0);
	for (size_t i = 0; i < ARRAY_SIZE(a); i++) {
		cr_assert_eq(a[i].outcome, i == 1 ? TXN_FAILED : TXN_DONE);
		answer_release(&a[i]);
	}
	client_close(&c);
	server_stop(&server);
}

/* A cancel that came late hit the ROLLBACK of a read: the transaction stays open and failed.
 * The next read meets it and is sent again; if none follows, it is rolled back all the same. */
LEAK_TEST(protocol, a_rollback_that_fails_is_mended)
{
	struct server server;
	struct answer a[3] = { 0 };
	struct client c;

	server_start(&server, &(struct surprise){ "ROLLBACK", ERROR, "57014", 1 }, 1, false);
	client_open(&c, server.text);
	for (size_t i = 0; i < ARRAY_SIZE(a); i++)
		client_send(&c, DB_READ, client_txn(TXN_READ, "X", NULL), &a[i]);
	client_until(&c, db_pending(c.db) == 0);
	for (size_t i = 0; i < ARRAY_SIZE(a); i++) {
		cr_assert_eq(a[i].outcome, TXN_DONE, "%zu: %s", i, a[i].err.why);
		cr_assert_eq(a[i].calls, 1);
		answer_release(&a[i]);
	}
	client_close(&c);
	server_stop(&server);

	server_start(&server, &(struct surprise){ "ROLLBACK", ERROR, "57014", 1 }, 1, false);
	client_open(&c, server.text);
	a[0] = client_run(&c, DB_EDIT, client_txn(TXN_READ, "X", NULL));
	a[1] = client_run(&c, DB_EDIT, client_txn(TXN_WRITE, "UPDATE", NULL));
	for (size_t i = 0; i < 2; i++) {
		cr_assert_eq(a[i].outcome, TXN_DONE, "%zu: %s", i, a[i].err.why);
		answer_release(&a[i]);
	}
	client_close(&c);
	server_stop(&server);
}

static void count_told(void *ctx, struct db *db, enum db_lane lane)
{
	(void)db;
	(void)lane;
	++*(int *)ctx;
}

/* A standby that becomes a primary says so at the next sync. */
LEAK_TEST(protocol, a_promotion_is_noticed)
{
	struct server server;
	struct client c;
	struct answer a;
	int told = 0;

	server_start(&server, &(struct surprise){ "X", PARAMETER, "in_hot_standby=off", 0 }, 1,
		     false);
	client_open(&c, server.text);
	db_connect(c.db, DB_READ);
	client_until(&c, db_state(c.db, DB_READ) == DB_READY);
	cr_assert(db_session(c.db)->in_hot_standby);
	cr_assert_eq(db_session(c.db)->server_version, 150009);
	db_observe(c.db, count_told, &told);
	a = client_run(&c, DB_READ, client_txn(TXN_READ, "X", NULL));
	answer_release(&a);
	cr_assert(!db_session(c.db)->in_hot_standby);
	cr_assert_eq(told, 1);
	a = client_run(&c, DB_READ, client_txn(TXN_READ, "X", NULL));
	answer_release(&a);
	cr_assert_eq(told, 1, "only of changes");
	client_close(&c);
	server_stop(&server);
}

static uint64_t flushes(const struct client *c)
{
	struct db_counters n;

	db_counters(c->db, &n);
	return n.flushes;
}

/* While a cancel is out, nothing goes to the session that it could hit: not the ROLLBACK of the
 * write that ended by itself meanwhile (its owner is told at once), not the next question. */
LEAK_TEST(protocol, nothing_is_sent_while_a_cancel_is_out)
{
	static const struct surprise slow = { "UPDATE", SLOW, "100", 0 };
	static const enum txn_kind kinds[] = { TXN_WRITE, TXN_READ };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct server server;
		struct answer a = { 0 }, next = { 0 };
		struct request *r;
		struct client c;
		uint64_t before;

		server_start(&server, &slow, 1, false);
		client_open(&c, server.text);
		db_connect(c.db, DB_EDIT);
		client_until(&c, db_state(c.db, DB_EDIT) == DB_READY);
		r = client_send(&c, DB_EDIT, client_txn(kinds[i], "UPDATE", NULL), &a);
		client_pass(&c, 30);
		before = flushes(&c);
		request_cancel(r);
		client_pass(&c, 10);
		client_send(&c, DB_EDIT, client_txn(TXN_READ, "X", NULL), &next);
		client_until(&c, a.calls == 1);
		cr_assert_lt(a.seconds, 0.2, "told at once");
		cr_assert_eq(a.outcome, kinds[i] == TXN_WRITE ? TXN_FAILED : TXN_DONE);
		cr_assert_eq(a.committing, 0);
		client_pass(&c, 50);
		cr_assert_eq(flushes(&c), before);
		client_until(&c, next.calls == 1);
		cr_assert_eq(next.outcome, TXN_DONE, "%s", next.err.why);
		answer_release(&a);
		answer_release(&next);
		client_close(&c);
		server_stop(&server);
	}
}
