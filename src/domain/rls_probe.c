/* SPDX-License-Identifier: MIT */
/*
 * What is tried and what an answer means.  42501 with a word about row-level security is the
 * proof that a write was stopped by a policy; any other error proves nothing and is said as it
 * is.
 */
#include "domain/rls_probe.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "rls_outside.h"
#include "rls_persona.h"

enum { SMALL = 1000 };

const char *probe_kind_name(enum probe_kind k)
{
	static const char *const names[PROBE_KINDS] = {
		"select", "select empty", "select unset", "select forged", "insert",
		"move",	  "move all",	  "update",	  "update all",	   "delete",
		"delete all"
	};

	return names[k];
}

const char *probe_outcome_name(enum probe_outcome o)
{
	static const char *const names[] = { "proven", "leaks", "refused", "could not probe" };

	return names[o];
}

void probe_plan_init(struct probe_plan *p, const struct rls_input *in, bool write)
{
	*p = (struct probe_plan){ .arena = arena_new(),
				  .input = in,
				  .persona = persona_new(in),
				  .write = write };
}

void probe_plan_release(struct probe_plan *p)
{
	persona_free(&p->persona);
	VEC_RELEASE(&p->targets);
	VEC_RELEASE(&p->persons);
	VEC_RELEASE(&p->probes);
	arena_free(&p->arena);
}

/* ---- targets ---- */

static bool is_table(const struct relation *r)
{
	return r->kind == RELATION_TABLE || r->kind == RELATION_PARTITIONED;
}

static void add_key(struct probe_target *t)
{
	const struct index *key = is_table(t->relation) ? relation_key(t->relation) : NULL;

	if (!key || key->nkeys > PROBE_KEY_COLUMNS)
		return;
	for (size_t i = 0; i < key->nkeys; i++)
		t->key[i] = relation_attnum(t->relation, key->columns[i]);
	t->nkey = key->nkeys;
}

static const struct column *tenant_column(const struct probe_plan *p, const struct relation *r,
					  const struct tenancy **tenancy)
{
	const struct relation_profile *x = profile_relation(p->input->profile, r->oid);

	for (size_t i = 0; i < profile_tenancies(p->input->profile); i++) {
		const struct tenancy *y = profile_tenancy(p->input->profile, i);

		*tenancy = y;
		if (y->directory == r->oid && y->directory_key)
			return relation_column(r, y->directory_key);
	}
	if (!x || x->tenancy < 0 || (!x->tenant_attnum && !x->tenant_by_parent))
		return NULL;
	*tenancy = profile_tenancy(p->input->profile, (size_t)x->tenancy);
	return x->tenant_attnum ? relation_attnum(r, x->tenant_attnum) : NULL;
}

static bool by_parent(const struct probe_plan *p, const struct relation *r)
{
	const struct relation_profile *x = profile_relation(p->input->profile, r->oid);

	return x && x->tenancy >= 0 && !x->tenant_attnum && x->tenant_by_parent;
}

/* The tenant of a child is its parent's: the first key that leads to a relation with a tenant
 * column. */
static void add_parent(const struct probe_plan *p, struct probe_target *t)
{
	for (size_t i = 0; i < t->relation->nreferences && !t->link; i++) {
		const struct foreign_key *k = t->relation->references[i];
		const struct relation *parent = catalog_relation(p->input->catalog, k->to);
		const struct column *tenant =
			parent ? tenant_column(p, parent, &t->tenancy) : NULL;

		if (!tenant)
			continue;
		t->link = k;
		t->parent = parent;
		t->parent_tenant = tenant;
	}
}

