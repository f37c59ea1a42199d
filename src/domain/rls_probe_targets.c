/* SPDX-License-Identifier: MIT */
/*
 * What is probed, and for which two tenants.  A table names its tenant itself or by its parent;
 * what only reads tables (views, functions) is told by the rows of theirs that it shows.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "rls_claims.h"
#include "rls_priv.h"
#include "rls_probe_priv.h"

enum { SMALL = 1000, LARGE = 100000, SAMPLED = 50000 };

bool probe_is_table(const struct relation *r)
{
	return r && (r->kind == RELATION_TABLE || r->kind == RELATION_PARTITIONED);
}

void probe_expand(const struct probe_plan *p, const char *query, const struct sqlvar *vars,
		  size_t n, struct buf *sql)
{
	const struct sqlquery *q =
		sqlset_get(p->input->sql, query, catalog_server_version(p->input->catalog));
	struct err err = ERR_INIT;

	if (!sql_expand(sql, q->text, vars, n, &err))
		BUG("%s: %s", query, err.why);
}

/* ---- whose rows ---- */

const struct column *probe_tenant_column(const struct probe_plan *p, const struct relation *r,
					 const struct tenancy **tenancy)
{
	const struct table *t = persona_table(p->persona, r);

	if (!t || !t->tenancy)
		return NULL;
	*tenancy = t->tenancy;
	return t->tenant ? relation_column(r, t->tenant) : NULL;
}

static bool by_parent(const struct probe_plan *p, const struct relation *r)
{
	const struct table *t = persona_table(p->persona, r);

	return t && t->tenancy && !t->tenant && t->by_parent;
}

static void add_key(struct probe_target *t)
{
	const struct index *key =
		probe_is_table(t->relation) ? relation_key(t->relation) : NULL;

	if (!key || key->nkeys > PROBE_KEY_COLUMNS)
		return;
	for (size_t i = 0; i < key->nkeys; i++)
		t->key[i] = relation_attnum(t->relation, key->columns[i]);
	t->nkey = key->nkeys;
	t->exact = true;
}

/* The tenant of a child is its parent's: the first key that leads to a relation with a tenant
 * column. */
static void add_parent(const struct probe_plan *p, struct probe_target *t)
{
	for (size_t i = 0; i < t->relation->nreferences && !t->link; i++) {
		const struct foreign_key *k = t->relation->references[i];
		const struct relation *parent = catalog_relation(p->input->catalog, k->to);
		const struct column *tenant =
			parent ? probe_tenant_column(p, parent, &t->tenancy) : NULL;

		if (!tenant)
			continue;
		t->link = k;
		t->parent = parent;
		t->source_tenant = tenant;
	}
}

/* The first table with a tenant column whose key leads here. */
static void add_between(const struct probe_plan *p, struct probe_target *t)
{
	for (size_t i = 0; i < t->relation->nreferrers && !t->link; i++) {
		const struct foreign_key *k = t->relation->referrers[i];
		const struct relation *between = catalog_relation(p->input->catalog, k->from);
		const struct column *tenant =
			between ? probe_tenant_column(p, between, &t->tenancy) : NULL;

		if (!tenant)
			continue;
		t->link = k;
		t->between = true;
		t->parent = between;
		t->source_tenant = tenant;
	}
}

/* ---- by what a view or a function shows ---- */

static const struct column *shown(const struct column *columns, size_t n, const char *name,
				  const char *type)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(columns[i].name, name) == 0 && strcmp(columns[i].type, type) == 0)
			return &columns[i];
	return NULL;
}

/* Columns of a key that all are shown. */
static bool take_key(struct probe_target *t, const struct relation *r, const struct index *x,
		     const struct column *columns, size_t n)
{
	if (!x->unique || !x->valid || x->predicate || x->nkeys > PROBE_KEY_COLUMNS ||
	    r->stray_rows)
		return false;
	for (size_t i = 0; i < x->nkeys; i++) {
		const struct column *c = relation_attnum(r, x->columns[i]);

		if (!c || !c->not_null || !shown(columns, n, c->name, c->type))
			return false;
		t->key[i] = c;
	}
	t->nkey = x->nkeys;
	t->exact = true;
	return true;
}

/* Two values of such a type are seldom the same by chance. */
static bool tells_apart(const struct column *c)
{
	return c->btree_order && c->not_null && c->type_category != 'B' &&
	       c->type_category != 'E' && c->type_kind == 'b';
}

static bool take_columns(struct probe_target *t, const struct relation *r,
			 const struct column *tenant, const struct column *columns, size_t n)
{
	t->nkey = 0;
	for (size_t i = 0; i < r->ncolumns && t->nkey < PROBE_KEY_COLUMNS; i++) {
		const struct column *c = &r->columns[i];

		if (c != tenant && tells_apart(c) && shown(columns, n, c->name, c->type))
			t->key[t->nkey++] = c;
	}
	t->exact = false;
	return t->nkey > 0;
}

