/* SPDX-License-Identifier: MIT */
/*
 * What is sent for each kind of probe.  All of it stands between a savepoint and its rollback;
 * a rollback in between takes back who one is, and what was written so far.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "rls_claims.h"
#include "rls_probe_priv.h"

struct making {
	const struct probe_plan *p;
	const struct probe *x;
	const struct probe_target *t;
	struct probe_steps *out;
};

/* ---- pieces of SQL ---- */

static void put_equals(const struct making *m, const struct column *c, const char *fragment,
		       const char *value, struct buf *out)
{
	const struct sqlvar v[] = { { "column", c->name },
				    { "value", value ? value : "" },
				    { "type", c->type } };

	sql_fragment(out, m->p->input->sql, fragment, v, ARRAY_SIZE(v));
}

/* (k1 = … AND k2 = …) OR (…) */
static void put_rows(const struct making *m, const struct probe_row *rows, size_t n,
		     struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		buf_adds(out, i ? " OR (" : "(");
		for (size_t k = 0; k < m->t->nkey; k++) {
			buf_adds(out, k ? " AND " : "");
			put_equals(m, m->t->key[k], "rls_probe.equals", rows[i].key[k], out);
		}
		buf_addc(out, ')');
	}
}

static void put_tenant(const struct making *m, const char *tenant, struct buf *out)
{
	if (m->t->tenant)
		put_equals(m, m->t->tenant, "rls_probe.equals", tenant, out);
	else
		sql_fragment(out, m->p->input->sql, "rls_probe.anybody", NULL, 0);
}

/* A row of A's: by its key, or by its tenant. */
static void put_own(const struct making *m, struct buf *out)
{
	if (m->t->nkey && m->t->owns)
		put_rows(m, m->t->own, 1, out);
	else
		put_tenant(m, m->t->a, out);
}

/* Rows that are not A's. */
static void put_others(const struct making *m, struct buf *out)
{
	if (m->t->nkey && m->t->others &&
	    (!m->t->tenant || probe_is_table(m->t->relation) || probe_is_write(m->x->kind)))
		put_rows(m, m->t->other, m->t->others, out);
	else
		put_equals(m, m->t->tenant, "rls_probe.differs", m->t->a, out);
}

/* The tenant column, if the role may read it; NULL. */
static const struct column *readable_tenant(const struct making *m)
{
	return m->t->tenant && m->t->relation &&
			       catalog_column_rights(m->p->input->catalog, m->x->role->oid,
						     m->t->relation, m->t->tenant) &
				       RIGHT_SELECT
		       ? m->t->tenant
		       : NULL;
}

static void put_somebody(const struct making *m, struct buf *out)
{
	const struct column *tenant =
		m->t->function ? m->t->tenant : readable_tenant(m);
	const struct sqlvar v = { "column", tenant ? tenant->name : "" };

	if (!tenant && m->t->source != m->t->relation && m->t->others)
		put_rows(m, m->t->other, m->t->others, out);
	else
		sql_fragment(out, m->p->input->sql,
			     tenant ? "rls_probe.somebody" : "rls_probe.anybody", &v, 1);
}

static void put_found(const struct making *m, struct buf *out)
{
	const struct probe_target *t = m->t;

	for (size_t i = 0; i < (t->nkey ? t->nkey : 1); i++) {
		const struct sqlvar v = { "column",
					  t->nkey ? t->key[i]->name : t->tenant->name };

		buf_adds(out, i ? " || ',' || " : "");
		sql_fragment(out, m->p->input->sql, "rls_probe.key", &v, 1);
	}
}

/* ---- steps ---- */

static void add_params(struct making *m, const char *query, const struct sqlvar *vars, size_t n,
		       enum probe_mark mark, const struct params *params)
{
	struct probe_step *s = VEC_PUSH(&m->out->list);
	struct buf sql = BUF_INIT;

	probe_expand(m->p, query, vars, n, &sql);
	*s = (struct probe_step){ .mark = mark };
	s->sql = buf_detach(&sql);
	params_init(&s->params);
	if (params)
		params_copy(&s->params, params);
}

