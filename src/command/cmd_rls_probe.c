/* SPDX-License-Identifier: MIT */
/*
 * cmd_rls_probe.c - rls probe: the plan of domain/rls_probe.h carried to the server.
 *
 * Batches on the lane DB_BULK, each a transaction that is rolled back, with short timeouts.  A
 * probe stands between a savepoint and its rollback, which takes back its role and setting too.
 * What must find the setting never set comes first, while the session is fresh.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "command/command.h"
#include "command/probe_memory.h"
#include "command/rls_scan.h"
#include "domain/rls_probe.h"

/* Few of one relation stand in a batch: what one waits for, the others of it need not. */
enum { BATCH_SIZE = 40, BATCH_SAME = 4,
       STATEMENT_MS = 5000, LOCK_MS = 500, STATUS_LEAKS = 5, STATUS_LOST = 2 };

enum phase { PHASE_CODE, PHASE_TENANTS, PHASE_PERSONS, PHASE_UNSET, PHASE_PROBES, PHASE_CLAIMS,
	     PHASE_END };

/* Which statements of the batch belong to an item (a target, a person or a probe). */
struct sent {
	size_t item;
	int first, end;	      /* of a probe: its steps */
	int count, shown, statement; /* of a target; -1: none */
};

struct prober {
	struct call *call;
	struct rls_scan *scan; /* what is claimed is tried as well */
	const struct catalog *catalog;
	struct probe_plan plan;
	const struct role *role;
	const struct relation *only;
	enum phase phase;
	int sources, calls, functions, path; /* statements of PHASE_CODE */
	size_t next; /* all items before it were sent, or need not be */
	size_t done, total;
	VEC(struct sent) batch;
	VEC(enum probe_mark) marks; /* of the statements of the batch, by their index */
	char *lost; /* why it ended before its end; NULL: it did not */
	bool cancelled;
};

static void prober_free(void *data)
{
	struct prober *p = data;
	const struct host *h = call_host(p->call);

	h->ops->progress(h->ctx, "probing", -1,
			 0); /* cancelled or done: nothing is under way */
	VEC_RELEASE(&p->batch);
	VEC_RELEASE(&p->marks);
	if (p->plan.arena)
		probe_plan_release(&p->plan);
	rls_scan_free(&p->scan);
	free(p->lost);
	free(p);
}

static const char *query(const struct prober *p, const char *name)
{
	return sqlset_get(p->scan->input.sql, name, catalog_server_version(p->catalog))->text;
}

static void fail(struct prober *p, struct err *err)
{
	call_done(p->call, err, -1);
	err_release(err);
}

/* ---- putting a batch together ---- */

static struct txn *batch_new(struct prober *p)
{
	struct scope scope;
	struct txn *t;

	scope_init(&scope);
	scope.search_path = xstrdup("pg_catalog");
	scope.statement_timeout_ms = STATEMENT_MS;
	scope.lock_timeout_ms = LOCK_MS;
	/* Of an even chance to meet its rows soon the planner would read a large table from its
	 * beginning, past all rows of other tenants: an index is to be taken if there is any. */
	scope_set(&scope, "seq_page_cost", "100");
	scope_set(&scope, "jit", "off"); /* for which such costs are a reason */
	t = txn_new(TXN_PROBE, &scope);
	scope_release(&scope);
	VEC_CLEAR(&p->batch);
	VEC_CLEAR(&p->marks);
	if (!p->plan.write || p->phase < PHASE_PROBES || catalog_in_recovery(p->catalog))
		txn_read_only(t);
	txn_add(t, query(p, "rls_probe_open"), NULL);
	return t;
}

