/* SPDX-License-Identifier: MIT */
/*
 * The pieces that the statements of probes are made of: whose rows, and as whom.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "rls_persona_priv.h"
#include "rls_probe_steps.h"

/* ---- columns that hold more than one id ---- */

bool probe_has_operators(const struct column *c)
{
	enum { FIRST_OF_USERS = 16384 };

	return c->base_type_oid < FIRST_OF_USERS || c->type_category == 'E' ||
	       column_many(c) == MANY_LIST;
}

/* "public." of public.ltree, as operators are told it. */
char *probe_type_schema(const struct column *c)
{
	const char *dot = strrchr(c->type, '.');

	return dot ? xstrndup(c->type, (size_t)(dot - c->type) + 1) : xstrdup("");
}

/* ---- pieces of SQL ---- */

/* What is not A's has nothing in common with A's. */
static const char *apart(const struct column *c, const char *fragment)
{
	enum column_many many = column_many(c);

	if (!many || strncmp(fragment, "rls_probe.differs", 17) != 0)
		return fragment;
	return many == MANY_PATH ? "rls_probe.apart_path" : "rls_probe.apart_list";
}

void probe_put_equals(const struct probe_making *m, const struct column *c,
		      const char *fragment, const char *value, struct buf *out)
{
	char *schema = probe_type_schema(c);
	const struct sqlvar v[] = { { "column", c->name },
				    { "value", value ? value : "" },
				    { "type", c->type },
				    { "type_schema", schema } };

	sql_fragment(out, m->p->input->sql, apart(c, fragment), v, ARRAY_SIZE(v));
	free(schema);
}

/* (k1 = … AND k2 = …) OR (…) */
void probe_put_rows(const struct probe_making *m, const struct probe_row *rows, size_t n,
		    struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		buf_adds(out, i ? " OR (" : "(");
		for (size_t k = 0; k < m->t->nkey; k++) {
			buf_adds(out, k ? " AND " : "");
			probe_put_equals(m, m->t->key[k], "rls_probe.equals", rows[i].key[k],
					 out);
		}
		buf_addc(out, ')');
	}
}

void probe_put_tenant(const struct probe_making *m, const char *tenant, struct buf *out)
{
	if (m->t->tenant)
		probe_put_equals(m, m->t->tenant, "rls_probe.equals", tenant, out);
	else
		sql_fragment(out, m->p->input->sql, "rls_probe.anybody", NULL, 0);
}

/* A row of A's: by its key, or by its tenant. */
void probe_put_own(const struct probe_making *m, struct buf *out)
{
	if (m->t->nkey && m->t->owns)
		probe_put_rows(m, m->t->own, 1, out);
	else
		probe_put_tenant(m, m->t->a, out);
}

/* Without keys: by the tenant that is named. */
static void put_strangers(const struct probe_making *m, struct buf *out)
{
	const struct relation *r = m->t->nbases == 1 ? m->t->bases[0] : m->t->relation;

	probe_put_equals(m, m->t->tenant,
			 probe_is_table(m->t->relation)
				 ? "rls_probe.differs"
				 : "rls_probe.differs_known", /* sums are nobody's */
			 m->t->a, out);
	if (r)
		probe_put_not_party(m, r, "t", out);
}

/* Rows that are not A's. */
void probe_put_others(const struct probe_making *m, struct buf *out)
{
	if (m->t->nkey && m->t->others &&
	    (!m->t->tenant || probe_is_table(m->t->relation) || probe_is_write(m->x->kind)))
		probe_put_rows(m, m->t->other, m->t->others, out);
	else
		put_strangers(m, out);
}

/* The tenant column, if the role may read it; NULL. */
static const struct column *readable_tenant(const struct probe_making *m)
{
	return m->t->tenant && m->t->relation &&
			       catalog_column_rights(m->p->input->catalog, m->x->role->oid,
						     m->t->relation, m->t->tenant) &
				       RIGHT_SELECT
		       ? m->t->tenant
		       : NULL;
}

void probe_put_somebody(const struct probe_making *m, struct buf *out)
{
	const struct column *tenant = m->t->function ? m->t->tenant : readable_tenant(m);
	const struct sqlvar v = { "column", tenant ? tenant->name : "" };

	if (!tenant && m->t->source != m->t->relation && m->t->others)
		probe_put_rows(m, m->t->other, m->t->others, out);
	else
		sql_fragment(out, m->p->input->sql,
			     tenant ? "rls_probe.somebody" : "rls_probe.anybody", &v, 1);
}

void probe_put_found(const struct probe_making *m, struct buf *out)
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

void probe_add_params(struct probe_making *m, const char *query, const struct sqlvar *vars,
		      size_t n, enum probe_mark mark, const struct params *params)
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

