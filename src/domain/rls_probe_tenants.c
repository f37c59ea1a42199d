/* SPDX-License-Identifier: MIT */
/*
 * For which two tenants a target is probed: the query that finds rows of theirs, what it
 * answers, and who lends a tenant to what has one or none.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "rls_claims.h"
#include "rls_priv.h"
#include "rls_probe_priv.h"
#include "rls_probe_steps.h"

enum { LARGE = 100000, SAMPLED = 50000 };

/* Of a sample nothing else is known than what was put into it. */
static void put_named_parties(const struct probe_plan *p, const struct probe_target *t,
			      struct buf *out, struct buf *names)
{
	const struct column *c;

	for (size_t i = 0; probe_is_sampled(t) &&
			   (c = persona_party(p->persona, t->source, i)); i++) {
		const struct sqlvar v = { "column", c->name };

		buf_adds(out, ", ");
		sql_fragment(out, p->input->sql, "rls_probe.key", &v, 1);
		buf_addf(out, " AS p%zu", i);
		buf_addf(names, ", p%zu", i);
	}
}

static void put_named_keys(const struct probe_plan *p, const struct probe_target *t,
			   struct buf *out, struct buf *names)
{
	for (size_t i = 0; i < (t->nkey ? t->nkey : 1); i++) {
		const struct sqlvar v = { "column", t->nkey ? t->key[i]->name
							    : t->source_tenant->name };

		buf_adds(out, i ? ", " : "");
		sql_fragment(out, p->input->sql, "rls_probe.key", &v, 1);
		buf_addf(out, " AS k%zu", i);
		buf_addf(names, "%sk%zu", i ? ", " : "", i);
	}
	put_named_parties(p, t, out, names);
}

/* Of the columns of one key; there, here: the rows it leads to and from. */
static void put_pairs(const struct probe_plan *p, const struct foreign_key *k, bool backwards,
		      const char *there, const char *here, struct buf *out)
{
	const struct catalog *c = p->input->catalog;
	const struct relation *to = catalog_relation(c, backwards ? k->from : k->to),
			      *from = catalog_relation(c, backwards ? k->to : k->from);
	const int *ends = backwards ? k->from_columns : k->to_columns,
		  *begins = backwards ? k->to_columns : k->from_columns;

	for (size_t i = 0; i < k->n; i++) {
		const struct sqlvar v[] = { { "there", there },
					    { "parent", relation_attnum(to, ends[i])->name },
					    { "here", here },
					    { "column",
					      relation_attnum(from, begins[i])->name } };

		buf_adds(out, i ? " AND " : "");
		sql_fragment(out, p->input->sql, "rls_probe.joined", v, ARRAY_SIZE(v));
	}
}

/* hops: joins of what stands between the source (here) and the parent (p); join: the last one's
 * condition. */
static void put_join(const struct probe_plan *p, const struct probe_target *t, const char *here,
		     struct buf *hops, struct buf *join)
{
	for (size_t i = 0; i + 1 < t->nlinks; i++) {
		const struct relation *r =
			catalog_relation(p->input->catalog, t->links[i]->to);
		const char *there = arena_printf(p->arena, "h%zu", i);
		struct buf on = BUF_INIT;

		put_pairs(p, t->links[i], false, there, here, &on);
		const struct sqlvar v[] = { { "schema", r->schema },
					    { "table", r->name },
					    { "row", there },
					    { "condition", on.data } };

		buf_adds(hops, i ? " " : "");
		sql_fragment(hops, p->input->sql, "rls_probe.hop", v, ARRAY_SIZE(v));
		buf_release(&on);
		here = there;
	}
	put_pairs(p, t->links[t->nlinks - 1], t->between, "p", here, join);
}

/* That a row t hangs from one of this tenant's. */
static void put_hangs(const struct probe_making *m, const struct probe_target *t,
		      const char *tenant, struct buf *out)
{
	const struct probe_plan *p = m->p;
	struct buf hops = BUF_INIT, join = BUF_INIT;

	put_join(p, t, "s", &hops, &join);
	probe_put_not_party(m, t->parent, "p", &join);
	const struct sqlvar v[] = { { "between", hops.data ? hops.data : "" },
				    { "schema", t->parent->schema },
				    { "table", t->parent->name },
				    { "condition", join.data },
				    { "column", t->source_tenant->name },
				    { "value", tenant },
				    { "type", t->source_tenant->type } };

	sql_fragment(out, p->input->sql, "rls_probe.hangs", v, ARRAY_SIZE(v));
	buf_release(&hops);
	buf_release(&join);
}