void probe_plan_targets(struct probe_plan *p, const struct relation *only,
			const struct reply *sources, const struct reply *calls)
{
	const struct catalog *c = p->input->catalog;
	const struct role *self = catalog_role(c, catalog_current_role(c));
	struct outside *o = outside_new(c, sources, calls, p->arena);

	for (size_t i = 0; i < catalog_relations(c); i++) {
		const struct relation *r = catalog_relation_at(c, i);
		const struct tenancy *y = NULL;
		const struct column *tenant = tenant_column(p, r, &y);
		struct probe_target *t;

		if ((only && r != only) || r->extension || r->temporary ||
		    (!tenant && !by_parent(p, r)))
			continue;
		t = VEC_PUSH(&p->targets);
		*t = (struct probe_target){ .relation = r, .tenancy = y, .tenant = tenant };
		t->small = r->estimate >= 0 && r->estimate <= SMALL;
		t->no_writes = p->write ? outside_why(o, r) : NULL;
		t->no_reads = outside_why_read(o, r);
		add_key(t);
		if (!tenant)
			add_parent(p, t);
		if (!tenant && (!t->link || !t->nkey))
			t->impossible =
				"its rows have no tenant of their own, and no key leads to one";
		else if (!t->tenancy ||
			 (!t->tenancy->setting && !persona_asked(p->persona, t->tenancy)))
			t->impossible = "the tenant's setting is not known";
		else if (t->no_reads)
			t->impossible = t->no_reads;
		else if (r->kind == RELATION_FOREIGN)
			t->impossible = "a foreign table is read on the far side";
		else if (!(r->rights & RIGHT_SELECT) || !r->schema_usage)
			t->impossible = "you may not read it yourself, so no other tenant's "
					"row is known";
		else if (self && !self->superuser && catalog_bound(c, self->oid, r))
			t->impossible = "its policies bind you as well, so no other tenant's "
					"row is known";
	}
	outside_free(&o);
}

static void put_key_list(const struct probe_plan *p, const struct probe_target *t,
			 struct buf *out, const char *between)
{
	for (size_t i = 0; i < (t->nkey ? t->nkey : 1); i++) {
		const struct sqlvar v = { "column",
					  t->nkey ? t->key[i]->name : t->tenant->name };

		if (i)
			buf_adds(out, between);
		sql_fragment(out, p->input->sql, "rls_probe.key", &v, 1);
	}
}

static void expand(const struct probe_plan *p, const char *query, const struct sqlvar *vars,
		   size_t n, struct buf *sql)
{
	const struct sqlquery *q =
		sqlset_get(p->input->sql, query, catalog_server_version(p->input->catalog));
	struct err err = ERR_INIT;

	if (!sql_expand(sql, q->text, vars, n, &err))
		BUG("%s: %s", query, err.why);
}

static void put_named_keys(const struct probe_plan *p, const struct probe_target *t,
			   struct buf *out)
{
	for (size_t i = 0; i < (t->nkey ? t->nkey : 1); i++) {
		const struct sqlvar v = { "column",
					  t->nkey ? t->key[i]->name : t->tenant->name };

		buf_adds(out, i ? ", " : "");
		sql_fragment(out, p->input->sql, "rls_probe.key", &v, 1);
		buf_addf(out, " AS k%zu", i);
	}
}

static void put_join(const struct probe_plan *p, const struct probe_target *t, struct buf *out)
{
	for (size_t i = 0; i < t->link->n; i++) {
		const struct sqlvar v[] = {
			{ "parent", relation_attnum(t->parent, t->link->to_columns[i])->name },
			{ "column",
			  relation_attnum(t->relation, t->link->from_columns[i])->name }
		};

		buf_adds(out, i ? " AND " : "");
		sql_fragment(out, p->input->sql, "rls_probe.joined", v, ARRAY_SIZE(v));
	}
}

/* tenant NULL: no column says whose a row is. */
static void put_somebody(const struct probe_plan *p, const struct column *tenant,
			 struct buf *out)
{
	const struct sqlvar v = { "column", tenant ? tenant->name : "" };

	sql_fragment(out, p->input->sql, tenant ? "rls_probe.somebody" : "rls_probe.anybody",
		     &v, 1);
}

void probe_tenants_sql(const struct probe_plan *p, const struct probe_target *t,
		       struct buf *sql)
{
	struct buf keys = BUF_INIT, join = BUF_INIT, somebody = BUF_INIT;

	put_named_keys(p, t, &keys);
	put_somebody(p, t->tenant ? t->tenant : t->parent_tenant, &somebody);
	if (t->link)
		put_join(p, t, &join);
	const struct sqlvar vars[] = {
		{ "schema", t->relation->schema },
		{ "table", t->relation->name },
		{ "tenant", t->tenant ? t->tenant->name : t->parent_tenant->name },
		{ "keys", keys.data },
		{ "parent_schema", t->link ? t->parent->schema : "" },
		{ "parent", t->link ? t->parent->name : "" },
		{ "condition", join.data },
		{ "somebody", somebody.data },
	};

	expand(p, t->link ? "rls_probe_children" : "rls_probe_tenants", vars, ARRAY_SIZE(vars),
	       sql);
	buf_release(&keys);
	buf_release(&join);
	buf_release(&somebody);
}

