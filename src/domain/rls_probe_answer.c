/* SPDX-License-Identifier: MIT */
/*
 * What an answer means.  42501 from where the server looks at policies is the proof that a write
 * was stopped by one; any other error proves nothing and is said as it is, unless it is the
 * very thing that was asked for (a key that is taken, a reference that is refused).
 */
#include <stdlib.h>
#include <string.h>

#include "rls_persona_priv.h"
#include "rls_probe_priv.h"

enum { SLOW_ENOUGH = 4 }; /* probes that took too long */

static const struct server_error *error_of(const struct probe_answers *a, enum probe_mark mark)
{
	const struct server_error *e = a->error[mark];

	return e && e->sqlstate ? e : NULL;
}

static bool is_state(const struct server_error *e, const char *state)
{
	return strcmp(e->sqlstate, state) == 0;
}

static bool is_class(const struct server_error *e, const char *beginning)
{
	return strncmp(e->sqlstate, beginning, 2) == 0;
}

const char *probe_words(const struct probe_plan *p, const struct server_error *e)
{
	const char *said = e->message ? e->message : "an error";

	if (is_state(e, "55P03"))
		return "somebody else has locked it (55P03)";
	if (!e->context)
		return arena_printf(p->arena, "%s (%s)", said, e->sqlstate);
	return arena_printf(p->arena, "%s (%s), from %.*s", said, e->sqlstate,
			    (int)strcspn(e->context, "\n"), e->context);
}

/* Its words are in the server's language, and a trigger may say them too: of a table itself, or
 * of another that a trigger of it writes?  Views and functions hand on what their tables say. */
static bool by_policy(const struct probe_target *t, const struct server_error *e)
{
	return is_state(e, "42501") && e->routine &&
	       strcmp(e->routine, "ExecWithCheckOptions") == 0 &&
	       (!e->context || !probe_is_table(t->relation));
}

/* No right was missing: code of the schema's own says no, or is stopped in what it writes. */
static bool by_code(const struct server_error *e)
{
	return is_class(e, "P0") || (is_state(e, "42501") && e->context && e->routine &&
				     (strcmp(e->routine, "exec_stmt_raise") == 0 ||
				      strcmp(e->routine, "ExecWithCheckOptions") == 0));
}

/* The number in the first column; 0: there is none. */
static size_t number(const struct probe_answers *a, enum probe_mark mark)
{
	const struct reply *r = a->reply[mark];

	return r && reply_rows(r) && reply_text(r, 0, 0)
		       ? (size_t)strtoull(reply_text(r, 0, 0), NULL, 10)
		       : 0;
}

static const char *text(const struct probe_answers *a, enum probe_mark mark, size_t column)
{
	const struct reply *r = a->reply[mark];
	const char *value = r && reply_rows(r) ? reply_text(r, 0, column) : NULL;

	return value ? value : "";
}

static bool same(const struct probe_answers *a, enum probe_mark x, enum probe_mark y)
{
	return strcmp(text(a, x, 0), text(a, y, 0)) == 0 &&
	       strcmp(text(a, x, 1), text(a, y, 1)) == 0;
}

/* Policies are asked before constraints: what one of these stopped, no policy did.  (What
 * triggers made of the row first is not known.) */
static bool past_policies(const struct probe_plan *p, const struct probe *x,
			  const struct server_error *e)
{
	const struct probe_target *t = &p->targets.v[x->target];
	bool gives = x->kind == PROBE_INSERT || x->kind == PROBE_MOVE || x->kind == PROBE_GIVE;

	return gives && t->tenant && !t->meddled && probe_is_table(t->relation) &&
	       is_class(e, "23") && e->constraint && e->table &&
	       strcmp(e->table, t->relation->name) == 0;
}

/* B's row was about to go, or to change its key: only a reference to it was in the way. */
static const char *holding_reference(const struct probe_plan *p, const struct probe *x,
				     const struct server_error *e)
{
	const struct probe_target *t = &p->targets.v[x->target];

	if ((x->kind != PROBE_DELETE && x->kind != PROBE_UPDATE) || t->meddled ||
	    !probe_is_table(t->relation) || !is_state(e, "23503") || !e->constraint)
		return NULL;
	for (size_t i = 0; i < t->relation->nreferrers; i++)
		if (strcmp(t->relation->referrers[i]->name, e->constraint) == 0)
			return e->constraint;
	return NULL;
}