/* What is asked with our own eyes. */
static void add_question(struct prober *p, struct txn *t, size_t i)
{
	const struct probe_target *target =
		p->phase == PHASE_TENANTS ? &p->plan.targets.v[i] : NULL;
	struct sent s = { .item = i, .count = -1, .shown = -1 };
	struct buf sql = BUF_INIT;

	if (target)
		probe_tenants_sql(&p->plan, target, &sql);
	else
		probe_person_sql(&p->plan, &p->plan.persons.v[i], &sql);
	s.statement = txn_add(t, sql.data, NULL);
	if (target && probe_needs_few(&p->plan, target)) {
		buf_clear(&sql);
		probe_few_sql(&p->plan, target, &sql);
		s.count = txn_add(t, sql.data, NULL);
	}
	if (target && probe_needs_shown(&p->plan, target)) {
		buf_clear(&sql);
		probe_shown_sql(&p->plan, target, &sql);
		s.shown = txn_add(t, sql.data, NULL);
	}
	txn_add(t, query(p, "rls_probe_close"), NULL);
	*VEC_PUSH(&p->batch) = s;
	buf_release(&sql);
}

static void add_probe(struct prober *p, struct txn *t, size_t i)
{
	struct probe_steps steps = { .list = VEC_INIT };
	struct sent s = { .item = i };

	probe_steps(&p->plan, &p->plan.probes.v[i], &steps);
	s.first = (int)txn_len(t);
	for (size_t n = 0; n < steps.list.len; n++) {
		const struct probe_step *step = &steps.list.v[n];
		int index = txn_add(t, step->sql, &step->params);

		while (p->marks.len < (size_t)index)
			*VEC_PUSH(&p->marks) = PROBE_MARK_NONE;
		*VEC_PUSH(&p->marks) = step->mark;
	}
	s.end = (int)txn_len(t);
	txn_add(t, query(p, "rls_probe_close"), NULL);
	*VEC_PUSH(&p->batch) = s;
	probe_steps_release(&steps);
}

static bool is_due(const struct prober *p, size_t i)
{
	const struct probe *x;

	if (p->phase == PHASE_TENANTS)
		return !p->plan.targets.v[i].impossible;
	if (p->phase == PHASE_PERSONS)
		return true;
	x = &p->plan.probes.v[i];
	return !x->decided && (p->phase == PHASE_CLAIMS ||
			       (x->kind == PROBE_UNSET) == (p->phase == PHASE_UNSET));
}

static size_t items(const struct prober *p)
{
	return p->phase == PHASE_TENANTS   ? p->plan.targets.len
	       : p->phase == PHASE_PERSONS ? p->plan.persons.len
					   : p->plan.probes.len;
}

/* How many of this phase are still to be sent. */
static size_t due(const struct prober *p)
{
	size_t n = 0;

	for (size_t i = 0; i < items(p); i++)
		n += is_due(p, i);
	return n;
}

/* ---- answers ---- */

static const char *reply_or_null(const struct txn_result *r, int index)
{
	const struct reply *x = index >= 0 && (size_t)index < r->n ? r->replies[index] : NULL;

	return x && reply_rows(x) ? reply_text(x, 0, 0) : NULL;
}

static bool shows(const struct probe *x, const struct reply *rows)
{
	return x->kind == PROBE_ARRANGED && reply_rows(rows);
}

/* Behind an error nothing is heard but that there was one. */
static void take_probe(struct prober *p, const struct txn_result *r, const struct sent *s)
{
	struct probe *x = &p->plan.probes.v[s->item];
	struct probe_answers a = { .broke = NULL };
	bool failed = false;

	for (int i = s->first; i < s->end && (size_t)i < r->n; i++) {
		enum probe_mark mark = p->marks.v[i];
		const struct server_error *e = &r->errors[i];

		if (mark == PROBE_MARK_TRY && a.reply[mark] && shows(x, a.reply[mark]))
			continue; /* of several the one that shows something */
		if (mark != PROBE_MARK_NONE && !(failed && e->sqlstate)) {
			a.reply[mark] = r->replies[i];
			a.error[mark] = e;
		} else if (e->sqlstate && !failed) {
			a.broke = e;
		}
		failed = failed || e->sqlstate;
	}
	probe_answer(&p->plan, x, &a);
}

static void take_tenants(struct prober *p, const struct txn_result *r, const struct sent *s)
{
	struct probe_target *t = &p->plan.targets.v[s->item];
	const char *few = reply_or_null(r, s->count);

	t->small = few ? *few == 't' : t->small;
	probe_tenants_answer(&p->plan, t, r->replies[s->statement], &r->errors[s->statement]);
	if (s->shown >= 0 && (size_t)s->shown < r->n)
		probe_shown_answer(&p->plan, t, r->replies[s->shown], &r->errors[s->shown]);
}

