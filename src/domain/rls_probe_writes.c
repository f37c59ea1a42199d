/* SPDX-License-Identifier: MIT */
/*
 * Probes that write: for B, to B, or about what only B can know.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "rls_claims.h"
#include "rls_probe_steps.h"

/* ---- writes ---- */

static bool is_key(const struct probe_target *t, const char *name)
{
	for (size_t k = 0; k < t->nkey; k++)
		if (strcmp(t->key[k]->name, name) == 0)
			return true;
	return false;
}

/* Some value of a type, that is short enough and that nobody has; NULL: none is known. */
static const char *some_value(const struct column *c)
{
	const char *size = strchr(c->type, '(');

	if (c->choices || c->range_text)
		return NULL;
	switch (c->type_category) {
	case 'S':
		return size && strtol(size + 1, NULL, 10) < 4 ? "~" : "souk";
	case 'N':
		return strcmp(c->type, "smallint") == 0 ? "32001" : size ? NULL : "2000000001";
	case 'D':
		return "2001-01-01";
	case 'R':
		return strstr(c->type, "ts") || strstr(c->type, "date")
			       ? "[2001-01-01,2001-01-02)"
			       : "[2000000001,2000000002)";
	default:
		return strcmp(c->type, "uuid") == 0 ? "50755000-0000-4000-8000-000000000001"
						    : NULL;
	}
}

/* ---- a key that is free ---- */

static bool refers(const struct relation *r, int attnum)
{
	for (size_t i = 0; i < r->nreferences; i++)
		for (size_t k = 0; k < r->references[i]->n; k++)
			if (r->references[i]->from_columns[k] == attnum)
				return true;
	return false;
}

/* Whose keys are asked: what is written through a view is written below it. */
static const struct relation *written(const struct probe_making *m)
{
	return probe_is_table(m->t->relation) || !m->t->source ? m->t->relation : m->t->source;
}

static bool is_tenant(const struct probe_making *m, const struct column *c)
{
	return m->t->tenant && strcmp(c->name, m->t->tenant->name) == 0;
}

/* The column of a key that gets another value; 0: it is left as it is, or makes its own. */
static int freed_by(const struct probe_making *m, const struct index *x)
{
	const struct relation *r = written(m);
	int freed = 0;

	if (!x->unique && !x->exclusion)
		return 0;
	for (size_t i = 0; i < x->nkeys; i++) {
		const struct column *c = relation_attnum(r, x->columns[i]);

		if (!c || is_tenant(m, c) || c->generated || refers(r, c->attnum) ||
		    !some_value(c))
			continue;
		if (c->identity || (c->default_expr && is_key(m->t, c->name)))
			return 0; /* by default */
		if (!freed || r->kind != RELATION_PARTITIONED) /* the last may say in which part */
			freed = c->attnum;
	}
	return freed;
}

static bool has_tenant(const struct probe_making *m, const struct index *x)
{
	for (size_t i = 0; i < x->nkeys; i++) {
		const struct column *c = relation_attnum(written(m), x->columns[i]);

		if (c && is_tenant(m, c))
			return true;
	}
	return false;
}

/* A probe of keys wants those to be taken that leave the tenant out. */
static bool is_freed(const struct probe_making *m, const struct column *c)
{
	const struct relation *r = written(m);
	bool freed = false;

	if (!probe_is_table(r))
		return false;
	for (size_t i = 0; i < r->nindexes; i++) {
		bool wanted = m->x->kind == PROBE_KEY && !has_tenant(m, &r->indexes[i]);

		for (size_t k = 0; wanted && k < r->indexes[i].nkeys; k++)
			if (r->indexes[i].columns[k] == c->attnum)
				return false;
		freed = freed || (!wanted && freed_by(m, &r->indexes[i]) == c->attnum);
	}
	return freed;
}