static bool take_base(struct probe_target *t, const struct relation *r,
		      const struct column *tenant, const struct column *columns, size_t n)
{
	for (size_t i = 0; i < r->nindexes; i++)
		if (take_key(t, r, &r->indexes[i], columns, n))
			return true;
	return take_columns(t, r, tenant, columns, n);
}

void probe_find_source(const struct probe_plan *p, struct probe_target *t,
		       const struct column *columns, size_t n)
{
	const struct tenancy *y = NULL;
	const struct column *tenant;

	for (size_t i = 0; i < t->nbases && !t->nkey; i++) {
		tenant = probe_tenant_column(p, t->bases[i], &y);
		if (!take_base(t, t->bases[i], tenant, columns, n))
			continue;
		t->source = t->bases[i];
		t->source_tenant = tenant;
		t->tenancy = y;
	}
	if (t->nkey || !t->nbases)
		return;
	/* Its rows are known by their own key, and what is shown only by what changes with them. */
	t->source = t->bases[0];
	t->source_tenant = probe_tenant_column(p, t->source, &t->tenancy);
	t->unread = "what it shows cannot be told apart by rows: --write tries whether it changes "
		    "with another tenant's";
	for (size_t i = 0; i < t->source->nindexes && !t->nkey; i++)
		take_key(t, t->source, &t->source->indexes[i], t->source->columns,
			 t->source->ncolumns);
	if (!t->nkey)
		take_columns(t, t->source, t->source_tenant, t->source->columns,
			     t->source->ncolumns);
}

/* The tables of tenants below a view. */
static void find_bases(const struct probe_plan *p, struct probe_target *t,
		       const struct relation *v, int depth)
{
	for (const oid *o = v->reads; o && *o && depth < 8; o++) {
		const struct relation *r = catalog_relation(p->input->catalog, *o);
		const struct tenancy *y = NULL;
		bool had = false;

		for (size_t i = 0; r && i < t->nbases; i++)
			had = had || t->bases[i] == r;
		if (!r || had || r == v)
			continue;
		t->kept = t->kept || r->kind == RELATION_MATVIEW;
		if (!probe_is_table(r))
			find_bases(p, t, r, depth + 1);
		else if (t->nbases < PROBE_BASES && probe_tenant_column(p, r, &y) &&
			 y->directory != r->oid)
			t->bases[t->nbases++] = r;
	}
}

/* ---- why not ---- */

const char *probe_impossible(const struct probe_plan *p, const struct probe_target *t)
{
	const struct catalog *c = p->input->catalog;
	const struct role *self = catalog_role(c, catalog_current_role(c));
	const struct relation *r = t->source;

	if (!t->tenancy || (!t->tenancy->setting && !persona_asked(p->persona, t->tenancy)))
		return "no policy was found to ask the session for a tenant";
	if (t->no_reads)
		return t->no_reads;
	if (t->relation && t->relation->kind == RELATION_MATVIEW && !t->relation->populated)
		return "it was never filled";
	if (!(r->rights & RIGHT_SELECT) || !r->schema_usage)
		return "you may not read it yourself, so no other tenant's row is known";
	if (self && !self->superuser && catalog_bound(c, self->oid, r))
		return "its policies bind you as well, so no other tenant's row is known";
	return NULL;
}

/* ---- the list ---- */

static bool is_meddled(const struct probe_plan *p, const struct relation *r)
{
	for (size_t i = 0; i < r->ntriggers; i++)
		if (r->triggers[i].enabled != 'D' && (r->triggers[i].type & (2 | 64)))
			return true;
	for (size_t i = 0; p->input->extras && i < p->input->extras->rules.len; i++)
		if (p->input->extras->rules.v[i].relation == r->oid)
			return true;
	return false;
}

static const char *name_of(const struct probe_plan *p, const struct relation *r)
{
	return arena_printf(p->arena, "%s.%s", r->schema, r->name);
}

static const char *sql_name(const struct probe_plan *p, const struct relation *r)
{
	struct buf out = BUF_INIT;
	const char *name;

	sql_qualified(&out, r->schema, r->name);
	name = arena_strdup(p->arena, out.data);
	buf_release(&out);
	return name;
}

