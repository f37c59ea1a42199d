/* SPDX-License-Identifier: MIT */
/*
 * Connection parameters. libpq itself merges conninfo, flags, service, environment and
 * defaults; we only look at what came out of it, because names must be looked up before: libpq
 * would do it inside PQconnectPoll and block.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "db_priv.h"

struct words {
	VEC(const char *) keys;
	VEC(const char *) values;
};

static void add(struct words *w, const char *key, const char *value)
{
	if (!value)
		return;
	*VEC_PUSH(&w->keys) = key;
	*VEC_PUSH(&w->values) = value;
}

/* A later word wins, and a conninfo string in dbname counts where it stands: so flags come
 * before it, and what we insist on behind it. */
static PGconn *start(const struct db *db, const struct words *forced)
{
	struct words w = { .keys = VEC_INIT, .values = VEC_INIT };
	const struct db_params *p = &db->params;
	char timeout[16];
	PGconn *pg;

	snprintf(timeout, sizeof timeout, "%d", p->connect_timeout_s);
	add(&w, "host", p->host);
	add(&w, "port", p->port);
	add(&w, "user", p->user);
	add(&w, "connect_timeout", p->connect_timeout_s > 0 ? timeout : NULL);
	add(&w, "dbname", p->dbname);
	add(&w, "password", db->password.text);
	add(&w, "fallback_application_name", p->application ? p->application : "souk");
	add(&w, "client_encoding", "UTF8");
	for (size_t i = 0; i < forced->keys.len; i++)
		add(&w, forced->keys.v[i], forced->values.v[i]);
	*VEC_PUSH(&w.keys) = NULL;
	*VEC_PUSH(&w.values) = NULL;
	pg = PQconnectStartParams(w.keys.v, w.values.v, 1);
	if (!pg)
		BUG("libpq: out of memory for a connection");
	VEC_RELEASE(&w.keys);
	VEC_RELEASE(&w.values);
	return pg;
}

static void release(struct words *w)
{
	VEC_RELEASE(&w->keys);
	VEC_RELEASE(&w->values);
}

/* ---- what the sources say together ---- */

static const char *option(const PQconninfoOption *options, const char *key)
{
	for (; options->keyword; options++) {
		if (strcmp(options->keyword, key) == 0)
			return options->val ? options->val : "";
	}
	return "";
}

/* Element i of a list separated by commas; "" beyond its end.  The caller owns it. */
static char *element(const char *list, size_t i)
{
	for (; i > 0; i--) {
		list += strcspn(list, ",");
		if (!*list)
			return xstrdup("");
		list++;
	}
	return xstrndup(list, strcspn(list, ","));
}

static size_t count(const char *list)
{
	size_t n = 1;

	for (; *list; list++)
		n += *list == ',';
	return n;
}

static bool is_name(const char *host)
{
	struct in6_addr any;

	return *host && *host != '/' && *host != '@' && !strchr(host, '%') &&
	       inet_pton(AF_INET, host, &any) != 1 && inet_pton(AF_INET6, host, &any) != 1;
}

static void add_targets(struct conn *c, const char *hosts, const char *addrs, const char *ports)
{
	size_t n = count(*hosts ? hosts : addrs);

	for (size_t i = 0; i < n; i++) {
		struct target t = { .addrs = VEC_INIT };
		char *addr = element(addrs, i);

		t.host = element(hosts, i);
		t.port = element(ports, count(ports) == 1 ? 0 : i);
		t.is_name = !*addr && is_name(t.host);
		if (*addr)
			*VEC_PUSH(&t.addrs) = addr;
		else
			free(addr);
		*VEC_PUSH(&c->targets) = t;
	}
}

bool conninfo_targets(struct conn *c, int *timeout_s)
{
	static const char nonsense[] = "souk";
	struct words forced = { .keys = VEC_INIT, .values = VEC_INIT };
	PQconninfoOption *options;
	PGconn *probe;
	bool understood;

	/* A value that cannot be stops libpq after it has merged all its sources, and before it
	 * looks a name up or opens a socket. */
	add(&forced, "target_session_attrs", nonsense);
	probe = start(c->db, &forced);
	release(&forced);
	options = PQconninfo(probe);
	if (!options)
		BUG("libpq: out of memory for connection options");
	understood = strcmp(option(options, "target_session_attrs"), nonsense) == 0;
	*timeout_s = (int)strtol(option(options, "connect_timeout"), NULL, 10);
	if (understood)
		add_targets(c, option(options, "host"), option(options, "hostaddr"),
			    option(options, "port"));
	PQconninfoFree(options);
	PQfinish(probe);
	return understood;
}