bool probe_needs_few(const struct probe_plan *p, const struct probe_target *t)
{
	return p->write && is_table(t->relation) && t->relation->estimate < 0;
}

void probe_few_sql(const struct probe_plan *p, const struct probe_target *t, struct buf *sql)
{
	const struct sqlvar vars[] = { { "schema", t->relation->schema },
				       { "table", t->relation->name } };

	expand(p, "rls_probe_few", vars, ARRAY_SIZE(vars), sql);
}

static void take_row(struct probe_plan *p, struct probe_target *t, const struct reply *r,
		     size_t i)
{
	bool own = *reply_text(r, i, 0) == 'a';
	size_t *n = own ? &t->owns : &t->others;
	const char **tenant = own ? &t->a : &t->b;
	struct probe_row *row;

	if (*n >= PROBE_KEYS)
		return;
	row = own ? &t->own[*n] : &t->other[*n];
	*tenant = arena_intern(p->arena, reply_text(r, i, 1));
	for (size_t k = 0; k < t->nkey; k++)
		row->key[k] = arena_intern(p->arena, reply_text(r, i, 2 + k));
	++*n;
}

void probe_tenants_answer(struct probe_plan *p, struct probe_target *t,
			  const struct reply *rows, const struct server_error *error)
{
	if (error && error->sqlstate) {
		t->impossible = arena_printf(p->arena, "looking for two tenants failed: %s",
					     error->message ? error->message : error->sqlstate);
		return;
	}
	for (size_t i = 0; rows && i < reply_rows(rows); i++)
		take_row(p, t, rows, i);
	if (!t->owns)
		t->impossible = is_table(t->relation) ? "it has no rows"
						      : "it shows no rows without a tenant";
	else if (!t->b || strcmp(t->a, t->b) == 0)
		t->impossible = "only one tenant has rows";
}

/* ---- probes ---- */

static const int needed_right[PROBE_KINDS] = {
	[PROBE_READ] = RIGHT_SELECT,  [PROBE_EMPTY] = RIGHT_SELECT,
	[PROBE_UNSET] = RIGHT_SELECT, [PROBE_FORGED] = RIGHT_SELECT,
	[PROBE_INSERT] = RIGHT_INSERT, [PROBE_MOVE] = RIGHT_UPDATE,
	[PROBE_GIVE] = RIGHT_UPDATE,
	[PROBE_UPDATE] = RIGHT_UPDATE, [PROBE_STEAL] = RIGHT_UPDATE,
	[PROBE_DELETE] = RIGHT_DELETE, [PROBE_BLIND] = RIGHT_DELETE,
};

static bool is_write(enum probe_kind k)
{
	return k > PROBE_FORGED;
}

/* A copy of a row of B's is another row of B's. */
static bool key_is_generated(const struct probe_target *t)
{
	return t->nkey == 1 && (t->key[0]->identity || t->key[0]->default_expr);
}

/* Without WHERE. */
static bool is_blind(enum probe_kind k)
{
	return k == PROBE_GIVE || k == PROBE_STEAL || k == PROBE_BLIND;
}

static bool wanted(const struct probe_plan *p, const struct probe_target *t, enum probe_kind k)
{
	if (k == PROBE_FORGED)
		return persona_forged(p->persona, t->relation);
	if (!is_write(k))
		return true;
	if (!p->write || !is_table(t->relation))
		return false;
	if (!t->tenant && k == PROBE_INSERT)
		return key_is_generated(t);
	if (!t->tenant && k != PROBE_DELETE && k != PROBE_BLIND)
		return false; /* there is no column that says whose it is */
	return !is_blind(k) || t->small;
}

static void decide(struct probe *x, enum probe_outcome outcome, const char *why)
{
	x->decided = true;
	x->outcome = outcome;
	x->why = why;
}

