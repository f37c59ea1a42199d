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
		struct target t = {
			.host = element(hosts, i),
			.addr = element(addrs, i),
			.port = element(ports, count(ports) == 1 ? 0 : i),
		};

		t.is_name = !*t.addr && is_name(t.host);
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

static void release_target(struct target *t)
{
	free(t->host);
	free(t->addr);
	free(t->port);
}

void conninfo_release_targets(struct conn *c)
{
	for (size_t i = 0; i < c->targets.len; i++)
		release_target(&c->targets.v[i]);
	VEC_RELEASE(&c->targets);
	c->target = 0;
	c->rewritten = false;
}

void conninfo_drop_targets(struct conn *c, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		release_target(&c->targets.v[0]);
		VEC_REMOVE(&c->targets, 0);
	}
	c->target = 0;
	c->rewritten = true;
}

void conninfo_resolved(struct conn *c, size_t i, const char *const *addrs)
{
	struct target name = c->targets.v[i];

	VEC_REMOVE(&c->targets, i);
	for (size_t k = 0; addrs[k]; k++, i++) {
		(void)VEC_PUSH(&c->targets);
		memmove(&c->targets.v[i + 1], &c->targets.v[i],
			(c->targets.len - 1 - i) * sizeof *c->targets.v);
		c->targets.v[i] = (struct target){
			.host = xstrdup(name.host),
			.addr = xstrdup(addrs[k]),
			.port = xstrdup(name.port),
		};
	}
	c->rewritten = true;
	release_target(&name);
}

static bool agrees(const char *wanted, const char *got)
{
	return !*wanted || (got && strcmp(wanted, got) == 0);
}

/* Which target pg is at: two that look alike cannot be told apart, then it is the first. */
static size_t find_target(const struct conn *c, const PGconn *pg)
{
	for (size_t i = 0; i < c->targets.len; i++) {
		const struct target *t = &c->targets.v[i];

		if (agrees(t->host, PQhost(pg)) && agrees(t->addr, PQhostaddr(pg)) &&
		    agrees(t->port, PQport(pg)))
			return i;
	}
	return c->targets.len;
}

size_t conninfo_current(const struct conn *c)
{
	size_t i = find_target(c, c->pg);

	return i < c->targets.len ? i : 0;
}

void conninfo_follow(struct conn *c, const PGconn *pg)
{
	size_t i = find_target(c, pg);

	if (c->targets.len < 2 || i == c->targets.len)
		return;
	conninfo_drop_targets(c, i);
	while (c->targets.len > 1)
		release_target(&c->targets.v[--c->targets.len]);
}

/* ---- the real thing ---- */

/* host stays the name: certificates, .pgpass and Kerberos go by it; hostaddr says where it is.  A
 * name with several addresses has become several targets, which libpq tries in turn. */
static void add_lists(const struct conn *c, struct buf lists[3], struct words *forced)
{
	static const char *const keys[] = { "host", "hostaddr", "port" };

	for (size_t i = 0; i < c->targets.len; i++) {
		const struct target *t = &c->targets.v[i];
		const char *const values[] = { t->host, t->addr, t->port };

		for (size_t k = 0; k < ARRAY_SIZE(keys); k++)
			buf_addf(&lists[k], "%s%s", i ? "," : "", values[k]);
	}
	for (size_t k = 0; k < ARRAY_SIZE(keys); k++)
		add(forced, keys[k], lists[k].data);
}

PGconn *conninfo_start(const struct conn *c)
{
	struct buf lists[3] = { BUF_INIT, BUF_INIT, BUF_INIT };
	struct words forced = { .keys = VEC_INIT, .values = VEC_INIT };
	PGconn *pg;

	if (c->rewritten)
		add_lists(c, lists, &forced);
	pg = start(c->db, &forced);
	release(&forced);
	for (size_t k = 0; k < ARRAY_SIZE(lists); k++)
		buf_release(&lists[k]);
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

void db_each_option(void (*fn)(void *ctx, const char *keyword, const char *label), void *ctx)
{
	PQconninfoOption *all = PQconndefaults();

	for (const PQconninfoOption *o = all; o && o->keyword; o++)
		if (!*o->dispchar)
			fn(ctx, o->keyword, o->label);
	PQconninfoFree(all);
}