void probe_put_whose(const struct probe_making *m, const struct relation *r,
		     const char *tenant, struct buf *out)
{
	const struct tenancy *y = NULL;
	const struct column *c = probe_tenant_column(m->p, r, &y);
	struct probe_target hanging;

	if (c) {
		probe_put_equals(m, c, "rls_probe.equals", tenant, out);
		probe_put_not_party(m, r, "t", out);
	} else if (probe_hanging(m->p, r, &hanging)) {
		put_hangs(m, &hanging, tenant, out);
	}
}

static void put_each_key(const struct probe_plan *p, const struct probe_target *t,
			 const char *fragment, struct buf *out)
{
	for (size_t i = 0; i < t->nkey; i++) {
		const struct sqlvar v = { "column", t->key[i]->name };

		buf_adds(out, i ? " AND " : "");
		sql_fragment(out, p->input->sql, fragment, &v, 1);
	}
}

static void put_shown(const struct probe_plan *p, const struct probe_target *t, struct buf *out)
{
	struct buf same = BUF_INIT;

	put_each_key(p, t, "rls_probe.same", &same);
	const struct sqlvar v[] = { { "from", t->from }, { "same", same.data } };

	if (t->function || t->unread)
		sql_fragment(out, p->input->sql, "rls_probe.anybody", NULL, 0);
	else
		sql_fragment(out, p->input->sql, "rls_probe.shown", v, ARRAY_SIZE(v));
	buf_release(&same);
}

static void put_distinct(const struct probe_plan *p, const struct probe_target *t,
			 struct buf *out)
{
	struct buf alike = BUF_INIT;

	put_each_key(p, t, "rls_probe.alike", &alike);
	const struct sqlvar v[] = { { "schema", t->source->schema },
				    { "table", t->source->name },
				    { "tenant", t->source_tenant->name },
				    { "alike", alike.data } };

	if (!t->exact && !t->unread)
		sql_fragment(out, p->input->sql, "rls_probe.distinct", v, ARRAY_SIZE(v));
	buf_release(&alike);
}

/* No other tenant has it as well. */
static void put_only(const struct probe_plan *p, const struct probe_target *t,
		     const struct buf *join, struct buf *out)
{
	const struct sqlvar v[] = { { "schema", t->parent->schema },
				    { "table", t->parent->name },
				    { "tenant", t->source_tenant->name },
				    { "joined", join->data } };

	sql_fragment(out, p->input->sql, "rls_probe.only", v, ARRAY_SIZE(v));
}

/* Every row would have to be looked at to find the first and the last tenant. */
bool probe_is_sampled(const struct probe_target *t)
{
	int attnum = t->source_tenant->attnum;

	return !t->nlinks && t->source == t->relation && probe_is_table(t->source) &&
	       t->source->estimate > LARGE && !relation_index_leading(t->source, &attnum, 1);
}

/* Where roles stand for tenants: one whose role there is. */
static void put_role(const struct probe_plan *p, const struct probe_target *t, struct buf *out)
{
	const struct claim *c = persona_role_claim(p->persona, t->tenancy);

	if (!c || c->kind != CLAIM_TENANT)
		return;
	const struct sqlvar v[] = { { "column", t->source_tenant->name },
				    { "prefix", c->prefix ? c->prefix : "" },
				    { "suffix", c->suffix ? c->suffix : "" } };

	buf_adds(out, " AND ");
	sql_fragment(out, p->input->sql, "rls_probe.is_role", v, ARRAY_SIZE(v));
}

/* The rows of one of the two tenants, in the list that `row` stands for. */
static void put_whose(const struct probe_plan *p, const struct probe_target *t,
		      struct buf *out)
{
	const struct column *c = t->source_tenant;
	const struct sqlvar v[] = { { "row", t->nlinks ? "p" : probe_is_sampled(t) ? "s" : "t" },
				    { "column", probe_is_sampled(t) ? "tenant" : c->name } };

	sql_fragment(out, p->input->sql,
		     probe_has_operators(c) ? "rls_probe.whose" : "rls_probe.whose_text", v,
		     ARRAY_SIZE(v));
}

/* What is shown to all on purpose proves nothing. */
static void put_unshared(const struct probe_plan *p, const struct probe_target *t,
			 struct buf *out)
{
	const struct sqlvar v = { "shared", t->source_shared };

	buf_addc(out, ' ');
	sql_fragment(out, p->input->sql, "rls_probe.unshared", &v, 1);
}

static void put_tenants(struct probe_plan *p, const struct probe_target *t, bool shown,
			struct buf *sql)
{
	struct buf keys = BUF_INIT, names = BUF_INIT, join = BUF_INIT, somebody = BUF_INIT,
		   visible = BUF_INIT, distinct = BUF_INIT, hops = BUF_INIT, strange = BUF_INIT,
		   lowest = BUF_INIT, whose = BUF_INIT;
	const struct sqlvar column = { "column", t->source_tenant->name };
	char *percent = xasprintf("%g", t->source->estimate > SAMPLED
						? 100.0 * SAMPLED / t->source->estimate
						: 100.0);