static void add(struct making *m, const char *query, const struct sqlvar *vars, size_t n,
		enum probe_mark mark)
{
	add_params(m, query, vars, n, mark, NULL);
}

static void add_plain(struct making *m, const char *query, enum probe_mark mark)
{
	add(m, query, NULL, 0, mark);
}

static void add_setting(struct making *m, const char *name, const char *value)
{
	struct params params = PARAMS_INIT;

	params_text(&params, name);
	params_text(&params, value);
	add_params(m, "rls_probe_setting", NULL, 0, PROBE_MARK_NONE, &params);
	params_release(&params);
}

static void add_settings(struct making *m, const char *tenant)
{
	struct probe_settings all = { .n = 0 };

	probe_settings(m->p, m->x, tenant, &all);
	for (size_t i = 0; i < all.n; i++)
		add_setting(m, all.v[i].name, all.v[i].value);
	probe_settings_release(&all);
}

/* What is kept for the role in this database goes before what is kept for it everywhere. */
static const char *path_of(const struct making *m)
{
	const struct catalog *c = m->p->input->catalog;
	const char *path = m->p->path;
	bool here = false;

	for (size_t i = 0; i < catalog_settings(c); i++) {
		const struct setting *s = catalog_setting_at(c, i);

		if (strcmp(s->name, "search_path") != 0 || !s->role ||
		    strcmp(s->role, m->x->role->name) != 0 ||
		    (s->database && strcmp(s->database, catalog_database(c)) != 0) || here)
			continue;
		path = s->value;
		here = s->database != NULL;
	}
	return path;
}

static void add_role(struct making *m)
{
	struct params params = PARAMS_INIT;

	params_text(&params, probe_identity(m->p));
	params_text(&params, m->x->role->name);
	params_text(&params, path_of(m));
	add_params(m, "rls_probe_as", NULL, 0, PROBE_MARK_AS, &params);
	params_release(&params);
	if (m->x->become)
		add_setting(m, "role", m->x->become->name);
}

static void add_identity(struct making *m, const char *tenant)
{
	if (m->x->kind == PROBE_UNSET) {
		struct params params = PARAMS_INIT;

		params_text(&params, probe_main_setting(m->p, m->x));
		add_params(m, "rls_probe_known", NULL, 0, PROBE_MARK_BEFORE, &params);
		params_release(&params);
	} else {
		add_settings(m, tenant);
	}
	add_role(m);
}

static void add_table(struct making *m, const char *query, const char *condition,
		      enum probe_mark mark)
{
	const struct relation *r = m->t->relation;
	const struct sqlvar vars[] = { { "schema", r->schema },
				       { "table", r->name },
				       { "condition", condition } };

	add(m, query, vars, ARRAY_SIZE(vars), mark);
}

static void add_read(struct making *m)
{
	bool any = m->x->kind == PROBE_EMPTY || m->x->kind == PROBE_UNSET;
	struct buf condition = BUF_INIT, found = BUF_INIT, own = BUF_INIT, from = BUF_INIT,
		   home = BUF_INIT;

	add_identity(m, m->t->a);
	if (any)
		put_somebody(m, &condition);
	else
		put_others(m, &condition);
	put_own(m, &own);
	put_found(m, &found);
	probe_put_call(m->p, m->t, false, &from);
	probe_put_call(m->p, m->t, true, &home);
	const struct sqlvar vars[] = { { "from", from.data },
				       { "home", home.data },
				       { "condition", condition.data },
				       { "own", own.data },
				       { "found", found.data } };

	add(m, any ? "rls_probe_any" : "rls_probe_read", vars, ARRAY_SIZE(vars), PROBE_MARK_TRY);
	buf_release(&condition);
	buf_release(&found);
	buf_release(&own);
	buf_release(&from);
	buf_release(&home);
}