void conninfo_release_targets(struct conn *c)
{
	for (size_t i = 0; i < c->targets.len; i++) {
		struct target *t = &c->targets.v[i];

		for (size_t k = 0; k < t->addrs.len; k++)
			free(t->addrs.v[k]);
		VEC_RELEASE(&t->addrs);
		free(t->host);
		free(t->port);
	}
	VEC_RELEASE(&c->targets);
}

/* ---- the real thing ---- */

struct lists {
	struct buf hosts, addrs, ports;
	size_t n;
};

static void add_entry(struct lists *l, const struct target *t, const char *addr)
{
	const char *comma = l->n++ ? "," : "";

	buf_addf(&l->hosts, "%s%s", comma, t->host);
	buf_addf(&l->addrs, "%s%s", comma, addr);
	buf_addf(&l->ports, "%s%s", comma, t->port);
}

/* host stays the name: certificates, .pgpass and Kerberos go by it; hostaddr says where it is.
 * A name with several addresses becomes several entries, which libpq tries in turn. */
static void add_addresses(const struct conn *c, struct lists *l, struct words *forced)
{
	bool names = false;

	for (size_t i = c->first_target; i < c->targets.len; i++) {
		const struct target *t = &c->targets.v[i];

		names |= t->is_name;
		if (!t->is_name && t->addrs.len == 0)
			add_entry(l, t, "");
		for (size_t k = 0; k < t->addrs.len; k++)
			add_entry(l, t, t->addrs.v[k]);
	}
	/* what libpq would make of its sources itself stays untouched */
	if (l->n == 0 || (!names && c->first_target == 0))
		return;
	add(forced, "host", l->hosts.data);
	add(forced, "hostaddr", l->addrs.data);
	add(forced, "port", l->ports.data);
}

PGconn *conninfo_start(const struct conn *c)
{
	struct lists l = { BUF_INIT, BUF_INIT, BUF_INIT, 0 };
	struct words forced = { .keys = VEC_INIT, .values = VEC_INIT };
	PGconn *pg;

	add_addresses(c, &l, &forced);
	pg = start(c->db, &forced);
	release(&forced);
	buf_release(&l.hosts);
	buf_release(&l.addrs);
	buf_release(&l.ports);
	return pg;
}

/* ---- what libpq says when it does not work ---- */

/* "FATAL: 28P01: password …": connections are made with the verbose form, because libpq has no
 * other way to tell the SQLSTATE of a refused one. Takes it out of the line. */
static void take_sqlstate(struct buf *line, char sqlstate[6])
{
	for (size_t i = 0; i + 10 <= line->len; i++) {
		const char *s = line->data + i;

		if (memcmp(s, ":  ", 3) == 0 && s[8] == ':' && s[9] == ' ' &&
		    strspn(s + 3, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 5) {
			memcpy(sqlstate, s + 3, 5);
			sqlstate[5] = '\0';
			buf_splice(line, i + 2, 7, "", 0);
			return;
		}
	}
}

/* "LOCATION:  auth_failed, auth.c:335", in whatever language. */
static bool is_location(const struct buf *line)
{
	size_t end = line->len;

	while (end > 0 && line->data[end - 1] >= '0' && line->data[end - 1] <= '9')
		end--;
	return end < line->len && end > 3 && memcmp(line->data + end - 3, ".c:", 3) == 0;
}

void conninfo_error(const PGconn *pg, struct err *err)
{
	struct buf why = BUF_INIT, hint = BUF_INIT, line = BUF_INIT;
	char sqlstate[6] = "";

	for (const char *s = PQerrorMessage(pg); *s;) {
		size_t n = strcspn(s, "\n");
		bool aside = *s == '\t'; /* "Is the server running …?" */

		buf_clear(&line);
		buf_add(&line, s, n);
		buf_trim(&line);
		take_sqlstate(&line, sqlstate);
		if (line.len && !is_location(&line)) {
			struct buf *to = aside ? &hint : &why;

			buf_addf(to, "%s%s", to->len ? (aside ? " " : "; ") : "", line.data);
		}
		s += n + (s[n] ? 1 : 0);
	}
	err_set(err, ERR_CONNECTION, NULL, "%s", why.len ? why.data : "the connection was lost");
	if (hint.len)
		err_hint(err, "%s", hint.data);
	memcpy(err->sqlstate, sqlstate, sizeof sqlstate);
	buf_release(&why);
	buf_release(&hint);
	buf_release(&line);
}