static void plan_probe(struct probe_plan *p, size_t target, enum probe_kind kind,
		       const struct role *role)
{
	const struct catalog *c = p->input->catalog;
	const struct probe_target *t = &p->targets.v[target];
	const struct role *self = catalog_role(c, catalog_session_role(c));
	struct probe *x = VEC_PUSH(&p->probes);

	*x = (struct probe){ .target = target, .kind = kind, .role = role };
	if (!(catalog_rights(c, role->oid, t->relation) & needed_right[kind]))
		decide(x, PROBE_REFUSED, "the role has no right to");
	else if (t->impossible)
		decide(x, PROBE_IMPOSSIBLE, t->impossible);
	else if (self && !self->superuser && self != role &&
		 !catalog_can_set(c, self->oid, role->oid))
		decide(x, PROBE_IMPOSSIBLE, "you may not become the role");
	else if (is_write(kind) && catalog_in_recovery(c))
		decide(x, PROBE_IMPOSSIBLE, "a standby cannot be written");
	else if (is_write(kind) && t->no_writes)
		decide(x, PROBE_IMPOSSIBLE, t->no_writes);
	else if (is_write(kind) && kind != PROBE_DELETE && kind != PROBE_BLIND &&
		 t->tenant && t->tenant->generated)
		decide(x, PROBE_IMPOSSIBLE, "its tenant is computed from other columns");
	else if (is_write(kind) && !is_blind(kind) && !t->nkey)
		decide(x, PROBE_IMPOSSIBLE, "it has no key to name a row by");
}

/* A view that filters shows nothing to us without a setting: it is asked about the tenants of a
 * table. */
static void borrow_tenants(struct probe_plan *p)
{
	for (size_t i = 0; i < p->targets.len; i++) {
		struct probe_target *t = &p->targets.v[i];

		if (is_table(t->relation) || !t->tenant || t->no_reads)
			continue;
		for (size_t k = 0; !t->a && k < p->targets.len; k++) {
			const struct probe_target *from = &p->targets.v[k];

			if (from->tenancy != t->tenancy || from->impossible || !from->others)
				continue;
			t->a = from->a;
			t->b = from->b;
			t->impossible = NULL;
		}
	}
}

void probe_plan_persons(struct probe_plan *p)
{
	borrow_tenants(p);
	for (size_t i = 0; i < p->targets.len; i++)
		if (!p->targets.v[i].impossible)
			persona_wanted(p->persona, p, p->targets.v[i].tenancy,
				       p->targets.v[i].a);
}

static void plan_role(struct probe_plan *p, size_t target, const struct role *role,
		      bool application)
{
	const struct probe_target *t = &p->targets.v[target];
	int rights = catalog_rights(p->input->catalog, role->oid, t->relation);

	for (int k = 0; k < PROBE_KINDS; k++)
		if (wanted(p, t, (enum probe_kind)k) &&
		    (application || rights & needed_right[k]))
			plan_probe(p, target, (enum probe_kind)k, role);
}

void probe_plan_probes(struct probe_plan *p, const struct role *only)
{
	for (size_t t = 0; t < p->targets.len; t++) {
		const struct role *role;
		bool application = true;

		if (only)
			plan_role(p, t, only, true);
		for (size_t i = 0; !only && (role = persona_role(p->persona,
								 p->targets.v[t].relation, i,
								 &application));
		     i++)
			plan_role(p, t, role, application);
	}
}

const char *probe_main_setting(const struct probe_plan *p, const struct probe *x)
{
	return persona_setting(p->persona, p->targets.v[x->target].tenancy);
}

bool probe_needs_row(const struct probe *x)
{
	return x->kind == PROBE_INSERT;
}

static bool touches_others(const struct probe *x)
{
	return x->kind == PROBE_STEAL || x->kind == PROBE_BLIND;
}

enum probe_count probe_count(const struct probe_plan *p, const struct probe *x)
{
	if (!touches_others(x))
		return PROBE_COUNT_NOTHING;
	return p->targets.v[x->target].tenant ? PROBE_COUNT_OWN : PROBE_COUNT_SEEN;
}

/* (k1 = … AND k2 = …) OR (…); without a key: not A's. */
static void put_condition(const struct probe_plan *p, const struct probe_target *t, bool own,
			  struct buf *out)
{
	const struct probe_row *rows = own ? t->own : t->other;
	size_t n = own ? 1 : t->others;

	for (size_t i = 0; t->nkey && i < n; i++) {
		buf_adds(out, i ? " OR (" : "(");
		for (size_t k = 0; k < t->nkey; k++) {
			const struct sqlvar v[] = { { "column", t->key[k]->name },
						    { "value", rows[i].key[k] },
						    { "type", t->key[k]->type } };

			buf_adds(out, k ? " AND " : "");
			sql_fragment(out, p->input->sql, "rls_probe.equals", v, ARRAY_SIZE(v));
		}
		buf_addc(out, ')');
	}
	if (!t->nkey) {
		const struct sqlvar v[] = { { "column", t->tenant->name },
					    { "value", t->a },
					    { "type", t->tenant->type } };

		sql_fragment(out, p->input->sql, "rls_probe.differs", v, ARRAY_SIZE(v));
	}
}

