/* SPDX-License-Identifier: MIT */
/*
 * cmd_rls.c - rls status, rls check, rls explain and lint: one scan each, told as asked.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/deffile.h"
#include "base/path.h"
#include "command/probe_memory.h"
#include "command/rls_report.h"
#include "command/rls_scan.h"
#include "domain/waivers.h"

enum { STATUS_FINDINGS = 5, UNKNOWN_SHOWN = 5 };

struct look {
	struct call *call;
	struct rls_scan *scan;
	struct waivers waivers;
	enum severity fail_on;
};

static void look_free(void *data)
{
	struct look *l = data;

	rls_scan_free(&l->scan);
	waivers_release(&l->waivers);
	free(l);
}

static void fail(struct call *c, struct err *err)
{
	call_done(c, err, -1);
	err_release(err);
}

static void say(const struct look *l, enum say how, char *owned)
{
	const struct host *h = call_host(l->call);

	h->ops->say(h->ctx, how, owned);
	free(owned);
}

/* ---- what all of them begin with ---- */

static bool read_fail_on(struct look *l, struct err *err)
{
	static const char *const words[] = { "info", "low", "medium", "high", "blocker", NULL };
	const char *word = args_get(call_args(l->call), "fail-on");

	l->fail_on = SEVERITY_LOW;
	if (!word || severity_parse(word, &l->fail_on))
		return true;
	return err_unknown(err, "severity", word, words);
}

static bool read_waivers(struct look *l, struct err *err)
{
	const char *named = args_get(call_args(l->call), "waivers");
	char *path = named ? path_expand(named) : path_config("waivers.ini");
	bool ok = (!named && !path_exists(path)) || waivers_load(&l->waivers, path, err);

	free(path);
	return ok;
}

static struct look *look_start(struct call *c, int checks, rls_scan_fn *fn)
{
	struct look *l = xcalloc(1, sizeof *l);
	struct err err = ERR_INIT;

	l->call = c;
	waivers_init(&l->waivers);
	call_set_data(c, l, look_free);
	if (!read_fail_on(l, &err) || !read_waivers(l, &err))
		fail(c, &err);
	else
		rls_scan_start(call_session(c), checks, fn, l, c);
	return l;
}

static bool took(struct look *l, struct rls_scan *scan, const struct err *err)
{
	l->scan = scan;
	if (!err)
		return true;
	call_done(l->call, err, -1);
	return false;
}

static bool is_unknown(const struct finding *f)
{
	return strncmp(f->id, "R90-", 4) == 0;
}

static char *unknown_text(const struct finding *f)
{
	return f->relation ? xasprintf("could not judge %s%s%s: %s", f->object,
				       f->policy ? " " : "", f->policy ? f->policy : "",
				       f->message)
			   : xstrdup(f->message);
}

/* Those about the whole database, or the others; returns how many there are. */
static size_t say_unknown_of(const struct look *l, bool whole)
{
	const struct findings *all = l->scan->findings;
	const char *database = catalog_database(l->scan->catalog);
	size_t n = 0;

	for (size_t i = 0; i < all->list.len; i++) {
		const struct finding *f = &all->list.v[i];

		if (is_unknown(f) && (strcmp(f->object, database) == 0) == whole &&
		    ++n <= UNKNOWN_SHOWN)
			say(l, SAY_WARNING, unknown_text(f));
	}
	return n;
}

/* Silence must not be taken for "sound".  What is about the whole database comes last, where it
 * stays to be read. */
static void say_unknown(const struct look *l)
{
	size_t n = say_unknown_of(l, false);

	if (n > UNKNOWN_SHOWN)
		say(l, SAY_WARNING,
		    xasprintf("could not judge %zu more (R90)", n - UNKNOWN_SHOWN));
	say_unknown_of(l, true);
}

/* ---- check, lint ---- */

static void today(char day[11])
{
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(day, 11, "%Y-%m-%d", &tm);
}

/* Waivers that have ended are a surprise worth a line. */
static void say_expired(const struct look *l, const struct finding *f, const char *day)
{
	const struct waiver *w = waivers_find(&l->waivers, f, NULL);

	if (w)
		say(l, SAY_WARNING,
		    xasprintf("the waiver of %s on %s ended on %s (today is %s)", f->id,
			      f->object, w->expires, day));
}

/* What it was written for is mended, or was named wrongly. */
static void say_idle(const struct look *l)
{
	const struct findings *all = l->scan->findings;

	if (!(l->scan->input.checks & CHECK_DESIGN))
		return; /* not every rule was asked */
	for (size_t w = 0; w < l->waivers.list.len; w++) {
		const struct waiver *x = &l->waivers.list.v[w];
		bool covers = false;

		for (size_t i = 0; i < all->list.len && !covers; i++)
			covers = waiver_covers(x, &all->list.v[i]);
		if (!covers)
			say(l, SAY_WARNING,
			    xasprintf("the waiver of %s on %s (line %d) covers no finding",
				      x->id, x->object, x->line));
	}
}