/* What was prepared stays when the transaction ends. */
static void add_prepared(struct making *m)
{
	struct buf found = BUF_INIT, own = BUF_INIT;

	put_own(m, &own);
	put_found(m, &found);
	const struct sqlvar vars[] = { { "from", m->t->from },
				       { "own", own.data },
				       { "found", found.data } };

	add_identity(m, m->t->a);
	add(m, "rls_probe_prepare", vars, ARRAY_SIZE(vars), PROBE_MARK_NONE);
	add_plain(m, "rls_probe_execute", PROBE_MARK_BEFORE);
	add_settings(m, m->t->b);
	add_plain(m, "rls_probe_execute", PROBE_MARK_TRY);
	add_plain(m, "rls_probe_close", PROBE_MARK_NONE);
	add_plain(m, "rls_probe_deallocate", PROBE_MARK_NONE);
	buf_release(&found);
	buf_release(&own);
}

/* ---- what changes when B's rows are gone ---- */

static void add_digest(struct making *m, enum probe_mark mark)
{
	struct buf from = BUF_INIT;

	probe_put_call(m->p, m->t, false, &from);
	const struct sqlvar v = { "from", from.data };

	add(m, "rls_probe_digest", &v, 1, mark);
	buf_release(&from);
}

/* Does the server let none go for the sake of those who subscribe?  (Without a primary key it
 * does not know how to tell them, nor where a filter looks at other columns.) */
static bool is_held(const struct making *m, const struct relation *r)
{
	const struct rls_extras *x = m->p->input->extras;
	bool keyed = false, published = false;

	for (size_t i = 0; i < r->nindexes; i++)
		keyed = keyed || r->indexes[i].primary;
	for (size_t i = 0; x && i < x->published.len; i++) {
		const struct rls_published *y = &x->published.v[i];
		bool here = y->relation == r->oid ||
			    (y->schema && strcmp(y->schema, r->schema) == 0) ||
			    (!y->relation && !y->schema);

		published = published || (here && (!keyed || y->filter));
	}
	return published;
}

/* One more row of B's instead. */
static void add_twin(struct making *m, const struct relation *r, const char *condition,
		     enum probe_mark mark)
{
	struct buf columns = BUF_INIT, values = BUF_INIT;

	for (size_t i = 0; i < r->ncolumns; i++) {
		const struct column *c = &r->columns[i];

		if (c->generated || c->identity ||
		    (c->default_expr && relation_key(r) && relation_key(r)->nkeys == 1 &&
		     relation_key(r)->columns[0] == c->attnum))
			continue;
		buf_adds(&columns, columns.len ? ", " : "");
		sql_ident(&columns, c->name);
		buf_adds(&values, values.len ? ", " : "");
		put_equals(m, c, "rls_probe.column", NULL, &values);
	}
	const struct sqlvar vars[] = { { "schema", r->schema },
				       { "table", r->name },
				       { "condition", condition },
				       { "columns", columns.data ? columns.data : "" },
				       { "values", values.data ? values.data : "" } };

	add(m, "rls_probe_row", vars, ARRAY_SIZE(vars), PROBE_MARK_NONE);
	add(m, "rls_probe_insert", vars, ARRAY_SIZE(vars), mark);
	buf_release(&columns);
	buf_release(&values);
}

static void add_removal(struct making *m, const struct relation *r, enum probe_mark mark)
{
	const struct tenancy *y = NULL;
	const struct column *tenant = probe_tenant_column(m->p, r, &y);
	struct buf condition = BUF_INIT;

	put_equals(m, tenant, "rls_probe.equals", m->t->b, &condition);
	const struct sqlvar vars[] = { { "schema", r->schema },
				       { "table", r->name },
				       { "condition", condition.data } };

	if (is_held(m, r))
		add_twin(m, r, condition.data, mark);
	else
		add(m, "rls_probe_remove", vars, ARRAY_SIZE(vars), mark);
	buf_release(&condition);
}

/* A superuser need not fire triggers, nor ask the keys. */
static void add_influence(struct making *m)
{
	add_identity(m, m->t->a);
	add_digest(m, PROBE_MARK_BEFORE);
	add_digest(m, PROBE_MARK_AGAIN);
	add_plain(m, "rls_probe_close", PROBE_MARK_NONE);
	if (strcmp(probe_identity(m->p), "role") != 0)
		add_setting(m, "session_replication_role", "replica");
	add_removal(m, m->t->source, PROBE_MARK_TRY);
	for (size_t i = 0; i < m->t->nbases; i++)
		if (m->t->bases[i] != m->t->source)
			add_removal(m, m->t->bases[i], PROBE_MARK_NONE);
	add_identity(m, m->t->a);
	add_digest(m, PROBE_MARK_AFTER);
}