static void put_of_tenant(const struct probe_plan *p, const struct probe_target *t,
			  struct buf *out)
{
	const struct sqlvar v[] = { { "column", t->tenant ? t->tenant->name : "" },
				    { "value", t->a },
				    { "type", t->tenant ? t->tenant->type : "" } };

	sql_fragment(out, p->input->sql, "rls_probe.equals", v, ARRAY_SIZE(v));
}

/* A row of A's: by its key, or by its tenant. */
static void put_own(const struct probe_plan *p, const struct probe_target *t, struct buf *out)
{
	if (t->nkey && t->owns)
		put_condition(p, t, true, out);
	else
		put_of_tenant(p, t, out);
}

/* Every column that may be given, as the row has it; the tenant is B's, generated keys are left
 * to generate. */
static void put_copy(const struct probe_plan *p, const struct probe *x, struct buf *columns,
		     struct buf *values)
{
	const struct probe_target *t = &p->targets.v[x->target];

	for (size_t i = 0; i < t->relation->ncolumns; i++) {
		const struct column *c = &t->relation->columns[i];
		const struct sqlvar v[] = { { "column", c->name },
					    { "value", t->b },
					    { "type", c->type } };
		bool key = false;

		for (size_t k = 0; k < t->nkey; k++)
			key = key || t->key[k] == c;
		if (c->generated || c->identity || (key && c != t->tenant && c->default_expr) ||
		    (c != t->tenant &&
		     !(catalog_column_rights(p->input->catalog, x->role->oid, t->relation, c) &
		       RIGHT_INSERT)))
			continue;
		buf_adds(columns, columns->len ? ", " : "");
		sql_ident(columns, c->name);
		buf_adds(values, values->len ? ", " : "");
		sql_fragment(values, p->input->sql,
			     c == t->tenant ? "rls_probe.value" : "rls_probe.column", v,
			     ARRAY_SIZE(v));
	}
}

/* The tenant column, if the role may read it; NULL. */
static const struct column *readable_tenant(const struct probe_plan *p, const struct probe *x)
{
	const struct probe_target *t = &p->targets.v[x->target];

	return t->tenant && catalog_column_rights(p->input->catalog, x->role->oid, t->relation,
						  t->tenant) &
				       RIGHT_SELECT
		       ? t->tenant
		       : NULL;
}

void probe_sql(const struct probe_plan *p, const struct probe *x, struct buf *sql)
{
	static const char *const queries[PROBE_KINDS] = {
		[PROBE_READ] = "rls_probe_read",	  [PROBE_EMPTY] = "rls_probe_any",
		[PROBE_UNSET] = "rls_probe_any",	  [PROBE_FORGED] = "rls_probe_read",
		[PROBE_INSERT] = "rls_probe_insert",	  [PROBE_GIVE] = "rls_probe_give",
		[PROBE_MOVE] = "rls_probe_move",	  [PROBE_UPDATE] = "rls_probe_update",
		[PROBE_STEAL] = "rls_probe_steal",	  [PROBE_DELETE] = "rls_probe_delete",
		[PROBE_BLIND] = "rls_probe_delete_blind",
	};
	const struct probe_target *t = &p->targets.v[x->target];
	struct buf condition = BUF_INIT, found = BUF_INIT, columns = BUF_INIT,
		   values = BUF_INIT, own = BUF_INIT;

	if (x->kind == PROBE_READ || x->kind == PROBE_FORGED)
		put_own(p, t, &own);
	if (x->kind == PROBE_EMPTY || x->kind == PROBE_UNSET)
		put_somebody(p, readable_tenant(p, x), &condition);
	else
		put_condition(p, t, x->kind == PROBE_MOVE, &condition);
	put_key_list(p, t, &found, " || ',' || ");
	if (x->kind == PROBE_INSERT)
		put_copy(p, x, &columns, &values);
	const struct sqlvar vars[] = {
		{ "schema", t->relation->schema },
		{ "table", t->relation->name },
		{ "tenant", t->tenant ? t->tenant->name : "" },
		{ "type", t->tenant ? t->tenant->type : "" },
		{ "own", own.len ? own.data : t->a },
		{ "other", t->b },
		{ "condition", condition.data },
		{ "found", found.data },
		{ "columns", columns.data },
		{ "values", values.data },
	};

	expand(p, queries[x->kind], vars, ARRAY_SIZE(vars), sql);
	buf_release(&condition);
	buf_release(&found);
	buf_release(&columns);
	buf_release(&values);
	buf_release(&own);
}