static void answer_error(struct probe_plan *p, struct probe *x, const struct server_error *e)
{
	const struct probe_target *t = &p->targets.v[x->target];
	bool reads = !probe_is_write(x->kind);

	x->why = probe_words(p, e);
	if (by_policy(t, e)) {
		x->outcome = PROBE_PROVEN;
	} else if (past_policies(p, x, e) || holding_reference(p, x, e)) {
		x->outcome = PROBE_LEAKS;
		x->rows = 1;
		x->keys = holding_reference(p, x, e) ? t->other[0].key[0] : t->own[0].key[0];
		x->why = arena_printf(p->arena, "no policy stopped it, only %s did (%s)",
				      e->constraint, e->sqlstate);
	}
	/* It may read some columns, though not those by which rows are told apart. */
	else if (is_state(e, "42501") && reads && probe_is_table(t->relation) && e->message &&
		 strstr(e->message, t->relation->name))
		x->outcome = PROBE_IMPOSSIBLE;
	/* Without a tenant an error about the setting is as good as no rows. */
	else if (reads && (x->kind == PROBE_EMPTY || x->kind == PROBE_UNSET) &&
		 (is_state(e, "42704") || is_class(e, "22") || by_code(e)))
		x->outcome = PROBE_PROVEN;
	/* It was asked for another tenant, and says no. */
	else if (is_state(e, "44000") || (t->function && by_code(e)))
		x->outcome = PROBE_PROVEN;
	else if ((is_state(e, "42501") && !by_code(e)) ||
		 (is_state(e, "55000") && !probe_is_table(t->relation)))
		x->outcome = PROBE_REFUSED; /* nobody may, or nobody can write such a view */
	else
		x->outcome = PROBE_IMPOSSIBLE;
}

/* ---- looks ---- */

/* Nothing of one's own was seen either: because nobody may, or because something is not known
 * that the policies ask the session? */
static void answer_blind(struct probe_plan *p, struct probe *x)
{
	const char *asked = persona_lacks(p, x);

	if (!probe_is_table(p->targets.v[x->target].relation)) {
		probe_decide(x, PROBE_IMPOSSIBLE, "it shows no row of its own tenant either");
		return;
	}
	if (!asked) {
		x->why = "it sees no row of its own tenant either";
		return;
	}
	x->outcome = PROBE_IMPOSSIBLE;
	x->why = arena_printf(p->arena,
			      "it sees no row of its own tenant either: policies ask for %s, "
			      "and nobody was found to be",
			      asked);
}

static void answer_rows(struct probe_plan *p, struct probe *x, const struct reply *rows)
{
	bool marked = reply_columns(rows) > 1, own = !marked || p->targets.v[x->target].single;
	struct buf keys = BUF_INIT;

	x->rows = 0;
	for (size_t i = 0; i < reply_rows(rows); i++) {
		const char *key = reply_text(rows, i, 0);

		if (marked && *reply_text(rows, i, 1) == 'f') {
			own = true;
			continue;
		}
		if (x->rows++ < PROBE_KEYS)
			buf_addf(&keys, "%s%s", keys.len ? "; " : "", key ? key : "null");
	}
	x->outcome = x->rows ? PROBE_LEAKS : PROBE_PROVEN;
	if (!x->rows && !own && x->kind == PROBE_READ)
		answer_blind(p, x);
	x->keys = keys.len ? arena_strdup(p->arena, keys.data) : NULL;
	buf_release(&keys);
}

static void answer_prepared(struct probe_plan *p, struct probe *x,
			    const struct probe_answers *a)
{
	if (!a->reply[PROBE_MARK_BEFORE] || !reply_rows(a->reply[PROBE_MARK_BEFORE]))
		probe_decide(x, PROBE_IMPOSSIBLE, "it sees no row of its own tenant");
	else
		answer_rows(p, x, a->reply[PROBE_MARK_TRY]);
}