	put_named_keys(p, t, &keys, &names);
	sql_fragment(&somebody, p->input->sql, "rls_probe.somebody", &column, 1);
	put_role(p, t, &somebody);
	put_whose(p, t, &whose);
	probe_put_strangers(p, t, &lowest, &strange);
	probe_put_parties(p, t, &strange, probe_is_sampled(t) ? &whose : &distinct);
	if (t->source_shared && !shown && !t->nlinks)
		put_unshared(p, t, &somebody);
	if (t->source_shared && !shown)
		put_unshared(p, t, &distinct);
	if (t->nlinks)
		put_join(p, t, "t", &hops, &join);
	if (t->source != t->relation) {
		put_shown(p, t, &visible);
		put_distinct(p, t, &distinct);
	}
	if (t->between)
		put_only(p, t, &join, &distinct);
	const struct sqlvar vars[] = {
		{ "schema", t->source->schema },
		{ "table", t->source->name },
		{ "tenant", t->source_tenant->name },
		{ "keys", keys.data },
		{ "names", names.data },
		{ "percent", percent },
		{ "parent_schema", t->nlinks ? t->parent->schema : "" },
		{ "parent", t->nlinks ? t->parent->name : "" },
		{ "between", hops.len ? hops.data : "" },
		{ "condition", join.len ? join.data : "" },
		{ "somebody", somebody.data },
		{ "whose", whose.data },
		{ "lowest", lowest.len ? lowest.data : "" },
		{ "strange", strange.len ? strange.data : "" },
		{ "shown", visible.len ? visible.data : "true" },
		{ "distinct", distinct.len ? distinct.data : "" },
	};

	probe_expand(p,
		     t->nlinks			? "rls_probe_children"
		     : t->source != t->relation ? "rls_probe_shown"
		     : probe_is_sampled(t)		? "rls_probe_sampled"
						: "rls_probe_tenants",
		     vars, ARRAY_SIZE(vars), sql);
	free(percent);
	buf_release(&keys);
	buf_release(&names);
	buf_release(&join);
	buf_release(&somebody);
	buf_release(&visible);
	buf_release(&distinct);
	buf_release(&hops);
	buf_release(&lowest);
	buf_release(&whose);
	buf_release(&strange);
}

void probe_tenants_sql(struct probe_plan *p, const struct probe_target *t,
		       struct buf *sql)
{
	put_tenants(p, t, false, sql);
}

bool probe_needs_shown(const struct probe_plan *p, const struct probe_target *t)
{
	return p->write && t->source_shared && probe_is_table(t->relation);
}

void probe_shown_sql(struct probe_plan *p, const struct probe_target *t, struct buf *sql)
{
	put_tenants(p, t, true, sql);
}

bool probe_needs_few(const struct probe_plan *p, const struct probe_target *t)
{
	return p->write && probe_is_table(t->relation) && t->relation->estimate < 0;
}

void probe_few_sql(const struct probe_plan *p, const struct probe_target *t, struct buf *sql)
{
	const struct sqlvar vars[] = { { "schema", t->relation->schema },
				       { "table", t->relation->name } };

	probe_expand(p, "rls_probe_few", vars, ARRAY_SIZE(vars), sql);
}

/* The same row may be found both as one that is shown and as any. */
static bool is_taken(const struct probe_target *t, const struct reply *r, size_t i, bool own)
{
	const struct probe_row *rows = own ? t->own : t->other;

	for (size_t n = 0; t->nkey && n < (own ? t->owns : t->others); n++) {
		bool same = true;

		for (size_t k = 0; k < t->nkey; k++)
			same = same && rows[n].key[k] && reply_text(r, i, 2 + k) &&
			       strcmp(rows[n].key[k], reply_text(r, i, 2 + k)) == 0;
		if (same)
			return true;
	}
	return false;
}

static void take_row(struct probe_plan *p, struct probe_target *t, const struct reply *r,
		     size_t i)
{
	bool own = *reply_text(r, i, 0) == 'a';
	size_t *n = own ? &t->owns : &t->others;
	const char **tenant = own ? &t->a : &t->b;
	struct probe_row *row;

	if (*n >= PROBE_KEYS || is_taken(t, r, i, own))
		return;
	row = own ? &t->own[*n] : &t->other[*n];
	*tenant = arena_intern(p->arena, reply_text(r, i, 1));
	for (size_t k = 0; k < t->nkey; k++)
		row->key[k] = arena_intern(p->arena, reply_text(r, i, 2 + k));
	++*n;
}