/* ---- writes ---- */

static bool is_key(const struct probe_target *t, const char *name)
{
	for (size_t k = 0; k < t->nkey; k++)
		if (strcmp(t->key[k]->name, name) == 0)
			return true;
	return false;
}

/* The value of the parent's column in the key that B's row has there; NULL: not this column. */
static const char *referred(const struct making *m, const struct column *c)
{
	const struct foreign_key *via = m->x->via;
	const struct probe_target *parent = NULL;

	for (size_t i = 0; via && i < m->p->targets.len; i++)
		if (m->p->targets.v[i].relation &&
		    m->p->targets.v[i].relation->oid == via->to)
			parent = &m->p->targets.v[i];
	for (size_t i = 0; parent && i < via->n; i++)
		for (size_t k = 0; via->from_columns[i] == c->attnum && k < parent->nkey; k++)
			if (parent->key[k]->attnum == via->to_columns[i])
				return parent->other[0].key[k];
	return NULL;
}

static void put_value(const struct making *m, const struct column *c, const char *tenant,
		      struct buf *values)
{
	const char *parent = referred(m, c);
	bool whose = m->t->tenant && strcmp(c->name, m->t->tenant->name) == 0;

	if (parent)
		put_equals(m, c, "rls_probe.value", parent, values);
	else if (whose && !tenant)
		put_equals(m, c, "rls_probe.null", "", values);
	else
		put_equals(m, c, whose ? "rls_probe.value" : "rls_probe.column", tenant, values);
}

/* Every column that may be given, as the row has it; the tenant is the one that is told, generated
 * keys are left to generate. */