static const char *other_keys(const struct probe_plan *p, const struct probe_target *t)
{
	struct buf keys = BUF_INIT;
	const char *kept;

	for (size_t i = 0; i < t->others && t->nkey; i++)
		buf_addf(&keys, "%s%s", i ? "; " : "", t->other[i].key[0]);
	kept = keys.len ? arena_strdup(p->arena, keys.data) : NULL;
	buf_release(&keys);
	return kept;
}

static void answer_influence(struct probe_plan *p, struct probe *x,
			     const struct probe_answers *a)
{
	int64_t gone = reply_affected(a->reply[PROBE_MARK_TRY]);
	bool kept = p->targets.v[x->target].kept;

	if (gone <= 0) {
		probe_decide(x, PROBE_IMPOSSIBLE,
			     "no row of the other tenant could be taken away");
	} else if (!*text(a, PROBE_MARK_BEFORE, 1)) {
		probe_decide(x, PROBE_IMPOSSIBLE,
			     "it shows nothing, or nothing for what it was asked");
	} else if (!same(a, PROBE_MARK_BEFORE, PROBE_MARK_AGAIN)) {
		probe_decide(x, PROBE_IMPOSSIBLE, "it shows something else every time");
	} else if (!a->reply[PROBE_MARK_AFTER]) {
		probe_decide(x, PROBE_IMPOSSIBLE, "it fails without the other tenant's rows");
	} else if (same(a, PROBE_MARK_BEFORE, PROBE_MARK_AFTER)) {
		probe_decide(x, kept ? PROBE_IMPOSSIBLE : PROBE_PROVEN,
			     kept ? "it shows what a materialized view kept" : NULL);
	} else {
		probe_decide(x, PROBE_LEAKS, "what it shows changes when these rows are gone");
		x->rows = (size_t)gone;
		x->keys = other_keys(p, &p->targets.v[x->target]);
	}
}

/* A function that writes was called for B. */
static void answer_called(struct probe_plan *p, struct probe *x, const struct probe_answers *a)
{
	const struct probe_target *t = &p->targets.v[x->target];

	if (!a->reply[PROBE_MARK_AFTER]) {
		probe_decide(x, PROBE_IMPOSSIBLE, "what it did could not be looked at");
	} else if (same(a, PROBE_MARK_AGAIN, PROBE_MARK_AFTER)) {
		probe_decide(x, PROBE_PROVEN, "the other tenant's rows are as before");
	} else {
		probe_decide(x, PROBE_LEAKS, "the other tenant's rows are not as before");
		x->rows = 1;
		x->keys = other_keys(p, t);
	}
}

/* ---- writes ---- */

static const char meddling[] = "a trigger or rule makes something else of it";

static void answer_grown(struct probe *x, const struct probe_answers *a)
{
	size_t before = number(a, PROBE_MARK_BEFORE), after = number(a, PROBE_MARK_AFTER);

	probe_decide(x, after > before ? PROBE_LEAKS : PROBE_PROVEN,
		     after > before ? NULL : meddling);
	x->rows = after > before ? after - before : 0;
}

static void answer_shrunk(struct probe *x, const struct probe_answers *a)
{
	size_t before = number(a, PROBE_MARK_BEFORE), after = number(a, PROBE_MARK_AFTER);

	x->rows = before > after ? before - after : 0;
	x->outcome = x->rows ? PROBE_LEAKS : PROBE_PROVEN;
}

/* Whatever it is said to have touched: are rows of B's other than they were? */
static void answer_altered(struct probe_plan *p, struct probe *x, const struct probe_answers *a)
{
	const struct probe_target *t = &p->targets.v[x->target];
	bool leaks = !same(a, PROBE_MARK_AGAIN, PROBE_MARK_AFTER);

	probe_decide(x, leaks ? PROBE_LEAKS : PROBE_PROVEN,
		     leaks ? "a trigger or rule did it in its stead" : NULL);
	x->rows = leaks ? t->others : 0;
}