static void report(struct look *l, const char *title)
{
	const struct findings *all = l->scan->findings;
	struct reported *list = xcalloc(all->list.len + 1, sizeof *list);
	const struct host *h = call_host(l->call);
	size_t n = all->list.len, waived = 0, bad = 0;
	struct buf text = BUF_INIT;
	char day[11];

	today(day);
	for (size_t i = 0; i < n; i++) {
		const struct finding *f = &all->list.v[i];

		list[i].finding = f;
		list[i].waiver = waivers_find(&l->waivers, f, day);
		waived += list[i].waiver != NULL;
		bad += !list[i].waiver && f->severity >= l->fail_on;
	}
	if (h->format && strcmp(h->format, "sarif") == 0) {
		rls_report_sarif(&text, catalog_database(l->scan->catalog), list, n);
		h->ops->text(h->ctx, title, text.data, text.len);
	} else {
		rls_report_table(h, title, list, n);
	}
	for (size_t i = 0; i < n; i++)
		if (!list[i].waiver)
			say_expired(l, list[i].finding, day);
	say_idle(l);
	if (waived)
		say(l, SAY_INFO, xasprintf("findings waived: %zu", waived));
	say_unknown(l);
	buf_release(&text);
	free(list);
	call_done(l->call, NULL, bad ? STATUS_FINDINGS : 0);
}

static void check_scanned(void *ctx, struct rls_scan *scan, const struct err *err)
{
	if (took(ctx, scan, err))
		report(ctx, "Findings");
}

static void check_run(struct call *c)
{
	look_start(c, CHECK_ISOLATION | CHECK_SPEED, check_scanned);
}

static void lint_run(struct call *c)
{
	look_start(c, CHECK_ISOLATION | CHECK_SPEED | CHECK_DESIGN, check_scanned);
}

/* ---- status ---- */

static const char *kind_word(enum relation_kind kind)
{
	static const char *const words[] = { "table", "partitioned table", "view",
					     "materialized view", "foreign table" };

	return words[kind];
}

/* Without a tenancy nothing was judged. */
static const char *isolated_word(const struct look *l, const struct rls_status *s)
{
	if (!s->isolated)
		return "false";
	return s->judged && profile_tenancies(l->scan->input.profile) ? "true" : NULL;
}

/* NULL: no policies. */
static const char *table_word(const struct relation *r, bool is)
{
	return !relation_is_table(r) ? NULL : is ? "true" : "false";
}

static void status_row(const struct look *l, const struct rls_status *s)
{
	const struct host *h = call_host(l->call);
	const struct relation *r = s->relation;
	char *name = xasprintf("%s.%s", r->schema, r->name),
	     *policies = xasprintf("%zu", r->npolicies);
	char *findings = xasprintf("%zu", s->findings);
	const char *cells[] = { name,
				isolated_word(l, s),
				probe_memory_word(session_probes(call_session(l->call)),
						  r->oid),
				findings,
				s->findings ? severity_name(s->worst) : NULL,
				table_word(r, r->rls),
				table_word(r, r->rls_forced),
				relation_is_table(r) ? policies : NULL,
				s->commands,
				s->tenant_column,
				s->index,
				kind_word(r->kind),
				s->readable,
				s->coverage };

	h->ops->table_row(h->ctx, cells);
	free(name);
	free(policies);
	free(findings);
}

static void status_scanned(void *ctx, struct rls_scan *scan, const struct err *err)
{
	static const struct table_column columns[] = {
		{ "relation", CELL_TEXT, NULL },      { "isolated", CELL_BOOL, NULL },
		{ "probe", CELL_TEXT, NULL },	      { "findings", CELL_NUMBER, NULL },
		{ "worst", CELL_STATE, NULL },
		{ "enabled", CELL_BOOL, NULL },	      { "forced", CELL_BOOL, NULL },
		{ "policies", CELL_NUMBER, NULL },    { "commands", CELL_TEXT, NULL },
		{ "tenant_column", CELL_TEXT, NULL }, { "index", CELL_TEXT, NULL },
		{ "kind", CELL_TEXT, NULL },	      { "condition", CELL_TEXT, NULL },
		{ "coverage", CELL_TEXT, NULL },
	};
	struct look *l = ctx;
	const struct host *h = call_host(l->call);
	struct arena *arena;
	size_t n;

	if (!took(l, scan, err))
		return;
	arena = arena_new();
	const struct rls_status *list = rls_statuses(&scan->input, scan->findings, arena, &n);

	h->ops->table_begin(h->ctx, "Isolation", columns, ARRAY_SIZE(columns));
	if (h->ops->table_enter)
		h->ops->table_enter(h->ctx, "rls explain {relation}");
	if (h->ops->table_of_all)
		h->ops->table_of_all(h->ctx);
	for (size_t i = 0; i < n; i++)
		status_row(l, &list[i]);
	h->ops->table_end(h->ctx);
	arena_free(&arena);
	say_unknown(l);
	call_done(l->call, NULL, 0);
}