static void advance(struct prober *p);
static void finish(struct prober *p);

/* What was answered is told all the same. */
static void give_up(struct prober *p, const struct txn_result *r)
{
	if (p->phase < PHASE_UNSET) {
		call_done(p->call, &r->err, -1);
		return;
	}
	p->lost = err_text(&r->err);
	probe_plan_stop(&p->plan, p->lost);
	finish(p);
}

/* The batch under way is stopped, and rolled back by the server. */
static void cancel(struct call *c)
{
	struct prober *p = call_data(c);

	db_forget(session_db(call_session(c)), c);
	p->cancelled = true;
	probe_plan_stop(&p->plan, "cancelled");
	finish(p);
}

static void batch_done(void *ctx, const struct txn_result *r)
{
	static const char *const phases[] = { "looking at code", "looking for tenants",
					      "looking for people",
					      "probing without a tenant", "probing",
					      "trying what is claimed", "probing" };
	struct prober *p = ctx;
	const struct host *h = call_host(p->call);

	if (r->err.kind != ERR_NONE) {
		give_up(p, r);
		return;
	}
	if (p->phase == PHASE_CODE) {
		const struct probe_code code = { r->replies[p->sources], r->replies[p->calls],
						 r->replies[p->functions],
						 r->replies[p->path] };

		probe_plan_targets(&p->plan, p->only, &code);
		p->phase++;
		p->total = due(p);
	}
	for (size_t i = 0; i < p->batch.len; i++) {
		const struct sent *s = &p->batch.v[i];

		if (p->phase == PHASE_TENANTS)
			take_tenants(p, r, s);
		else if (p->phase == PHASE_PERSONS)
			probe_person_answer(&p->plan, &p->plan.persons.v[s->item],
					    r->replies[s->statement]);
		else
			take_probe(p, r, s);
	}
	p->done += p->batch.len;
	h->ops->progress(h->ctx, phases[p->phase], (double)p->done, (double)p->total);
	advance(p);
}

/* ---- the end ---- */

enum { COLUMNS = 9 };

/* A person reads why before for whom; written it stays as it was. */
static const int told[COLUMNS] = { 0, 1, 2, 3, 4, 5, 8, 6, 7 };

static void tell_cells(const struct host *h, const char *const *cells)
{
	const char *ordered[COLUMNS];

	for (size_t i = 0; i < COLUMNS; i++)
		ordered[i] = cells[h->batch ? (int)i : told[i]];
	h->ops->table_row(h->ctx, ordered);
}

static void tell_row(const struct prober *p, const struct probe *x)
{
	const struct probe_target *t = &p->plan.targets.v[x->target];
	const struct host *h = call_host(p->call);
	char *rows = xasprintf("%zu", x->rows);
	const char *cells[] = { t->name,
				x->role ? x->role->name : x->claimed->role,
				probe_kind_name(x->kind),
				probe_outcome_name(x->outcome),
				x->outcome == PROBE_LEAKS ? rows : NULL,
				x->keys,
				t->a,
				t->b,
				x->why };

	tell_cells(h, cells);
	free(rows);
}

/* Numbers that were taken stay taken. */
static void tell_numbers(const struct prober *p)
{
	const struct host *h = call_host(p->call);
	struct buf from = BUF_INIT, text = BUF_INIT;

	probe_numbers(&p->plan, &from);
	if (from.len) {
		buf_adds(&text, "numbers may have been taken from: ");
		utf8_sanitize(&text, from.data, from.len, SANITIZE_LINE);
		h->ops->say(h->ctx, SAY_INFO, text.data);
	}
	buf_release(&from);
	buf_release(&text);
}

/* Nothing probed is nothing proven. */
static void tell_sum(const struct prober *p, const size_t counts[4])
{
	const struct host *h = call_host(p->call);
	char *sum;

	if (!p->plan.probes.len) {
		h->ops->say(h->ctx, SAY_WARNING,
			    p->plan.targets.len
				    ? "nothing was probed: no role of the application was found"
				    : "nothing was probed: no tenants' rows are known here");
		return;
	}
	sum = xasprintf("%zu proven, %zu leak, %zu refused, %zu could not be probed; "
			"everything was rolled back",
			counts[PROBE_PROVEN], counts[PROBE_LEAKS], counts[PROBE_REFUSED],
			counts[PROBE_IMPOSSIBLE]);
	h->ops->say(h->ctx, counts[PROBE_LEAKS] ? SAY_WARNING : SAY_DONE, sum);
	free(sum);
}