/* The value of the parent's column in the key that B's row has there; NULL: not this column. */
static const char *referred(const struct probe_making *m, const struct column *c)
{
	const struct foreign_key *via = m->x->via;
	const struct probe_target *parent = via ? probe_target_of(m->p, via->to) : NULL;

	for (size_t i = 0; parent && i < via->n; i++)
		for (size_t k = 0; via->from_columns[i] == c->attnum && k < parent->nkey; k++)
			if (parent->key[k]->attnum == via->to_columns[i])
				return parent->other[0].key[k];
	return NULL;
}

static void put_value(const struct probe_making *m, const struct column *c, const char *tenant,
		      struct buf *values)
{
	const char *parent = referred(m, c);
	char *who = parent ? NULL : probe_asker(m, written(m), c);
	bool whose = m->t->tenant && strcmp(c->name, m->t->tenant->name) == 0;

	if (parent)
		probe_put_equals(m, c, "rls_probe.value", parent, values);
	else if (whose && !tenant)
		probe_put_equals(m, c, "rls_probe.null", "", values);
	else if (!whose && who)
		probe_put_equals(m, c, "rls_probe.value", who, values);
	else if (!whose && is_freed(m, c))
		probe_put_equals(m, c, "rls_probe.value", some_value(c), values);
	else
		probe_put_equals(m, c, whose ? "rls_probe.value" : "rls_probe.column", tenant,
				 values);
	free(who);
}

/* Every column that may be given, as the row has it; the tenant is the one that is told,
 * generated keys are left to generate. */
static void put_copy(const struct probe_making *m, const char *tenant, struct buf *columns,
		     struct buf *values)
{
	const struct probe_target *t = m->t;

	for (size_t i = 0; i < t->relation->ncolumns; i++) {
		const struct column *shown = &t->relation->columns[i];
		const struct column *c =
			t->source ? relation_column(t->source, shown->name) : shown;
		bool whose = t->tenant && strcmp(shown->name, t->tenant->name) == 0;

		if (!c || c->generated || c->identity ||
		    (!whose && is_key(t, c->name) && c->default_expr) ||
		    (!whose && !(catalog_column_rights(m->p->input->catalog, m->x->role->oid,
						       t->relation, shown) &
				 RIGHT_INSERT)))
			continue;
		buf_adds(columns, columns->len ? ", " : "");
		sql_ident(columns, c->name);
		buf_adds(values, values->len ? ", " : "");
		put_value(m, c, tenant, values);
	}
}

static void add_copy(struct probe_making *m, const char *tenant)
{
	const struct relation *r = m->t->relation;
	struct buf columns = BUF_INIT, values = BUF_INIT;

	put_copy(m, tenant, &columns, &values);
	const struct sqlvar vars[] = { { "schema", r->schema },
				       { "table", r->name },
				       { "columns", columns.data ? columns.data : "" },
				       { "values", values.data ? values.data : "" } };

	probe_add(m, "rls_probe_insert", vars, ARRAY_SIZE(vars), PROBE_MARK_TRY);
	buf_release(&columns);
	buf_release(&values);
}

/* The row is kept before the role is taken, which may not see it. */
void probe_add_kept(struct probe_making *m, bool own)
{
	const struct relation *r = m->t->source;
	struct buf condition = BUF_INIT;

	probe_put_rows(m, own && m->t->owns ? m->t->own : m->t->other, 1, &condition);
	const struct sqlvar vars[] = { { "schema", r->schema },
				       { "table", r->name },
				       { "condition", condition.data } };

	probe_add(m, "rls_probe_row", vars, ARRAY_SIZE(vars), PROBE_MARK_NONE);
	buf_release(&condition);
}