static void answer_own(struct probe_plan *p, struct probe *x)
{
	const char *asked = persona_lacks(p, x);

	probe_decide(x, asked ? PROBE_IMPOSSIBLE : PROBE_PROVEN,
		     "the role may not change its own row either");
}

static void answer_write(struct probe_plan *p, struct probe *x, const struct probe_answers *a)
{
	const struct probe_target *t = &p->targets.v[x->target];
	int64_t touched = reply_affected(a->reply[PROBE_MARK_TRY]),
		before = (int64_t)number(a, PROBE_MARK_BEFORE);
	bool gives = x->kind == PROBE_MOVE || x->kind == PROBE_GIVE,
	     all = x->kind == PROBE_STEAL || x->kind == PROBE_BLIND;

	if (a->reply[PROBE_MARK_AFTER] && probe_counts_strangers(p, x)) {
		answer_shrunk(x, a);
		return;
	}
	touched -= all ? before : 0;
	if (a->reply[PROBE_MARK_AGAIN] && touched <= 0) {
		answer_altered(p, x, a);
	} else if (a->reply[PROBE_MARK_AFTER] && !a->reply[PROBE_MARK_AGAIN]) {
		answer_grown(x, a);
	} else if (touched <= 0 && x->kind == PROBE_INSERT) {
		probe_decide(x, t->meddled ? PROBE_PROVEN : PROBE_IMPOSSIBLE,
			     t->meddled ? meddling : "there was no row to copy");
		return;
	} else if (touched <= 0 && gives) {
		answer_own(p, x);
		return;
	} else {
		x->rows = touched > 0 ? (size_t)touched : 0;
		x->outcome = x->rows ? PROBE_LEAKS : PROBE_PROVEN;
	}
	if (x->rows && t->nkey && !probe_is_blind(x->kind))
		x->keys = x->kind == PROBE_INSERT || x->kind == PROBE_MOVE ? t->own[0].key[0]
									   : t->other[0].key[0];
}

static void answer_nobody(struct probe *x, const struct probe_answers *a)
{
	if (reply_affected(a->reply[PROBE_MARK_TRY]) <= 0)
		probe_decide(x, PROBE_IMPOSSIBLE, "there was no row to copy");
	else if (number(a, PROBE_MARK_AFTER) > number(a, PROBE_MARK_BEFORE))
		probe_decide(x, PROBE_LEAKS, "the other tenant sees it");
	else
		probe_decide(x, PROBE_PROVEN, "the other tenant does not see it");
	x->rows = x->outcome == PROBE_LEAKS;
}

static void answer_join(struct probe_plan *p, struct probe *x, const struct probe_answers *a)
{
	const struct server_error *refused = error_of(a, PROBE_MARK_BEFORE);

	if (refused) {
		answer_error(p, x, refused);
		return;
	}
	answer_rows(p, x, a->reply[PROBE_MARK_TRY]);
	if (x->outcome == PROBE_LEAKS && a->reply[PROBE_MARK_AGAIN] &&
	    reply_rows(a->reply[PROBE_MARK_AGAIN]) >= reply_rows(a->reply[PROBE_MARK_TRY]))
		probe_decide(x, PROBE_IMPOSSIBLE, "these rows are seen without it");
	else if (x->outcome == PROBE_LEAKS)
		x->why = "after it wrote of itself that it belongs to the other tenant";
}

/* Does the key leave the tenant out? */
static bool leaves_tenant_out(const struct probe_target *t, const char *constraint)
{
	for (size_t i = 0; constraint && i < t->relation->nindexes; i++) {
		const struct index *x = &t->relation->indexes[i];
		bool has = false;

		for (size_t k = 0; k < x->nkeys; k++)
			has = has || x->columns[k] == t->tenant->attnum;
		if (strcmp(x->name, constraint) == 0)
			return !has;
	}
	return false;
}