static void find_by_view(struct probe_plan *p, struct probe_target *t)
{
	t->kept = t->relation->kind == RELATION_MATVIEW;
	find_bases(p, t, t->relation, 0);
	if (!t->tenant) {
		probe_find_source(p, t, t->relation->columns, t->relation->ncolumns);
		return;
	}
	/* It names the tenant; what is written through it is known by the table below. */
	if (!p->write || t->nbases != 1 || t->relation->kind != RELATION_VIEW)
		return;
	const struct tenancy *y = NULL;
	const struct column *tenant = probe_tenant_column(p, t->bases[0], &y);

	if (tenant && strcmp(tenant->name, t->tenant->name) == 0 &&
	    strcmp(tenant->type, t->tenant->type) == 0 &&
	    take_base(t, t->bases[0], tenant, t->relation->columns, t->relation->ncolumns) &&
	    t->exact) {
		t->source = t->bases[0];
		t->source_tenant = tenant;
	} else {
		t->nkey = 0;
	}
}

/* A view shows such rows of its tables where it has the columns by which they are told. */
static const char *shared_of_view(const struct probe_plan *p, const struct probe_target *t)
{
	const char *shared = t->nbases == 1 ? persona_shared(p->persona, t->bases[0]) : NULL;

	for (size_t i = 0; shared && i < t->bases[0]->ncolumns; i++) {
		const struct column *c = &t->bases[0]->columns[i];

		if (mentions_word(shared, c->name) &&
		    !shown(t->relation->columns, t->relation->ncolumns, c->name, c->type))
			return NULL;
	}
	return shared;
}

static void add_relation(struct probe_plan *p, const struct relation *r, struct outside *o)
{
	const struct tenancy *y = NULL;
	struct probe_target t = { .relation = r };

	t.tenant = probe_tenant_column(p, r, &y);
	t.tenancy = y;
	t.source = r;
	t.source_tenant = t.tenant;
	t.small = r->estimate >= 0 && r->estimate <= SMALL;
	add_key(&t);
	if (r->kind == RELATION_VIEW || r->kind == RELATION_MATVIEW)
		find_by_view(p, &t);
	else if (!t.tenant && by_parent(p, r))
		add_parent(p, &t);
	if (!t.tenant && !t.source_tenant && by_parent(p, r) && probe_is_table(r))
		add_between(p, &t);
	if (!t.tenant && !t.source_tenant && !by_parent(p, r))
		return; /* it has nothing to do with tenants */
	t.name = name_of(p, r);
	t.from = sql_name(p, r);
	t.meddled = is_meddled(p, r);
	t.no_writes = p->write ? outside_why(o, r) : NULL;
	t.no_reads = outside_why_read(o, r);
	t.shared = probe_is_table(r) ? persona_shared(p->persona, r) : shared_of_view(p, &t);
	t.source_shared = t.source == r ? t.shared : persona_shared(p->persona, t.source);
	if (!t.tenant && (!t.source_tenant || !t.nkey))
		t.impossible = "its rows have no tenant of their own, and no key leads to one";
	else
		t.impossible = probe_impossible(p, &t);
	*VEC_PUSH(&p->targets) = t;
}

void probe_plan_targets(struct probe_plan *p, const struct relation *only,
			const struct probe_code *code)
{
	const struct catalog *c = p->input->catalog;
	struct outside *o = outside_new(p->input, code->sources, code->calls, p->arena);

	for (size_t i = 0; i < catalog_relations(c); i++) {
		const struct relation *r = catalog_relation_at(c, i);

		if ((!only || r == only) && !r->extension && !r->temporary)
			add_relation(p, r, o);
	}
	p->only = only;
	p->path = code->path && reply_rows(code->path)
			  ? arena_intern(p->arena, reply_text(code->path, 0, 0))
			  : "";
	for (size_t i = 0; i < catalog_functions(c); i++) {
		const struct function *f = catalog_function_at(c, i);

		p->folded = p->folded || (f->volatility == 'i' && f->body &&
					  strstr(f->body, "current_setting"));
	}
	if (!only)
		probe_code_targets(p, o, code->functions);
	outside_free(&o);
}

/* ---- two tenants ---- */

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
}