/* A key takes no notice of what is empty: B's row gets values there, by ourselves. */
static void add_values(struct probe_making *m)
{
	const struct relation *r = m->t->relation;
	bool quiet = strcmp(probe_identity(m->p), "role") != 0;
	struct buf condition = BUF_INIT;

	probe_put_rows(m, m->t->other, 1, &condition);
	if (quiet)
		probe_add_setting(m, "session_replication_role", "replica");
	for (size_t i = 0; i < r->ncolumns; i++) {
		const struct column *c = &r->columns[i];
		bool keyed = false;

		for (size_t k = 0; k < r->nindexes; k++)
			keyed = keyed || ((r->indexes[k].unique || r->indexes[k].exclusion) &&
					  mentions_word(r->indexes[k].definition, c->name));
		if (!keyed || c->not_null || c->generated || c == m->t->tenant ||
		    !some_value(c))
			continue;
		const struct sqlvar vars[] = {
			{ "schema", r->schema },    { "table", r->name },
			{ "column", c->name },	    { "type", c->type },
			{ "value", some_value(c) }, { "condition", condition.data },
		};

		probe_add(m, "rls_probe_fill", vars, ARRAY_SIZE(vars), PROBE_MARK_NONE);
	}
	if (quiet)
		probe_add_setting(m, "session_replication_role", "origin");
	buf_release(&condition);
}

static void add_nobody_count(struct probe_making *m, enum probe_mark mark)
{
	const struct sqlvar vars[] = { { "schema", m->t->relation->schema },
				       { "table", m->t->relation->name },
				       { "tenant", m->t->tenant->name } };

	probe_add(m, "rls_probe_nobody", vars, ARRAY_SIZE(vars), mark);
}

void probe_add_nobody(struct probe_making *m)
{
	probe_add_kept(m, true);
	probe_add_identity(m, m->t->b);
	add_nobody_count(m, PROBE_MARK_BEFORE);
	probe_add_settings(m, m->t->a);
	add_copy(m, NULL);
	probe_add_settings(m, m->t->b);
	add_nobody_count(m, PROBE_MARK_AFTER);
}

void probe_put_required(const struct probe_making *m, const struct relation *r,
			const struct column *tenant, const struct column *person,
			struct buf *columns, struct buf *values)
{
	for (size_t i = 0; i < r->ncolumns; i++) {
		const struct column *c = &r->columns[i];
		const char *value = c->type_category == 'D' ? "2999-01-01" : some_value(c);

		if (!c->not_null || c->default_expr || c->identity || c->generated ||
		    c == tenant || c == person || refers(r, c->attnum) || !value)
			continue;
		buf_adds(columns, ", ");
		sql_ident(columns, c->name);
		buf_adds(values, ", ");
		probe_put_equals(m, c, "rls_probe.value", value, values);
	}
}

void probe_add_joined(struct probe_making *m)
{
	const struct claim *c = m->x->grant;
	const struct tenancy *y = NULL;
	const struct column *tenant = probe_tenant_column(m->p, c->relation, &y),
			    *person = relation_column(c->relation, c->column);
	char *who = persona_newcomer(m->p, m->x);
	struct buf columns = BUF_INIT, values = BUF_INIT;

	sql_ident(&columns, tenant->name);
	buf_adds(&columns, ", ");
	sql_ident(&columns, person->name);
	probe_put_equals(m, tenant, "rls_probe.value", m->t->b, &values);
	buf_adds(&values, ", ");
	probe_put_equals(m, person, "rls_probe.value", who, &values);
	probe_put_required(m, c->relation, tenant, person, &columns, &values);
	const struct sqlvar vars[] = { { "schema", c->relation->schema },
				       { "table", c->relation->name },
				       { "columns", columns.data },
				       { "values", values.data } };
	struct buf condition = BUF_INIT, found = BUF_INIT;

	probe_put_others(m, &condition);
	probe_put_found(m, &found);
	const struct sqlvar read[] = { { "from", m->t->from },
				       { "condition", condition.data },
				       { "found", found.data } };

	probe_add_identity(m, m->t->a);
	probe_add(m, "rls_probe_any", read, ARRAY_SIZE(read), PROBE_MARK_AGAIN);
	probe_add(m, "rls_probe_grant", vars, ARRAY_SIZE(vars), PROBE_MARK_BEFORE);
	probe_add(m, "rls_probe_any", read, ARRAY_SIZE(read), PROBE_MARK_TRY);
	free(who);
	buf_release(&columns);
	buf_release(&values);
	buf_release(&condition);
	buf_release(&found);
}