void probe_add(struct probe_making *m, const char *query, const struct sqlvar *vars, size_t n,
	       enum probe_mark mark)
{
	probe_add_params(m, query, vars, n, mark, NULL);
}

void probe_add_plain(struct probe_making *m, const char *query, enum probe_mark mark)
{
	probe_add(m, query, NULL, 0, mark);
}

void probe_add_setting(struct probe_making *m, const char *name, const char *value)
{
	struct params params = PARAMS_INIT;

	params_text(&params, name);
	params_text(&params, value);
	probe_add_params(m, "rls_probe_setting", NULL, 0, PROBE_MARK_NONE, &params);
	params_release(&params);
}

/* What is kept for the role in this database goes before what is kept for it everywhere. */
static const char *path_of(const struct probe_making *m, const char *role)
{
	const struct catalog *c = m->p->input->catalog;
	const char *path = m->p->path;
	bool here = false;

	for (size_t i = 0; i < catalog_settings(c); i++) {
		const struct setting *s = catalog_setting_at(c, i);

		if (strcmp(s->name, "search_path") != 0 || !s->role ||
		    strcmp(s->role, role) != 0 ||
		    (s->database && strcmp(s->database, catalog_database(c)) != 0) || here)
			continue;
		path = s->value;
		here = s->database != NULL;
	}
	return path;
}

void probe_add_role(struct probe_making *m, const char *role)
{
	struct params params = PARAMS_INIT;

	params_text(&params, probe_identity(m->p));
	params_text(&params, role);
	params_text(&params, path_of(m, role));
	probe_add_params(m, "rls_probe_as", NULL, 0, PROBE_MARK_AS, &params);
	params_release(&params);
	if (m->x->become)
		probe_add_setting(m, "role", m->x->become->name);
}

/* Where roles stand for tenants, to be the role is all that is said; true: it was. */
static bool add_said(struct probe_making *m, const char *tenant)
{
	struct probe_settings all = { .n = 0 };
	bool became = false;

	probe_settings(m->p, m->x, tenant, &all);
	for (size_t i = 0; i < all.n; i++)
		if (strcmp(all.v[i].name, CLAIM_ROLE) == 0) {
			if (m->x->beyond)
				continue; /* it is itself, whatever tenant */
			probe_add_role(m, all.v[i].value);
			became = true;
		} else {
			probe_add_setting(m, all.v[i].name, all.v[i].value);
		}
	probe_settings_release(&all);
	return became;
}

void probe_add_settings(struct probe_making *m, const char *tenant)
{
	add_said(m, tenant);
}

void probe_add_identity(struct probe_making *m, const char *tenant)
{
	bool became = false;

	if (m->x->kind == PROBE_UNSET) {
		struct params params = PARAMS_INIT;

		params_text(&params, probe_main_setting(m->p, m->x));
		probe_add_params(m, "rls_probe_known", NULL, 0, PROBE_MARK_BEFORE, &params);
		params_release(&params);
	} else {
		became = add_said(m, tenant);
	}
	if (!became)
		probe_add_role(m, m->x->role->name);
}

void probe_add_table(struct probe_making *m, const char *query, const char *condition,
		     enum probe_mark mark)
{
	const struct relation *r = m->t->relation;
	const struct sqlvar vars[] = { { "schema", r->schema },
				       { "table", r->name },
				       { "condition", condition } };

	probe_add(m, query, vars, ARRAY_SIZE(vars), mark);
}

/* Some policy shows its rows to their tenant: what is only its writer's own takes nobody in. */
static bool shows_tenants(const struct persona *p, const struct relation *r)
{
	const struct table *t = persona_table(p, r);

	for (size_t i = 0; t && i < r->npolicies; i++) {
		const struct judged *g = &t->policies[i];

		if (g->policy->permissive && strchr("*r", g->policy->command) &&
		    (g->using_verdict.level == CLAUSE_OWN || g->using_verdict.own_arm))
			return true;
	}
	return false;
}

char *probe_asker(const struct probe_making *m, const struct relation *r,
		  const struct column *c)
{
	const struct claims *claims = persona_claims(m->p->persona);
	struct probe_settings said = { .n = 0 };
	char *value = NULL;

	if (!m->t->tenant || !shows_tenants(m->p->persona, r))
		return NULL;
	for (size_t i = 0; i < claims->list.len; i++) {
		const struct claim *x = &claims->list.v[i];

		if (x->kind != CLAIM_PERSON || x->session.rows || x->relation != r ||
		    strcmp(x->column, c->name) != 0 ||
		    persona_says_tenant(m->p->persona, x, x->tenancy))
			continue;
		probe_settings(m->p, m->x, m->t->a, &said);
		value = probe_said_at(&said, x);
		break;
	}
	probe_settings_release(&said);
	return value;
}