void probe_count_sql(const struct probe_plan *p, const struct probe *x, struct buf *sql)
{
	const struct probe_target *t = &p->targets.v[x->target];
	struct buf condition = BUF_INIT;

	if (t->tenant)
		put_of_tenant(p, t, &condition);
	else
		sql_fragment(&condition, p->input->sql, "rls_probe.anybody", NULL, 0);
	const struct sqlvar vars[] = { { "schema", t->relation->schema },
				       { "table", t->relation->name },
				       { "condition", condition.data } };

	expand(p, "rls_probe_count", vars, ARRAY_SIZE(vars), sql);
	buf_release(&condition);
}

void probe_row_sql(const struct probe_plan *p, const struct probe *x, struct buf *sql)
{
	const struct probe_target *t = &p->targets.v[x->target];
	struct buf condition = BUF_INIT;

	put_condition(p, t, t->tenant != NULL, &condition);
	const struct sqlvar vars[] = { { "schema", t->relation->schema },
				       { "table", t->relation->name },
				       { "condition", condition.data } };

	expand(p, "rls_probe_row", vars, ARRAY_SIZE(vars), sql);
	buf_release(&condition);
}

/* ---- answers ---- */

static bool by_policy(const struct server_error *e)
{
	return strcmp(e->sqlstate, "42501") == 0 && e->message &&
	       strstr(e->message, "row-level security");
}

static void answer_error(struct probe_plan *p, struct probe *x, const struct server_error *e)
{
	bool reads = !is_write(x->kind);

	x->why = arena_printf(p->arena, "%s (%s)", e->message ? e->message : "an error",
			      e->sqlstate);
	if (by_policy(e))
		x->outcome = PROBE_PROVEN;
	else if (strcmp(e->sqlstate, "42501") == 0)
		x->outcome = PROBE_REFUSED;
	/* Without a tenant an error about the setting is as good as no rows. */
	else if (reads && x->kind != PROBE_READ &&
		 (strcmp(e->sqlstate, "42704") == 0 || strncmp(e->sqlstate, "22", 2) == 0))
		x->outcome = PROBE_PROVEN;
	else
		x->outcome = PROBE_IMPOSSIBLE;
}

static void answer_rows(struct probe_plan *p, struct probe *x, const struct reply *rows)
{
	bool marked = reply_columns(rows) > 1, own = !marked;
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
		x->why = "it sees no row of its own tenant either";
	x->keys = keys.len ? arena_strdup(p->arena, keys.data) : NULL;
	buf_release(&keys);
}

static void answer_write(struct probe_plan *p, struct probe *x, const struct reply *rows,
			 size_t before)
{
	int64_t touched = reply_affected(rows);
	const struct probe_target *t = &p->targets.v[x->target];

	if (x->kind == PROBE_INSERT || x->kind == PROBE_MOVE || x->kind == PROBE_GIVE) {
		if (touched <= 0) {
			x->outcome = PROBE_IMPOSSIBLE;
			x->why = x->kind == PROBE_INSERT
					 ? "there was no row to copy"
					 : "the role may not change its own row either";
			return;
		}
		before = 0;
	} else if (!touches_others(x)) {
		before = 0;
	}
	x->rows = touched > (int64_t)before ? (size_t)touched - before : 0;
	x->outcome = x->rows ? PROBE_LEAKS : PROBE_PROVEN;
	if (x->rows && t->nkey && !is_blind(x->kind))
		x->keys = x->kind == PROBE_INSERT || x->kind == PROBE_MOVE ? t->own[0].key[0]
									   : t->other[0].key[0];
}

void probe_answer(struct probe_plan *p, struct probe *x, const struct reply *rows,
		  const struct server_error *error, size_t before)
{
	x->decided = true;
	if (error && error->sqlstate)
		answer_error(p, x, error);
	else if (!rows)
		decide(x, PROBE_IMPOSSIBLE, "no answer");
	else if (!is_write(x->kind))
		answer_rows(p, x, rows);
	else
		answer_write(p, x, rows, before);
}
