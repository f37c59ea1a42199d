/* SPDX-License-Identifier: MIT */
/* cmd_doctor.c - the pre-flight: who am I here, what may I do, what can I not see. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "command/command.h"

enum state { OK, WARNING, CRITICAL, UNKNOWN };

struct doctor {
	struct call *call;
	const struct reply *facts;
};

static void row(const struct doctor *d, const char *check, enum state state, const char *value,
		const char *why)
{
	static const char *const words[] = { "ok", "warning", "critical", "unknown" };
	const struct host *h = call_host(d->call);
	const char *cells[] = { check, words[state], value, why };

	h->ops->table_row(h->ctx, cells);
}

static const char *fact(const struct doctor *d, const char *name)
{
	const char *text = reply_get(d->facts, 0, name);

	return text ? text : "";
}

static bool yes(const struct doctor *d, const char *name)
{
	return *fact(d, name) == 't' || strcmp(fact(d, name), "on") == 0;
}

static long number(const struct doctor *d, const char *name)
{
	return strtol(fact(d, name), NULL, 10);
}

static void check_role(const struct doctor *d)
{
	const char *current = fact(d, "current_role"), *session = fact(d, "session_role");
	char *who = strcmp(current, session) == 0
			    ? xstrdup(current)
			    : xasprintf("%s (logged in as %s)", current, session);

	if (yes(d, "superuser"))
		row(d, "role", CRITICAL, who,
		    "a superuser: row-level security and all rights do not apply");
	else if (yes(d, "bypassrls"))
		row(d, "role", WARNING, who, "BYPASSRLS: it sees every tenant's rows");
	else if (*fact(d, "bypass_roles"))
		row(d, "role", WARNING, fact(d, "bypass_roles"),
		    "the role is a member of these, which row-level security does not bind");
	else if (number(d, "owned") > 0)
		row(d, "role", WARNING, who,
		    "it owns relations: their row-level security binds it only where forced");
	else
		row(d, "role", OK, who, "row-level security binds it");
	free(who);
}

static void check_writing(const struct doctor *d)
{
	char *value =
		xasprintf("%s of %s relations", fact(d, "writable"), fact(d, "relations"));

	if (yes(d, "in_recovery"))
		row(d, "writing", OK, "none",
		    "a standby takes no writes, whatever the grants say");
	else if (number(d, "relations") == 0)
		row(d, "writing", OK, value, "there is nothing here yet");
	else if (number(d, "writable") == 0)
		row(d, "writing", OK, value, "the role may read only");
	else if (yes(d, "read_only"))
		row(d, "writing", OK, value,
		    "read-only by default; the grants would allow more, and the role may "
		    "switch it off");
	else
		row(d, "writing", WARNING, value,
		    "the role may write and its sessions are not read-only by default");
	free(value);
}

static void check_server(const struct doctor *d)
{
	const struct session *s = call_session(d->call);
	bool standby = yes(d, "in_recovery");
	const char *version = fact(d, "version");
	/* Without the package's own number behind it: the line fits 80 columns. */
	char *value = xasprintf("PostgreSQL %.*s, timeline %s, up %ld h",
				(int)strcspn(version, " "), version, fact(d, "timeline"),
				number(d, "uptime") / 3600);

	row(d, "server", OK, value, standby ? "a standby" : "a primary");
	free(value);
	if (standby && number(d, "replay_delay") > 60)
		row(d, "replica", WARNING, fact(d, "replay_delay"),
		    "seconds behind the primary: what is shown is old");
	else if (standby)
		row(d, "replica", OK, fact(d, "replay_delay"), "seconds behind the primary");
	else if (session_production(s))
		row(d, "replica", WARNING, "primary",
		    "production is read on a replica, if there is one");
	else
		row(d, "replica", OK, "primary", "not known to be production");
	if (!yes(d, "fsync"))
		row(d, "fsync", session_production(s) ? CRITICAL : WARNING, "off",
		    "a crash of the machine can lose or damage data");
}

static void check_connection(const struct doctor *d)
{
	const struct db_session *c = db_session(session_db(call_session(d->call)));
	bool local =
		!c->host || !*c->host || *c->host == '/' || strcmp(c->host, "localhost") == 0;

	if (c->tls)
		row(d, "tls",
		    strstr(c->tls_text, "verified") && !strstr(c->tls_text, "not") ? OK
										   : WARNING,
		    c->tls_text, "the certificate decides whether it is the right server");
	else
		row(d, "tls", local ? OK : CRITICAL, local ? "local" : "none",
		    local ? "the connection does not leave the machine"
			  : "passwords and data travel in the clear");
	if (c->pid != number(d, "pid"))
		row(d, "pooler", OK, "in between",
		    "settings last for one transaction only, and souk keeps to that");
	else
		row(d, "pooler", OK, "none", "the session is the server's own");
	if (number(d, "role_limit") > 0 &&
	    number(d, "role_connections") + 3 > number(d, "role_limit"))
		row(d, "connections", WARNING, fact(d, "role_connections"),
		    "of the role's limit are in use: some panels will share a connection");
	else
		row(d, "connections", OK, fact(d, "connections"), "in use on the server");
}

static void check_timeouts(const struct doctor *d)
{
	static const char *const names[] = { "statement_timeout", "idle_timeout" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		bool none = number(d, names[i]) == 0;

		row(d, names[i], none ? WARNING : OK, fact(d, names[i]),
		    none ? "the role has none of its own; souk sets one for each transaction"
			 : "milliseconds");
	}
}