static void answer_key(struct probe_plan *p, struct probe *x, const struct probe_answers *a)
{
	const struct server_error *e = error_of(a, PROBE_MARK_TRY);
	const struct probe_target *t = &p->targets.v[x->target];

	if (!e) {
		bool copied = reply_affected(a->reply[PROBE_MARK_TRY]) > 0;

		probe_decide(x, copied ? PROBE_PROVEN : PROBE_IMPOSSIBLE,
			     copied ? NULL : "there was no row to copy");
	} else if ((is_state(e, "23505") || is_state(e, "23P01")) &&
		   leaves_tenant_out(t, e->constraint)) {
		probe_decide(x, PROBE_LEAKS,
			     arena_printf(p->arena, "%s tells that another tenant has it",
					  e->constraint));
		x->rows = 1;
		x->keys = t->other[0].key[0];
	} else if (is_state(e, "23503")) {
		/* keys are looked at before references */
		probe_decide(x, PROBE_PROVEN, probe_words(p, e));
	} else {
		probe_decide(x, PROBE_IMPOSSIBLE, probe_words(p, e));
	}
}

static void answer_refer(struct probe_plan *p, struct probe *x, const struct probe_answers *a)
{
	const struct server_error *now = error_of(a, PROBE_MARK_TRY),
				  *later = error_of(a, PROBE_MARK_AFTER),
				  *e = now ? now : later;

	if (e && is_state(e, "23503")) {
		probe_decide(x, PROBE_PROVEN, probe_words(p, e));
	} else if (e) {
		answer_error(p, x, e);
	} else if (reply_affected(a->reply[PROBE_MARK_TRY]) <= 0) {
		probe_decide(x, PROBE_IMPOSSIBLE, "there was no row to copy");
	} else {
		probe_decide(x, PROBE_LEAKS,
			     arena_printf(p->arena, "%s takes a row of another tenant",
					  x->via->name));
		x->rows = 1;
	}
}

/* What was made as the finding says shows it, or nothing does. */
static void answer_arranged(struct probe_plan *p, struct probe *x,
			    const struct probe_answers *a)
{
	const struct reply *rows = a->reply[PROBE_MARK_TRY];
	const struct server_error *e = a->broke ? a->broke : error_of(a, PROBE_MARK_TRY);

	x->decided = true;
	if (rows && reply_rows(rows)) {
		answer_rows(p, x, rows);
		x->why = arena_printf(p->arena, "as %s says", x->claimed->id);
	} else {
		probe_decide(
			x, PROBE_IMPOSSIBLE,
			arena_printf(p->arena, "%s is a risk, not shown: %s", x->claimed->id,
				     p->targets.v[x->target].kept
					     ? "a materialized view kept what it shows, and no "
					       "probe fills it anew"
				     : e ? probe_words(p, e)
					 : "no row of the other tenant was seen, nor any that "
					   "was made as it says"));
	}
}

/* ---- all of them ---- */

static void answer_try(struct probe_plan *p, struct probe *x, const struct probe_answers *a)
{
	const struct server_error *e = error_of(a, PROBE_MARK_TRY);

	if (x->kind == PROBE_KEY)
		answer_key(p, x, a);
	else if (x->kind == PROBE_REFER)
		answer_refer(p, x, a);
	else if (x->kind == PROBE_JOIN && error_of(a, PROBE_MARK_BEFORE))
		answer_join(p, x, a);
	else if (e)
		answer_error(p, x, e);
	else if (!a->reply[PROBE_MARK_TRY])
		probe_decide(x, PROBE_IMPOSSIBLE, "no answer");
	else if (x->kind == PROBE_PREPARED)
		answer_prepared(p, x, a);
	else if (x->kind == PROBE_INFLUENCE)
		answer_influence(p, x, a);
	else if (x->kind == PROBE_CALL)
		answer_called(p, x, a);
	else if (x->kind == PROBE_NOBODY)
		answer_nobody(x, a);
	else if (x->kind == PROBE_JOIN)
		answer_join(p, x, a);
	else if (!probe_is_write(x->kind))
		answer_rows(p, x, a->reply[PROBE_MARK_TRY]);
	else
		answer_write(p, x, a);
}

/* Who waits for a lock once would wait for it again. */
static void stop_target(struct probe_plan *p, size_t target, const char *why)
{
	for (size_t i = 0; i < p->probes.len; i++)
		if (p->probes.v[i].target == target && !p->probes.v[i].decided)
			probe_decide(&p->probes.v[i], PROBE_IMPOSSIBLE, why);
}