void probe_add_insert(struct probe_making *m)
{
	struct buf count = BUF_INIT;
	bool meddled = m->x->kind == PROBE_INSERT && m->t->meddled && m->t->tenant;

	/* Triggers may give the row to somebody else: then it is no leak. */
	if (meddled) {
		const struct sqlvar v[] = { { "schema", m->t->source->schema },
					    { "table", m->t->source->name },
					    { "condition", NULL } };
		struct sqlvar vars[ARRAY_SIZE(v)];

		memcpy(vars, v, sizeof v);
		probe_put_tenant(m, m->t->b, &count);
		vars[2].value = count.data;
		probe_add(m, "rls_probe_count", vars, ARRAY_SIZE(vars), PROBE_MARK_BEFORE);
	}
	if (m->x->kind == PROBE_KEY)
		add_values(m);
	/* Without a column that says whose it is, a copy of a row of B's is another one of B's.
	 */
	probe_add_kept(m, m->x->kind != PROBE_KEY && m->t->tenant);
	probe_add_identity(m, m->t->a);
	add_copy(m, m->x->kind == PROBE_INSERT ? m->t->b : m->t->a);
	if (m->x->kind == PROBE_REFER && m->x->via->deferrable)
		probe_add_plain(m, "rls_probe_now", PROBE_MARK_AFTER);
	else if (m->t->deferred)
		probe_add_plain(m, "rls_probe_now", PROBE_MARK_NONE);
	if (meddled) {
		const struct sqlvar v[] = { { "schema", m->t->source->schema },
					    { "table", m->t->source->name },
					    { "condition", count.data } };

		probe_add_plain(m, "rls_probe_self", PROBE_MARK_NONE);
		probe_add(m, "rls_probe_count", v, ARRAY_SIZE(v), PROBE_MARK_AFTER);
	}
	buf_release(&count);
}

/* A's rows, by whoever may see them; where no column says whose they are, those that the role
 * sees. */
static void add_count(struct probe_making *m, enum probe_mark mark)
{
	bool to_others = m->x->kind == PROBE_MOVE || m->x->kind == PROBE_GIVE;
	struct buf condition = BUF_INIT;

	probe_put_tenant(m, to_others ? m->t->b : m->t->a, &condition);
	probe_add_table(m, "rls_probe_count", condition.data, mark);
	buf_release(&condition);
}

/* Rows that A has no part in. */
static void add_strangers_count(struct probe_making *m, enum probe_mark mark)
{
	struct buf condition = BUF_INIT;

	probe_put_equals(m, m->t->tenant, "rls_probe.differs", m->t->a, &condition);
	probe_put_not_party(m, m->t->relation, "t", &condition);
	probe_add_table(m, "rls_probe_count", condition.data, mark);
	buf_release(&condition);
}

/* Where A has a part in rows of others, are those gone that it has none in? */
bool probe_counts_strangers(const struct probe_plan *p, const struct probe *x)
{
	const struct probe_target *t = &p->targets.v[x->target];

	return (x->kind == PROBE_BLIND || x->kind == PROBE_STEAL) && t->tenant && !t->meddled &&
	       probe_is_table(t->relation) && probe_has_parties(p, t);
}

/* All that B has there, by ourselves: triggers and rules may change it and say that nothing
 * was. */