static void put_join(const struct probe_plan *p, const struct probe_target *t, struct buf *out)
{
	const int *there = t->between ? t->link->from_columns : t->link->to_columns,
		  *here = t->between ? t->link->to_columns : t->link->from_columns;

	for (size_t i = 0; i < t->link->n; i++) {
		const struct sqlvar v[] = {
			{ "parent", relation_attnum(t->parent, there[i])->name },
			{ "column", relation_attnum(t->relation, here[i])->name }
		};

		buf_adds(out, i ? " AND " : "");
		sql_fragment(out, p->input->sql, "rls_probe.joined", v, ARRAY_SIZE(v));
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
static bool is_sampled(const struct probe_target *t)
{
	int attnum = t->source_tenant->attnum;

	return !t->link && t->source == t->relation && probe_is_table(t->source) &&
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

/* What is shown to all on purpose proves nothing. */
static void put_unshared(const struct probe_plan *p, const struct probe_target *t,
			 struct buf *out)
{
	const struct sqlvar v = { "shared", t->source_shared };

	buf_addc(out, ' ');
	sql_fragment(out, p->input->sql, "rls_probe.unshared", &v, 1);
}

void probe_tenants_sql(const struct probe_plan *p, const struct probe_target *t,
		       struct buf *sql)
{
	struct buf keys = BUF_INIT, names = BUF_INIT, join = BUF_INIT, somebody = BUF_INIT,
		   visible = BUF_INIT, distinct = BUF_INIT;
	const struct sqlvar column = { "column", t->source_tenant->name };
	char *percent = xasprintf("%g", t->source->estimate > SAMPLED
						? 100.0 * SAMPLED / t->source->estimate
						: 100.0);

	put_named_keys(p, t, &keys, &names);
	sql_fragment(&somebody, p->input->sql, "rls_probe.somebody", &column, 1);
	put_role(p, t, &somebody);
	if (t->source_shared && !t->link)
		put_unshared(p, t, &somebody);
	if (t->source_shared)
		put_unshared(p, t, &distinct);
	if (t->link)
		put_join(p, t, &join);
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
		{ "parent_schema", t->link ? t->parent->schema : "" },
		{ "parent", t->link ? t->parent->name : "" },
		{ "condition", join.len ? join.data : "" },
		{ "somebody", somebody.data },
		{ "shown", visible.len ? visible.data : "" },
		{ "distinct", distinct.len ? distinct.data : "" },
	};

	probe_expand(p,
		     t->link			? "rls_probe_children"
		     : t->source != t->relation ? "rls_probe_shown"
		     : is_sampled(t)		? "rls_probe_sampled"
						: "rls_probe_tenants",
		     vars, ARRAY_SIZE(vars), sql);
	free(percent);
	buf_release(&keys);
	buf_release(&names);
	buf_release(&join);
	buf_release(&somebody);
	buf_release(&visible);
	buf_release(&distinct);
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

void probe_tenants_answer(struct probe_plan *p, struct probe_target *t,
			  const struct reply *rows, const struct server_error *error)
{
	bool one;

	if (error && error->sqlstate) {
		t->impossible = arena_printf(p->arena, "looking for two tenants failed: %s",
					     error->message ? error->message : error->sqlstate);
		return;
	}
	for (size_t i = 0; rows && i < reply_rows(rows); i++)
		take_row(p, t, rows, i);
	one = !t->a || !t->b || strcmp(t->a, t->b) == 0;
	if (t->source != t->relation && (!t->owns || one))
		t->impossible = t->exact ? "only one tenant, or none, has rows that it could show"
					 : "no row that it could show is one tenant's alone";
	else if (!t->owns)
		t->impossible = persona_role_claim(p->persona, t->tenancy)
					? "it has no rows of a tenant that a role stands for"
				: probe_is_table(t->relation)
					? "it has no rows"
					: "it shows no rows without a tenant";
	else if (one)
		take_single(t);
	t->unseen = t->impossible && t->relation && t->relation->kind == RELATION_VIEW &&
		    t->source == t->relation;
}

/* A view that filters shows nothing to us without a setting: it is asked about the tenants of a
 * table. */
static void borrow_tenants(struct probe_plan *p)
{
	for (size_t i = 0; i < p->targets.len; i++) {
		struct probe_target *t = &p->targets.v[i];

		for (size_t k = 0; t->unseen && t->impossible && k < p->targets.len; k++) {
			const struct probe_target *from = &p->targets.v[k];

			if (from->tenancy != t->tenancy || from->impossible || !from->others ||
			    !probe_is_table(from->relation))
				continue;
			t->owns = t->others = 0;
			t->a = from->a;
			t->b = from->b;
			t->impossible = NULL;
		}
	}
}

/* Another tenant than the only one that has rows. */
static void borrow_other(struct probe_plan *p, struct probe_target *t)
{
	for (size_t k = 0; t->impossible && k < p->targets.len; k++) {
		const struct probe_target *from = &p->targets.v[k];

		if (from->tenancy != t->tenancy || from->impossible || !from->others ||
		    from->single)
			continue;
		t->a = strcmp(from->a, t->b) != 0 ? from->a : from->b;
		t->impossible = NULL;
	}
}

void probe_plan_persons(struct probe_plan *p)
{
	borrow_tenants(p);
	for (size_t i = 0; i < p->targets.len; i++)
		if (p->targets.v[i].single)
			borrow_other(p, &p->targets.v[i]);
	for (size_t i = 0; i < p->targets.len; i++) {
		const struct probe_target *t = &p->targets.v[i];

		if (t->impossible)
			continue;
		persona_wanted(p->persona, p, t->tenancy, t->a);
		persona_wanted(p->persona, p, t->tenancy, t->b);
	}
}