static void put_copy(const struct making *m, const char *tenant, struct buf *columns,
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

static void add_copy(struct making *m, const char *tenant)
{
	const struct relation *r = m->t->relation;
	struct buf columns = BUF_INIT, values = BUF_INIT;

	put_copy(m, tenant, &columns, &values);
	const struct sqlvar vars[] = { { "schema", r->schema },
				       { "table", r->name },
				       { "columns", columns.data ? columns.data : "" },
				       { "values", values.data ? values.data : "" } };

	add(m, "rls_probe_insert", vars, ARRAY_SIZE(vars), PROBE_MARK_TRY);
	buf_release(&columns);
	buf_release(&values);
}

/* The row is kept before the role is taken, which may not see it. */
static void add_kept(struct making *m, bool own)
{
	const struct relation *r = m->t->source;
	struct buf condition = BUF_INIT;

	put_rows(m, own ? m->t->own : m->t->other, 1, &condition);
	const struct sqlvar vars[] = { { "schema", r->schema },
				       { "table", r->name },
				       { "condition", condition.data } };

	add(m, "rls_probe_row", vars, ARRAY_SIZE(vars), PROBE_MARK_NONE);
	buf_release(&condition);
}

/* Some value of a type; NULL: none is known. */
static const char *some_value(const struct column *c)
{
	switch (c->type_category) {
	case 'S':
		return "souk";
	case 'N':
		return "2000000001";
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

/* A key takes no notice of what is empty: B's row gets values there, by ourselves. */
static void add_values(struct making *m)
{
	const struct relation *r = m->t->relation;
	bool quiet = strcmp(probe_identity(m->p), "role") != 0;
	struct buf condition = BUF_INIT;

	put_rows(m, m->t->other, 1, &condition);
	if (quiet)
		add_setting(m, "session_replication_role", "replica");
	for (size_t i = 0; i < r->ncolumns; i++) {
		const struct column *c = &r->columns[i];
		bool keyed = false;

		for (size_t k = 0; k < r->nindexes; k++)
			keyed = keyed || ((r->indexes[k].unique || r->indexes[k].exclusion) &&
					  mentions_word(r->indexes[k].definition, c->name));
		if (!keyed || c->not_null || c->generated || c == m->t->tenant || !some_value(c))
			continue;
		const struct sqlvar vars[] = {
			{ "schema", r->schema },   { "table", r->name },
			{ "column", c->name },	   { "type", c->type },
			{ "value", some_value(c) }, { "condition", condition.data },
		};

		add(m, "rls_probe_fill", vars, ARRAY_SIZE(vars), PROBE_MARK_NONE);
	}
	if (quiet)
		add_setting(m, "session_replication_role", "origin");
	buf_release(&condition);
}

static void add_nobody_count(struct making *m, enum probe_mark mark)
{
	const struct sqlvar vars[] = { { "schema", m->t->relation->schema },
				       { "table", m->t->relation->name },
				       { "tenant", m->t->tenant->name } };

	add(m, "rls_probe_nobody", vars, ARRAY_SIZE(vars), mark);
}

static void add_nobody(struct making *m)
{
	add_kept(m, true);
	add_identity(m, m->t->b);
	add_nobody_count(m, PROBE_MARK_BEFORE);
	add_settings(m, m->t->a);
	add_copy(m, NULL);
	add_settings(m, m->t->b);
	add_nobody_count(m, PROBE_MARK_AFTER);
}

static void add_joined(struct making *m)
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
	put_equals(m, tenant, "rls_probe.value", m->t->b, &values);
	buf_adds(&values, ", ");
	put_equals(m, person, "rls_probe.value", who, &values);
	const struct sqlvar vars[] = { { "schema", c->relation->schema },
				       { "table", c->relation->name },
				       { "columns", columns.data },
				       { "values", values.data } };
	struct buf condition = BUF_INIT, found = BUF_INIT;

	put_others(m, &condition);
	put_found(m, &found);
	const struct sqlvar read[] = { { "from", m->t->from },
				       { "condition", condition.data },
				       { "found", found.data } };

	add_identity(m, m->t->a);
	add(m, "rls_probe_any", read, ARRAY_SIZE(read), PROBE_MARK_AGAIN);
	add(m, "rls_probe_grant", vars, ARRAY_SIZE(vars), PROBE_MARK_BEFORE);
	add(m, "rls_probe_any", read, ARRAY_SIZE(read), PROBE_MARK_TRY);
	free(who);
	buf_release(&columns);
	buf_release(&values);
	buf_release(&condition);
	buf_release(&found);
}

static void add_insert(struct making *m)
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
		put_tenant(m, m->t->b, &count);
		vars[2].value = count.data;
		add(m, "rls_probe_count", vars, ARRAY_SIZE(vars), PROBE_MARK_BEFORE);
	}
	if (m->x->kind == PROBE_KEY)
		add_values(m);
	/* Without a column that says whose it is, a copy of a row of B's is another one of B's. */
	add_kept(m, m->x->kind != PROBE_KEY && m->t->tenant);
	add_identity(m, m->t->a);
	add_copy(m, m->x->kind == PROBE_INSERT ? m->t->b : m->t->a);
	if (m->x->kind == PROBE_REFER && m->x->via->deferrable)
		add_plain(m, "rls_probe_now", PROBE_MARK_AFTER);
	if (meddled) {
		const struct sqlvar v[] = { { "schema", m->t->source->schema },
					    { "table", m->t->source->name },
					    { "condition", count.data } };

		add_plain(m, "rls_probe_self", PROBE_MARK_NONE);
		add(m, "rls_probe_count", v, ARRAY_SIZE(v), PROBE_MARK_AFTER);
	}
	buf_release(&count);
}

/* A's rows, by whoever may see them; where no column says whose they are, those that the role
 * sees. */
static void add_count(struct making *m, enum probe_mark mark)
{
	bool to_others = m->x->kind == PROBE_MOVE || m->x->kind == PROBE_GIVE;
	struct buf condition = BUF_INIT;

	put_tenant(m, to_others ? m->t->b : m->t->a, &condition);
	add_table(m, "rls_probe_count", condition.data, mark);
	buf_release(&condition);
}