static void add_rows_digest(struct probe_making *m, enum probe_mark mark)
{
	const struct relation *r = m->t->relation;
	struct buf condition = BUF_INIT, from = BUF_INIT;

	probe_put_tenant(m, m->t->b, &condition);
	const struct sqlvar rows[] = { { "schema", r->schema },
				       { "table", r->name },
				       { "condition", condition.data } };

	sql_fragment(&from, m->p->input->sql, "rls_probe.rows", rows, ARRAY_SIZE(rows));
	const struct sqlvar v = { "from", from.data };

	probe_add(m, "rls_probe_digest", &v, 1, mark);
	buf_release(&condition);
	buf_release(&from);
}

/* All that B has where the function may write. */
static void add_bases_digest(struct probe_making *m, enum probe_mark mark)
{
	struct buf from = BUF_INIT;

	for (size_t i = 0; i < m->t->nbases; i++) {
		const struct relation *r = m->t->bases[i];
		struct buf condition = BUF_INIT;

		probe_put_whose(m, r, m->t->b, &condition);
		const struct sqlvar rows[] = { { "schema", r->schema },
					       { "table", r->name },
					       { "condition", condition.data } };

		sql_fragment(&from, m->p->input->sql,
			     i ? "rls_probe.more_texts" : "rls_probe.texts", rows,
			     ARRAY_SIZE(rows));
		buf_release(&condition);
	}
	const struct sqlvar all = { "all", from.data };
	struct buf one = BUF_INIT;

	sql_fragment(&one, m->p->input->sql, "rls_probe.together", &all, 1);
	const struct sqlvar v = { "from", one.data };

	probe_add(m, "rls_probe_digest", &v, 1, mark);
	buf_release(&one);
	buf_release(&from);
}

void probe_add_called(struct probe_making *m)
{
	struct probe_target with = *m->t;
	const struct probe_target *own = m->t;
	struct buf from = BUF_INIT;

	with.by_row = true; /* what it compares is told what B's row has there */
	with.text = "souk";
	m->t = &with;
	add_bases_digest(m, PROBE_MARK_AGAIN);
	if (with.nkey && with.others)
		probe_add_kept(m, probe_gives_away(&with));
	probe_add_identity(m, with.a);
	probe_put_call(m->p, &with, false, &from);
	const struct sqlvar v = { "from", from.data };

	probe_add(m, "rls_probe_call", &v, 1, PROBE_MARK_TRY);
	probe_add_plain(m, "rls_probe_self", PROBE_MARK_NONE);
	add_bases_digest(m, PROBE_MARK_AFTER);
	m->t = own;
	buf_release(&from);
}

static int rights_of(const struct probe_making *m, const struct column *c)
{
	return catalog_column_rights(m->p->input->catalog, m->x->role->oid, m->t->relation, c);
}

/* Nothing but the policies is in the way of its default. */
static bool is_harmless(const struct relation *r, const struct column *c)
{
	if (c->generated || c->identity || (c->not_null && !c->default_expr) ||
	    refers(r, c->attnum))
		return false;
	for (size_t i = 0; i < r->nindexes; i++)
		for (size_t k = 0; k < r->indexes[i].nkeys; k++)
			if (r->indexes[i].columns[k] == c->attnum &&
			    (r->indexes[i].unique || r->indexes[i].exclusion))
				return false;
	return true;
}

/*
 * What is set where all that matters is whether a row can be changed: the tenant column, else one
 * that the role may change, to itself or, where nothing may be read, to its default; NULL: there
 * is none such.
 */