static void check_clock(const struct doctor *d)
{
	double apart = fabs(strtod(fact(d, "clock"), NULL) - (double)time_now_us() / 1e6);
	char *value = xasprintf("%.1f s", apart);

	row(d, "clock", apart > 5 ? WARNING : OK, value,
	    apart > 5 ? "the server's clock and ours differ: ages are told by the server's"
		      : "apart from ours, the way included");
	free(value);
}

/* Relations of which the role sees a part of the columns only, and those whose statistics it
 * does not see. */
static void check_parts(const struct doctor *d)
{
	const struct catalog *c = session_catalog(call_session(d->call));
	size_t partly = 0, silent = 0;
	char *value;

	for (size_t i = 0; i < catalog_relations(c); i++) {
		const struct relation *r = catalog_relation_at(c, i);
		bool all = true;

		for (size_t k = 0; k < r->ncolumns; k++)
			all &= (r->columns[k].rights & RIGHT_SELECT) != 0;
		partly += (r->rights & RIGHT_SELECT) && !all;
		silent += r->rls_active;
	}
	value = xasprintf("%zu relation%s", partly, partly == 1 ? "" : "s");
	if (partly)
		row(d, "hidden", UNKNOWN, value,
		    "of which this role may see some columns only: the others are not asked "
		    "for");
	free(value);
	value = xasprintf("%zu relation%s", silent, silent == 1 ? "" : "s");
	if (silent)
		row(d, "hidden", UNKNOWN, value,
		    "row-level security binds this role and hides their statistics: counts and "
		    "positions are estimates of what it sees");
	free(value);
}

static void check_sight(const struct doctor *d)
{
	const struct session *s = call_session(d->call);
	const char *const *hidden = catalog_unreadable(session_catalog(s));

	row(d, "pg_stat_statements", yes(d, "statements") ? OK : UNKNOWN,
	    yes(d, "statements") ? "installed" : "absent",
	    yes(d, "statements") ? "statements are counted"
				 : "which statements cost most is not known");
	for (; *hidden; hidden++)
		row(d, "hidden", UNKNOWN, NULL, *hidden);
}

static void check_schema(const struct doctor *d)
{
	const struct profile *p = session_profile(call_session(d->call));
	const char *environment = profile_environment(p);

	if (profile_tenant_schemas(p))
		row(d, "tenancy", OK, profile_value(p, "tenant_schemas"),
		    "a schema for each tenant: the scope is the search_path");
	else if (profile_tenancies(p) == 0)
		row(d, "tenancy", UNKNOWN, "none",
		    "no tenant column was recognised: everything works unscoped");
	for (size_t i = 0; i < profile_tenancies(p); i++) {
		const struct tenancy *t = profile_tenancy(p, i);

		row(d, "tenancy", t->setting ? OK : WARNING, t->column,
		    t->setting ? t->setting
			       : "no setting that the server's policies read: the scope is a "
				 "filter");
	}
	row(d, "environment", *environment ? OK : UNKNOWN,
	    *environment ? environment : "unknown",
	    *environment ? "by profile, setting or name"
			 : "set it in the profile file, so that production is loud");
}

static void done(void *ctx, const struct txn_result *result)
{
	static const struct table_column columns[] = {
		{ "check", CELL_TEXT, NULL },
		{ "state", CELL_STATE, NULL },
		{ "value", CELL_TEXT, NULL },
		{ "why", CELL_TEXT, NULL },
	};
	struct doctor *d = ctx;
	const struct host *h = call_host(d->call);

	if (result->outcome != TXN_DONE) {
		call_done(d->call, &result->err, -1);
		return;
	}
	d->facts = result->replies[0];
	h->ops->table_begin(h->ctx, "Pre-flight", columns, ARRAY_SIZE(columns));
	if (h->ops->table_of_all)
		h->ops->table_of_all(h->ctx);
	check_role(d);
	check_writing(d);
	check_server(d);
	check_connection(d);
	check_timeouts(d);
	check_clock(d);
	check_schema(d);
	check_sight(d);
	check_parts(d);
	h->ops->table_end(h->ctx);
	call_done(d->call, NULL, 0);
}

static void doctor_run(struct call *c)
{
	struct session *s = call_session(c);
	struct doctor *d = xcalloc(1, sizeof *d);
	const struct request_callbacks cb = { .done = done, .ctx = d };
	struct scope scope;
	struct txn *txn;

	d->call = c;
	call_set_data(c, d, free);
	session_scope(s, USE_CATALOG, &scope);
	txn = txn_new(TXN_READ, &scope);
	scope_release(&scope);
	txn_add(txn,
		sqlset_get(session_sql(s), "doctor", catalog_server_version(session_catalog(s)))
			->text,
		NULL);
	db_send(session_db(s), DB_READ, txn, &cb, c);
}

const struct command cmd_doctor = {
	.name = "doctor",
	.no_key = "a look at the connection when something is odd",
	.summary = "The pre-flight: role, rights, server, connection, what cannot be seen",
	.args = "",
	.help = "One row for each check with its state: ok, warning, critical or unknown.",
	.needs = NEEDS_CONNECTION | NEEDS_CATALOG | BATCH,
	.run = doctor_run,
};