/* What was not asked any more, and why. */
static void tell_rest(const struct prober *p)
{
	const struct host *h = call_host(p->call);
	size_t n = 0;
	char *rest;

	if (p->lost)
		h->ops->say(h->ctx, SAY_WARNING, p->lost);
	if (!p->cancelled)
		return;
	for (size_t i = 0; i < p->plan.probes.len; i++)
		n += p->plan.probes.v[i].stopped;
	rest = xasprintf("cancelled: %zu probe%s not tried, nor what only findings claim", n,
			 n == 1 ? " was" : "s were");
	h->ops->say(h->ctx, SAY_WARNING, rest);
	free(rest);
}

static void finish(struct prober *p)
{
	static const struct table_column columns[COLUMNS] = {
		{ "relation", CELL_TEXT, NULL }, { "role", CELL_TEXT, NULL },
		{ "command", CELL_TEXT, NULL },	 { "outcome", CELL_STATE, NULL },
		{ "rows", CELL_NUMBER, NULL },	 { "keys", CELL_TEXT, NULL },
		{ "tenant_a", CELL_TEXT, NULL }, { "tenant_b", CELL_TEXT, NULL },
		{ "why", CELL_SENTENCE, NULL },
	};
	const struct host *h = call_host(p->call);
	struct table_column ordered[COLUMNS];
	size_t counts[4] = { 0 };

	probe_memory_keep(session_probes(call_session(p->call)), &p->plan);
	for (size_t i = 0; i < COLUMNS; i++)
		ordered[i] = columns[h->batch ? (int)i : told[i]];
	h->ops->table_begin(h->ctx, "Probes", ordered, COLUMNS);
	if (h->ops->table_of_all)
		h->ops->table_of_all(h->ctx);
	for (int leaks = 1; leaks >= 0; leaks--) /* first */
		for (size_t i = 0; i < p->plan.probes.len; i++) {
			const struct probe *x = &p->plan.probes.v[i];

			if ((x->outcome == PROBE_LEAKS) != leaks)
				continue;
			tell_row(p, x);
			counts[x->outcome]++;
		}
	h->ops->table_end(h->ctx);
	tell_numbers(p);
	if (strcmp(probe_identity(&p->plan), "role") == 0)
		h->ops->say(h->ctx, SAY_INFO,
			    "probed by SET ROLE: functions that read session_user saw "
			    "yours");
	tell_sum(p, counts);
	tell_rest(p);
	call_done(p->call, NULL,
		  counts[PROBE_LEAKS] ? STATUS_LEAKS
		  : p->lost	      ? STATUS_LOST
				      : 0);
}

/* Code that reaches outside is found before anything is read that might call it. */
static void look_at_code(struct prober *p)
{
	struct request_callbacks cb = { .done = batch_done, .ctx = p };
	struct txn *t = batch_new(p);

	p->sources = txn_add(t, query(p, "rls_probe_sources"), NULL);
	txn_add(t, query(p, "rls_probe_close"), NULL);
	p->calls = txn_add(t, query(p, "rls_probe_calls"), NULL);
	txn_add(t, query(p, "rls_probe_close"), NULL);
	p->functions = txn_add(t, query(p, "rls_probe_functions"), NULL);
	txn_add(t, query(p, "rls_probe_close"), NULL);
	p->path = txn_add(t, query(p, "rls_probe_path"), NULL);
	txn_add(t, query(p, "rls_probe_close"), NULL);
	db_send(session_db(call_session(p->call)), DB_BULK, t, &cb, p->call);
}

static bool is_crowded(const struct prober *p, size_t i)
{
	size_t same = 0;

	for (size_t n = 0; n < p->batch.len; n++)
		same += p->plan.probes.v[p->batch.v[n].item].target == p->plan.probes.v[i].target;
	return same >= BATCH_SAME;
}