/* All that B has there, by ourselves: triggers and rules may change it and say that nothing was. */
static void add_rows_digest(struct making *m, enum probe_mark mark)
{
	const struct relation *r = m->t->relation;
	struct buf condition = BUF_INIT, from = BUF_INIT;

	put_tenant(m, m->t->b, &condition);
	const struct sqlvar rows[] = { { "schema", r->schema },
				       { "table", r->name },
				       { "condition", condition.data } };

	sql_fragment(&from, m->p->input->sql, "rls_probe.rows", rows, ARRAY_SIZE(rows));
	const struct sqlvar v = { "from", from.data };

	add(m, "rls_probe_digest", &v, 1, mark);
	buf_release(&condition);
	buf_release(&from);
}

static void add_change(struct making *m)
{
	static const char *const queries[PROBE_KINDS] = {
		[PROBE_GIVE] = "rls_probe_give",     [PROBE_MOVE] = "rls_probe_move",
		[PROBE_UPDATE] = "rls_probe_update", [PROBE_STEAL] = "rls_probe_steal",
		[PROBE_DELETE] = "rls_probe_delete", [PROBE_BLIND] = "rls_probe_delete_blind",
	};
	const struct probe_target *t = m->t;
	enum probe_kind k = m->x->kind;
	bool touches = k == PROBE_STEAL || k == PROBE_BLIND,
	     moves = k == PROBE_MOVE || k == PROBE_GIVE || k == PROBE_STEAL,
	     known = t->meddled && t->tenant && probe_is_table(t->relation),
	     meddled = known && moves, altered = known && !moves;
	struct buf condition = BUF_INIT;

	if (k == PROBE_MOVE)
		put_own(m, &condition);
	else if (!probe_is_blind(k))
		put_others(m, &condition);
	const struct sqlvar vars[] = { { "schema", t->relation->schema },
				       { "table", t->relation->name },
				       { "tenant", t->tenant ? t->tenant->name : "" },
				       { "type", t->tenant ? t->tenant->type : "" },
				       { "own", t->a },
				       { "other", t->b },
				       { "condition", condition.len ? condition.data : "" } };

	if (meddled || (touches && t->tenant))
		add_count(m, PROBE_MARK_BEFORE);
	if (altered)
		add_rows_digest(m, PROBE_MARK_AGAIN);
	add_identity(m, t->a);
	if (touches && !t->tenant)
		add_count(m, PROBE_MARK_BEFORE);
	add(m, queries[k], vars, ARRAY_SIZE(vars), PROBE_MARK_TRY);
	if (meddled) {
		add_plain(m, "rls_probe_self", PROBE_MARK_NONE);
		add_count(m, PROBE_MARK_AFTER);
	}
	if (altered) {
		add_plain(m, "rls_probe_self", PROBE_MARK_NONE);
		add_rows_digest(m, PROBE_MARK_AFTER);
	}
	buf_release(&condition);
}

void probe_steps(const struct probe_plan *p, const struct probe *x, struct probe_steps *out)
{
	struct making m = {
		.p = p, .x = x, .t = &p->targets.v[x->target], .out = out
	};

	switch (x->kind) {
	case PROBE_READ:
	case PROBE_EMPTY:
	case PROBE_UNSET:
	case PROBE_FORGED:
		add_read(&m);
		break;
	case PROBE_PREPARED:
		add_prepared(&m);
		break;
	case PROBE_INFLUENCE:
		add_influence(&m);
		break;
	case PROBE_INSERT:
	case PROBE_KEY:
	case PROBE_REFER:
		add_insert(&m);
		break;
	case PROBE_NOBODY:
		add_nobody(&m);
		break;
	case PROBE_JOIN:
		add_joined(&m);
		break;
	default:
		add_change(&m);
		break;
	}
}

void probe_steps_release(struct probe_steps *s)
{
	for (size_t i = 0; i < s->list.len; i++) {
		free(s->list.v[i].sql);
		params_release(&s->list.v[i].params);
	}
	VEC_RELEASE(&s->list);
}