static void status_run(struct call *c)
{
	look_start(c, CHECK_ISOLATION | CHECK_SPEED, status_scanned);
}

/* ---- explain ---- */

static void explain_scanned(void *ctx, struct rls_scan *scan, const struct err *err)
{
	struct look *l = ctx;
	const struct args *a = call_args(l->call);
	const struct host *h = call_host(l->call);
	const char *name =
		args_get(a, "role") ? args_get(a, "role") : session_role(call_session(l->call));
	bool named = name != NULL;
	struct err bad = ERR_INIT;
	const struct relation *r;
	const struct role *role;

	if (!took(l, scan, err))
		return;
	r = catalog_find(scan->catalog, args_get(a, "relation"), &bad);
	name = name ? name : catalog_current_role(scan->catalog);
	role = catalog_role(scan->catalog, name);
	if (r && !role)
		err_set(&bad, ERR_USAGE, name, "there is no such role");
	if (!r || !role) {
		fail(l->call, &bad);
		return;
	}
	char *text = rls_explain(&scan->input, r, role, !named),
	     *title = named ? xasprintf("%s as %s", r->name, role->name)
			    : xasprintf("who sees what of %s", r->name);

	h->ops->text(h->ctx, title, text, strlen(text));
	free(title);
	free(text);
	call_done(l->call, NULL, 0);
}

static void explain_run(struct call *c)
{
	look_start(c, CHECK_ISOLATION, explain_scanned);
}

#define FINDINGS_ARGS "[--fail-on:choice(info|low|medium|high|blocker)] [--waivers:file]"
#define FINDINGS_HELP                                                                          \
	"Each finding has an id (rls rules tells of it), a severity (blocker high medium low " \
	"info), the object, the evidence, the SQL that mends it or, where a person must "      \
	"decide, what there is to choose from, and a page of the PostgreSQL manual; nothing "  \
	"is changed. Exit status 0: no finding is at or above --fail-on (low); 5: one is; 1 "  \
	"to 4: the check itself failed. What could not be judged is R90, an info: --fail-on "  \
	"info fails on it too. Waivers are read from waivers.ini in the configuration folder, " \
	"or --waivers FILE: [waiver R82], then object, policy, reason, decision and expires "  \
	"(its last day, in UTC). --format table, csv, json or sarif."

const struct command cmd_rls_status = {
	.name = "rls status",
	.summary = "How tenants are isolated, relation by relation",
	.args = "",
	.help = "Enabled, forced, policies, the commands they cover, the index that serves "
		"them and "
		"what they say; isolated is false where a finding shows rows of "
		"other tenants, and empty where no tenancy is known; "
		"coverage is what each role may do by its grants and the "
		"policies.",
	.needs = NEEDS_CONNECTION | NEEDS_CATALOG | BATCH,
	.run = status_run,
};

const struct command cmd_rls_check = {
	.name = "rls check",
	.alias = "findings",
	.summary = "What is wrong with the isolation of tenants",
	.args = FINDINGS_ARGS,
	.format = "sarif",
	.help = "Judges policies, roles, grants, views, functions, keys and publications from "
		"the "
		"catalog, as every role that may come in. Where no tenancy is found, but "
		"policies hold rows to whoever is signed in, each person counts as a tenant. "
		FINDINGS_HELP,
	.needs = NEEDS_CONNECTION | NEEDS_CATALOG | BATCH,
	.run = check_run,
};

const struct command cmd_rls_explain = {
	.name = "rls explain",
	.summary = "What a role sees of a relation, in sentences",
	.args = "relation:relation [role:role]",
	.help = "One sentence for each policy and one for their sum; of a view what lies below "
		"it; and by which membership the role could come around them. Without a role: of "
		"yours, and of every role that has a right there.",
	.needs = NEEDS_CONNECTION | NEEDS_CATALOG | BATCH,
	.run = explain_run,
};

const struct command cmd_lint = {
	.name = "lint",
	.no_key = "a look at the whole schema, now and then; rls check has a key",
	.summary = "What is wrong with the schema of a shop with many tenants",
	.args = FINDINGS_ARGS,
	.format = "sarif",
	.help = "All that rls check finds, and the design rules for keys, times, money, "
		"indexes, events and foreign keys. It reads the catalog only: of what stands in "
		"rows it says at most that nothing holds it (N14). " FINDINGS_HELP,
	.needs = NEEDS_CONNECTION | NEEDS_CATALOG | BATCH,
	.run = lint_run,
};