static void fill_batch(struct prober *p, struct txn *t)
{
	size_t left = SIZE_MAX, i = p->next;

	for (; i < items(p) && p->batch.len < BATCH_SIZE; i++) {
		if (!is_due(p, i))
			continue;
		if (p->phase < PHASE_UNSET)
			add_question(p, t, i);
		else if (!is_crowded(p, i))
			add_probe(p, t, i);
		else if (left == SIZE_MAX)
			left = i;
	}
	p->next = left < i ? left : i;
}

/* The next batch, or the next phase. */
static void advance(struct prober *p)
{
	struct request_callbacks cb = { .done = batch_done, .ctx = p };
	struct txn *t;

	while (p->phase != PHASE_END) {
		t = batch_new(p);
		fill_batch(p, t);
		if (p->batch.len) {
			db_send(session_db(call_session(p->call)), DB_BULK, t, &cb, p->call);
			return;
		}
		txn_free(&t);
		if (p->phase == PHASE_TENANTS)
			probe_plan_persons(&p->plan);
		else if (p->phase == PHASE_PERSONS)
			probe_plan_probes(&p->plan, p->role);
		else if (p->phase == PHASE_PROBES)
			probe_plan_claims(&p->plan, p->role);
		p->phase++;
		if (p->phase == PHASE_UNSET) /* from now on there is something to tell */
			call_on_cancel(p->call, cancel);
		p->next = p->done = 0;
		p->total = p->phase == PHASE_END ? 0 : due(p);
	}
	finish(p);
}

static bool read_args(struct prober *p, struct err *err)
{
	const struct args *a = call_args(p->call);
	const char *relation = args_get(a, "relation"), *role = args_get(a, "for");

	if (relation && !(p->only = catalog_find(p->catalog, relation, err)))
		return call_host(p->call)->batch && !err->hint
			       ? err_hint(err, "the word behind rls probe is a relation; -d names "
					       "the database")
			       : false;
	if (role && !(p->role = catalog_role(p->catalog, role)))
		return err_set(err, ERR_USAGE, role, "there is no such role");
	return true;
}

static void scanned(void *ctx, struct rls_scan *scan, const struct err *failed)
{
	struct prober *p = ctx;
	struct err err = ERR_INIT;

	if (failed) {
		call_done(p->call, failed, -1);
		return;
	}
	p->scan = scan;
	p->catalog = scan->catalog;
	probe_plan_init(&p->plan, &scan->input, scan->findings,
			args_has(call_args(p->call), "write"));
	if (read_args(p, &err))
		look_at_code(p);
	else
		fail(p, &err);
}

static void probe_run(struct call *c)
{
	struct prober *p = xcalloc(1, sizeof *p);

	p->call = c;
	call_set_data(c, p, prober_free);
	rls_scan_start(call_session(c), CHECK_ISOLATION, scanned, p, c);
}

const struct command cmd_rls_probe = {
	.name = "rls probe",
	.summary = "Try to reach other tenants' rows, as the application's roles",
	.args = "[relation:relation] [--for:role] [--write]",
	.help = "For two tenants that have rows: with the setting of one, read the other's from "
		"tables, views and functions that run as their owner; read with an empty "
		"setting, and in a session that never had one; say of oneself what anybody may "
		"say. --write also inserts, moves, changes and deletes, writes through views, "
		"refers to the other's rows, and tries whether keys tell of them, and what "
		"totals and functions show without them. Every probe is rolled back to a "
		"savepoint and every batch is rolled back; numbers from sequences stay taken "
		"and are listed. What may act outside is neither written nor called, and what "
		"would lock others out (TRUNCATE) is not tried: both are said. What a finding "
		"claims and nothing has shown is told as \"finding\": with --write it is tried "
		"with rows made as it says. Logins that are "
		"said to be above the policies are tried on one table. When it is cancelled or "
		"the server is lost half-way, what was answered is told, and what was not. "
		"Exit status 5 when something leaks, 2 when the server was lost.",
	.needs = NEEDS_CONNECTION | NEEDS_CATALOG | BATCH,
	.run = probe_run,
};
