/* SPDX-License-Identifier: MIT */
#include "command/person.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "domain/rls_probe.h"

void person_release(struct person *p)
{
	free(p->label);
	while (p->n) {
		free(p->names[--p->n]);
		free(p->values[p->n]);
	}
	*p = (struct person){ .label = NULL };
}

void person_copy(struct person *to, const struct person *from)
{
	*to = (struct person){ .label = xstrdup_null(from->label), .n = from->n };
	for (size_t i = 0; i < from->n; i++) {
		to->names[i] = xstrdup(from->names[i]);
		to->values[i] = xstrdup(from->values[i]);
	}
}

struct finding_person {
	struct rls_input input;
	struct catalog *catalog;
	struct probe_plan plan;
	char *role;
	bool named;
	person_fn *fn;
	void *ctx;
};

static void finding_free(void *ctx)
{
	struct finding_person *f = ctx;

	probe_plan_release(&f->plan);
	catalog_free(&f->catalog);
	free(f->role);
	free(f);
}

static const struct probe_person *somebody(const struct probe_plan *p)
{
	for (size_t i = 0; i < p->persons.len; i++)
		if (p->persons.v[i].value)
			return &p->persons.v[i];
	return NULL;
}

static void tell(struct finding_person *f)
{
	const struct probe_person *who = somebody(&f->plan);
	struct probe_settings said = { .n = 0 };
	struct person p = { .label = NULL };

	if (who) {
		p.label = f->named ? xstrdup(who->value)
				   : xasprintf("%s of %s.%s", who->value, who->relation->schema,
					       who->relation->name);
		probe_eyes(&f->plan, catalog_role(f->catalog, f->role), &said);
	}
	for (size_t i = 0; i < said.n && p.n < PERSON_SETTINGS; i++) {
		p.names[p.n] = xstrdup(said.v[i].name);
		p.values[p.n++] = xstrdup(said.v[i].value);
	}
	probe_settings_release(&said);
	f->fn(f->ctx, &p,
	      f->plan.persons.len ? probe_person_setting(&f->plan.persons.v[0]) : NULL, NULL);
	person_release(&p);
}

/* A table of people that we may not read is as good as one without them. */
static void answered(void *ctx, const struct txn_result *r)
{
	struct finding_person *f = ctx;
	const struct person nobody = { .label = NULL };

	if (r->err.kind != ERR_NONE) {
		f->fn(f->ctx, &nobody, NULL, &r->err);
	} else {
		for (size_t i = 0; i < f->plan.persons.len; i++)
			probe_person_answer(&f->plan, &f->plan.persons.v[i],
					    r->replies[1 + 2 * i]);
		tell(f);
	}
}

static const char *query(const struct session *s, const char *name)
{
	return sqlset_get(session_sql(s), name, catalog_server_version(session_catalog(s)))
		->text;
}

/* With our own eyes: nobody is anybody yet. */
static void ask(struct session *s, struct finding_person *f)
{
	struct request_callbacks cb = { .done = answered, .release = finding_free, .ctx = f };
	struct scope scope;
	struct txn *t;

	session_scope(s, USE_CATALOG, &scope);
	t = txn_new(TXN_PROBE, &scope);
	scope_release(&scope);
	txn_read_only(t);
	txn_add(t, query(s, "rls_probe_open"), NULL);
	for (size_t i = 0; i < f->plan.persons.len; i++) {
		struct buf sql = BUF_INIT;

		probe_person_sql(&f->plan, &f->plan.persons.v[i], &sql);
		txn_add(t, sql.data, NULL);
		txn_add(t, query(s, "rls_probe_close"), NULL);
		buf_release(&sql);
	}
	db_send(session_db(s), DB_READ, t, &cb, f->ctx);
}

void person_find(struct session *s, const struct tenant_choice *tenant, const char *role,
		 const char *named, person_fn *fn, void *ctx)
{
	const struct profile *profile = session_profile(s);
	struct finding_person *f = xcalloc(1, sizeof *f);

	f->catalog = catalog_ref(session_catalog(s));
	f->input = (struct rls_input){ .catalog = f->catalog,
				       .profile = profile,
				       .sql = session_sql(s) };
	f->role = xstrdup_null(role);
	f->named = named != NULL;
	f->fn = fn;
	f->ctx = ctx;
	probe_plan_init(&f->plan, &f->input, NULL, false);
	if (tenant->kind == TENANT_ONE && (size_t)tenant->tenancy < profile_tenancies(profile))
		probe_plan_eyes(&f->plan, profile_tenancy(profile, (size_t)tenant->tenancy),
				tenant->id, named);
	if (f->plan.persons.len && !named) {
		ask(s, f);
		return;
	}
	tell(f);
	finding_free(f);
}

/* ---- names, for completion ---- */

static void add_names(struct txn *t, const struct session *s, const struct probe_person *who,
		      const char *begins, int most)
{
	const struct sqlvar vars[] = {
		{ "schema", who->relation->schema },  { "table", who->relation->name },
		{ "person", who->column->name },      { "tenant", who->tenant_column->name },
		{ "type", who->tenant_column->type }, { "own", who->tenant },
	};
	struct params params = PARAMS_INIT;
	struct buf sql = BUF_INIT;
	struct err err = ERR_INIT;

	if (!sql_expand(&sql, query(s, "person_names"), vars, ARRAY_SIZE(vars), &err))
		BUG("person_names: %s", err.why);
	params_text(&params, begins);
	params_int(&params, most);
	txn_add(t, sql.data, &params);
	params_release(&params);
	buf_release(&sql);
}

bool person_ask(struct session *s, const char *begins, int most,
		const struct request_callbacks *cb)
{
	const struct tenant_choice *tenant = session_tenant(s);
	const struct profile *profile = session_profile(s);
	struct rls_input input = { .catalog = session_catalog(s),
				   .profile = profile,
				   .sql = session_sql(s) };
	struct probe_plan plan;
	struct scope scope;
	struct txn *t;
	bool any;

	if (!input.catalog || !profile || tenant->kind != TENANT_ONE ||
	    (size_t)tenant->tenancy >= profile_tenancies(profile))
		return false;
	probe_plan_init(&plan, &input, NULL, false);
	probe_plan_eyes(&plan, profile_tenancy(profile, (size_t)tenant->tenancy), tenant->id,
			NULL);
	any = plan.persons.len > 0;
	if (any) {
		session_scope(s, USE_CATALOG, &scope);
		t = txn_new(TXN_READ, &scope);
		scope_release(&scope);
		for (size_t i = 0; i < plan.persons.len; i++)
			add_names(t, s, &plan.persons.v[i], begins, most);
		db_send(session_db(s), DB_READ, t, cb, cb->ctx);
	}
	probe_plan_release(&plan);
	return any;
}