/* The only tenant that has rows is B; who A is, other tables tell. */
static void take_single(struct probe_target *t)
{
	t->impossible = "only one tenant has rows";
	t->b = t->a;
	for (; t->others < t->owns; t->others++)
		t->other[t->others] = t->own[t->others];
	t->owns = 0;
	t->single = probe_is_table(t->relation);
}

/* A view by whose own columns its rows are told apart. */
static bool is_seen_itself(const struct probe_target *t, bool by_column)
{
	return t->relation && t->relation->kind == RELATION_VIEW &&
	       (t->source == t->relation || by_column);
}

/* We look for names in no schema but the server's, so that nobody puts his in the way: what code
 * calls without a schema is found by its own callers alone, as whom the probes look. */
static bool names_the_unknown(const struct server_error *error)
{
	return strcmp(error->sqlstate, "42883") == 0 || strcmp(error->sqlstate, "42P01") == 0 ||
	       strcmp(error->sqlstate, "42704") == 0;
}

void probe_tenants_answer(struct probe_plan *p, struct probe_target *t,
			  const struct reply *rows, const struct server_error *error)
{
	bool one;

	if (error && error->sqlstate) {
		t->impossible = arena_printf(p->arena, "looking for two tenants failed: %s",
					     probe_words(p, error));
		t->unseen = names_the_unknown(error) && is_seen_itself(t, t->tenant);
		return;
	}
	for (size_t i = 0; rows && i < reply_rows(rows); i++)
		take_row(p, t, rows, i);
	one = !t->a || !t->b || strcmp(t->a, t->b) == 0;
	if ((!t->owns || one) && probe_has_parties(p, t))
		t->impossible = "every row that it has is another tenant's too";
	else if (t->source != t->relation && (!t->owns || one))
		t->impossible = t->exact ? "only one tenant, or none, has rows that it could show"
					 : "no row that it could show is one tenant's alone";
	else if (!t->owns)
		t->impossible = persona_role_claim(p->persona, t->tenancy)
					? "it has no rows of a tenant that a role stands for"
				: t->source_shared && probe_is_table(t->relation)
					? "it has no rows but those that every tenant is shown"
				: p->line && p->line_of == t->tenancy
					? "no tenant that has none below it has rows"
				: probe_is_table(t->relation)
					? "it has no rows"
					: "it shows no rows without a tenant";
	else if (one)
		take_single(t);
	t->unseen = t->impossible && is_seen_itself(t, false);
}

void probe_shown_answer(struct probe_plan *p, struct probe_target *t, const struct reply *rows,
			const struct server_error *error)
{
	if (t->owns || t->others || !rows || !reply_rows(rows))
		return; /* there are others, or none at all */
	t->impossible = NULL;
	probe_tenants_answer(p, t, rows, error);
	t->unread = "every tenant is shown all its rows";
}

/* A table with rows of two tenants, of whom others may borrow; the same one for all of a tenancy,
 * so that it is searched for once. */
struct lender {
	const struct tenancy *of;
	const struct probe_target *table; /* NULL: there is none */
};

static const struct probe_target *lender(const struct probe_plan *p, const struct tenancy *y,
					 struct lender *last)
{
	if (last->of == y)
		return last->table;
	*last = (struct lender){ .of = y };
	for (size_t i = 0; i < p->targets.len && !last->table; i++) {
		const struct probe_target *t = &p->targets.v[i];

		if (t->tenancy == y && !t->impossible && t->others && !t->single &&
		    probe_is_table(t->relation))
			last->table = t;
	}
	return last->table;
}

/* A view that filters shows nothing to us without a setting: it is asked about the tenants of a
 * table. */
static void borrow_both(struct probe_target *t, const struct probe_target *from)
{
	t->owns = t->others = 0;
	t->a = from->a;
	t->b = from->b;
	t->impossible = NULL;
}

/* Another tenant than the only one that has rows. */
static void borrow_other(struct probe_target *t, const struct probe_target *from)
{
	t->a = strcmp(from->a, t->b) != 0 ? from->a : from->b;
	t->impossible = NULL;
}

static void borrow(struct probe_plan *p)
{
	struct lender last = { NULL, NULL };

	for (size_t i = 0; i < p->targets.len; i++) {
		struct probe_target *t = &p->targets.v[i];
		const struct probe_target *from =
			t->unseen || t->single ? lender(p, t->tenancy, &last) : NULL;

		if (from && t->unseen)
			borrow_both(t, from);
		else if (from)
			borrow_other(t, from);
	}
}

void probe_plan_persons(struct probe_plan *p)
{
	borrow(p);
	for (size_t i = 0; i < p->targets.len; i++) {
		const struct probe_target *t = &p->targets.v[i];

		if (t->impossible)
			continue;
		persona_wanted(p->persona, p, t->tenancy, t->a);
		persona_wanted(p->persona, p, t->tenancy, t->b);
	}
}