/* What took too long for one role takes too long for the next; what does so whatever is asked
 * is left alone. */
static void stop_slow(struct probe_plan *p, const struct probe *slow)
{
	struct probe_target *t = &p->targets.v[slow->target];
	bool all;

	all = ++t->slow >= SLOW_ENOUGH;
	for (size_t i = 0; i < p->probes.len; i++) {
		struct probe *x = &p->probes.v[i];

		if (x->target == slow->target && !x->decided && (all || x->kind == slow->kind))
			probe_decide(x, PROBE_IMPOSSIBLE,
				     "not tried: others of it took too long");
	}
}

void probe_plan_stop(struct probe_plan *p, const char *why)
{
	for (size_t i = 0; i < p->probes.len; i++) {
		struct probe *x = &p->probes.v[i];

		x->stopped = !x->decided;
		if (x->stopped)
			probe_decide(x, PROBE_IMPOSSIBLE, why);
	}
}

/* A row of B's is changed by its key, so that nothing was proven where all rows were: what A sees
 * of others was counted as its own. */
static void doubt_all(struct probe_plan *p, struct probe *x)
{
	enum probe_kind one = x->kind == PROBE_BLIND ? PROBE_DELETE : PROBE_UPDATE;

	if ((x->kind != PROBE_BLIND && x->kind != PROBE_STEAL) || x->outcome != PROBE_PROVEN)
		return;
	for (size_t i = 0; i < p->probes.len; i++) {
		const struct probe *y = &p->probes.v[i];

		if (y->target == x->target && y->role == x->role && y->kind == one &&
		    y->outcome == PROBE_LEAKS)
			probe_decide(x, PROBE_IMPOSSIBLE,
				     "a row of another tenant is reached by its key: which of all "
				     "rows are others' was not told");
	}
}

/* Where a tenant is two columns, A and B differ in the one by which the rows are told apart:
 * whether a neighbour that shares it is kept out was not seen. */
static void say_half(struct probe_plan *p, struct probe *x)
{
	const struct probe_target *t = &p->targets.v[x->target];
	const struct table *of = t->relation && t->tenant
					 ? judge_table(&p->persona->j, t->relation->oid)
					 : NULL;
	bool between = x->kind != PROBE_EMPTY && x->kind != PROBE_UNSET;
	struct table half;

	if (x->outcome == PROBE_PROVEN && !x->why && between && of &&
	    composite_half(&p->persona->j, of, &half))
		x->why = arena_printf(p->arena,
				      "of tenants that differ in %s; none that differs in %s "
				      "alone was tried",
				      of->tenant, half.tenant);
}

void probe_answer(struct probe_plan *p, struct probe *x, const struct probe_answers *a)
{
	const struct server_error *as = error_of(a, PROBE_MARK_AS),
				  *first = error_of(a, PROBE_MARK_BEFORE), *waits = NULL,
				  *slow = NULL;

	x->decided = true;
	if (x->kind == PROBE_ARRANGED)
		answer_arranged(p, x, a);
	else if (x->kind == PROBE_UNSET && *text(a, PROBE_MARK_BEFORE, 0))
		probe_decide(
			x, PROBE_IMPOSSIBLE,
			"this session has known the setting before (a pooler, or a default of "
			"the role)");
	else if (as || a->broke)
		probe_decide(x, PROBE_IMPOSSIBLE, probe_words(p, as ? as : a->broke));
	else if (first && x->kind != PROBE_JOIN)
		answer_error(p, x, first);
	else
		answer_try(p, x, a);
	doubt_all(p, x);
	say_half(p, x);
	for (int m = 0; m < PROBE_MARKS; m++)
		if (error_of(a, (enum probe_mark)m) && is_state(a->error[m], "55P03"))
			waits = a->error[m];
		else if (error_of(a, (enum probe_mark)m) && is_state(a->error[m], "57014"))
			slow = a->error[m];
	if (waits)
		stop_target(p, x->target, probe_words(p, waits));
	if (slow || (a->broke && is_state(a->broke, "57014")))
		stop_slow(p, x);
}