static const struct column *changed(const struct probe_making *m, struct buf *value)
{
	const struct relation *r = m->t->relation;
	const struct column *tenant = m->t->tenant, *harmless = NULL;
	bool reads = m->x->kind == PROBE_UPDATE;
	int needed = reads ? RIGHT_UPDATE | RIGHT_SELECT : RIGHT_UPDATE;

	if (tenant && !tenant->generated && (rights_of(m, tenant) & needed) == needed) {
		if (reads)
			probe_put_equals(m, tenant, "rls_probe.column", NULL, value);
		else
			probe_put_equals(m, tenant, "rls_probe.value", m->t->a, value);
		return tenant;
	}
	for (size_t i = 0; i < r->ncolumns; i++) {
		const struct column *c = &r->columns[i];

		if (!(rights_of(m, c) & RIGHT_UPDATE))
			continue;
		if (reads && !c->generated && !c->identity && rights_of(m, c) & RIGHT_SELECT) {
			probe_put_equals(m, c, "rls_probe.column", NULL, value);
			return c;
		}
		if (!harmless && is_harmless(r, c))
			harmless = c;
	}
	sql_fragment(value, m->p->input->sql, "rls_probe.default", NULL, 0);
	return harmless;
}

bool probe_may_change(const struct probe_plan *p, const struct probe *x)
{
	const struct probe_making m = { .p = p, .x = x, .t = &p->targets.v[x->target] };
	struct buf value = BUF_INIT;
	bool some = changed(&m, &value) != NULL;

	buf_release(&value);
	return some;
}

void probe_add_change(struct probe_making *m)
{
	static const char *const queries[PROBE_KINDS] = {
		[PROBE_GIVE] = "rls_probe_give",     [PROBE_MOVE] = "rls_probe_move",
		[PROBE_UPDATE] = "rls_probe_update", [PROBE_STEAL] = "rls_probe_steal",
		[PROBE_DELETE] = "rls_probe_delete", [PROBE_BLIND] = "rls_probe_delete_blind",
	};
	const struct probe_target *t = m->t;
	enum probe_kind k = m->x->kind;
	struct buf condition = BUF_INIT, value = BUF_INIT;
	const struct column *c = k == PROBE_UPDATE || k == PROBE_STEAL ? changed(m, &value)
								       : t->tenant;
	bool touches = k == PROBE_STEAL || k == PROBE_BLIND,
	     moves = k == PROBE_MOVE || k == PROBE_GIVE || (k == PROBE_STEAL && c == t->tenant),
	     known = t->meddled && t->tenant && probe_is_table(t->relation),
	     meddled = known && moves, altered = known && !moves,
	     strangers = probe_counts_strangers(m->p, m->x) &&
			 (k == PROBE_BLIND || c == t->tenant);

	if (k == PROBE_MOVE)
		probe_put_own(m, &condition);
	else if (!probe_is_blind(k))
		probe_put_others(m, &condition);
	const struct sqlvar vars[] = { { "schema", t->relation->schema },
				       { "table", t->relation->name },
				       { "tenant", t->tenant ? t->tenant->name : "" },
				       { "type", t->tenant ? t->tenant->type : "" },
				       { "column", c ? c->name : "" },
				       { "value", value.len ? value.data : "" },
				       { "other", t->b },
				       { "condition", condition.len ? condition.data : "" } };

	if (strangers)
		add_strangers_count(m, PROBE_MARK_BEFORE);
	else if (meddled || (touches && t->tenant))
		add_count(m, PROBE_MARK_BEFORE);
	if (altered)
		add_rows_digest(m, PROBE_MARK_AGAIN);
	probe_add_identity(m, t->a);
	if (touches && !t->tenant)
		add_count(m, PROBE_MARK_BEFORE);
	probe_add(m, queries[k], vars, ARRAY_SIZE(vars), PROBE_MARK_TRY);
	if (t->deferred)
		probe_add_plain(m, "rls_probe_now", PROBE_MARK_NONE);
	if (meddled || strangers)
		probe_add_plain(m, "rls_probe_self", PROBE_MARK_NONE);
	if (meddled)
		add_count(m, PROBE_MARK_AFTER);
	if (strangers)
		add_strangers_count(m, PROBE_MARK_AFTER);
	if (altered) {
		probe_add_plain(m, "rls_probe_self", PROBE_MARK_NONE);
		add_rows_digest(m, PROBE_MARK_AFTER);
	}
	buf_release(&condition);
	buf_release(&value);
}
