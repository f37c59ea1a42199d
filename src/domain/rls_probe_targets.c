/* SPDX-License-Identifier: MIT */
/*
 * What is probed.  A table names its tenant itself or by its parent; what only reads tables
 * (views, functions) is told by the rows of theirs that it shows.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "rls_claims.h"
#include "rls_priv.h"
#include "rls_probe_priv.h"

enum { SMALL = 1000 };

bool probe_is_table(const struct relation *r)
{
	return r && relation_is_table(r);
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

/* The tenant of a child is its parent's, or of what that hangs from: the first chain of n keys
 * from r that leads to a relation with a tenant column. */
static bool add_chain(const struct probe_plan *p, struct probe_target *t,
		      const struct relation *r, size_t at, size_t n)
{
	for (size_t i = 0; i < r->nreferences; i++) {
		const struct relation *parent =
			catalog_relation(p->input->catalog, r->references[i]->to);
		const struct tenancy *y = NULL;
		const struct column *tenant =
			parent ? probe_tenant_column(p, parent, &y) : NULL;

		if (!parent || parent == r)
			continue;
		t->links[at] = r->references[i];
		if (at + 1 == n && tenant) {
			t->nlinks = n;
			t->parent = parent;
			t->source_tenant = tenant;
			t->tenancy = y;
			return true;
		}
		if (at + 1 < n && !tenant && by_parent(p, parent) &&
		    add_chain(p, t, parent, at + 1, n))
			return true;
	}
	return false;
}

static void add_parent(const struct probe_plan *p, struct probe_target *t)
{
	for (size_t n = 1; n <= PROBE_LINKS; n++)
		if (add_chain(p, t, t->source, 0, n))
			return;
}

bool probe_of_tenants(const struct probe_plan *p, const struct relation *r)
{
	const struct tenancy *y = NULL;
	struct probe_target t;

	if (probe_tenant_column(p, r, &y))
		return y->directory != r->oid;
	return by_parent(p, r) && probe_hanging(p, r, &t);
}

bool probe_hanging(const struct probe_plan *p, const struct relation *r,
		   struct probe_target *out)
{
	*out = (struct probe_target){ .relation = r, .source = r };
	add_parent(p, out);
	return out->nlinks > 0;
}

/* The first table with a tenant column whose key leads here. */
static void add_between(const struct probe_plan *p, struct probe_target *t)
{
	for (size_t i = 0; i < t->relation->nreferrers && !t->nlinks; i++) {
		const struct foreign_key *k = t->relation->referrers[i];
		const struct relation *between = catalog_relation(p->input->catalog, k->from);
		const struct column *tenant =
			between ? probe_tenant_column(p, between, &t->tenancy) : NULL;

		if (!tenant)
			continue;
		t->links[0] = k;
		t->nlinks = 1;
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
	return tenant && take_columns(t, r, tenant, columns, n);
}

/* How many columns of such names it shows: the more, the likelier they are its own. */
static size_t likeness(const struct relation *r, const struct column *columns, size_t n)
{
	size_t like = 0;

	for (size_t i = 0; i < r->ncolumns; i++)
		like += shown(columns, n, r->columns[i].name, r->columns[i].type) != NULL;
	return like;
}

static void likest_first(struct probe_target *t, const struct column *columns, size_t n)
{
	for (size_t i = 1; i < t->nbases; i++)
		for (size_t k = i; k > 0 && likeness(t->bases[k], columns, n) >
						    likeness(t->bases[k - 1], columns, n);
		     k--) {
			const struct relation *less = t->bases[k - 1];

			t->bases[k - 1] = t->bases[k];
			t->bases[k] = less;
		}
}

void probe_find_source(const struct probe_plan *p, struct probe_target *t,
		       const struct column *columns, size_t n)
{
	const struct tenancy *y = NULL;
	const struct column *tenant;

	likest_first(t, columns, n);
	for (size_t i = 0; i < t->nbases && !t->nkey; i++) {
		tenant = probe_tenant_column(p, t->bases[i], &y);
		if (!take_base(t, t->bases[i], tenant, columns, n))
			continue;
		t->source = t->bases[i];
		t->source_tenant = tenant;
		t->tenancy = y;
		if (!tenant)
			add_parent(p, t);
	}
	if (t->nkey || !t->nbases)
		return;
	/* Its rows are known by their own key, and what is shown only by what changes with them. */
	t->source = t->bases[0];
	t->source_tenant = probe_tenant_column(p, t->source, &t->tenancy);
	if (!t->source_tenant)
		add_parent(p, t);
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
		bool had = false;

		for (size_t i = 0; r && i < t->nbases; i++)
			had = had || t->bases[i] == r;
		if (!r || had || r == v)
			continue;
		t->kept = t->kept || r->kind == RELATION_MATVIEW;
		if (!probe_is_table(r))
			find_bases(p, t, r, depth + 1);
		else if (t->nbases < PROBE_BASES && probe_of_tenants(p, r))
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

/* Such a trigger may refuse at the end what a probe takes back before. */
static bool is_deferred(const struct relation *r)
{
	for (size_t i = 0; i < r->ntriggers; i++)
		if (r->triggers[i].enabled != 'D' &&
		    strstr(r->triggers[i].definition, " INITIALLY DEFERRED "))
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

/* Whose rows they are too is not to be seen in such a view. */
static bool hides_party(const struct probe_plan *p, const struct probe_target *t)
{
	const struct column *c;

	for (size_t b = 0; t->tenant && !t->nkey && b < t->nbases; b++)
		for (size_t i = 0; (c = persona_party(p->persona, t->bases[b], i)); i++)
			if (t->nbases > 1 || !shown(t->relation->columns, t->relation->ncolumns,
						    c->name, c->type))
				return true;
	return false;
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
	t.deferred = is_deferred(r);
	t.no_writes = p->write ? outside_why(o, r) : NULL;
	t.no_reads = outside_why_read(o, r);
	t.shared = probe_is_table(r) ? persona_shared(p->persona, r) : shared_of_view(p, &t);
	t.given = t.shared && persona_gives(p->persona, probe_is_table(r) ? r : t.bases[0]);
	t.source_shared = t.source == r && !probe_is_table(r)
				  ? t.shared
				  : persona_shared_with(p->persona, t.source, NULL);
	if (!t.tenant && (!t.source_tenant || !t.nkey))
		t.impossible = "its rows have no tenant of their own, and no key leads to one";
	else if (hides_party(p, &t))
		t.impossible = "whose else its rows are is not among what it shows";
	else
		t.impossible = probe_impossible(p, &t);
	probe_target_add(p, &t);
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
