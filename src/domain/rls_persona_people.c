/* SPDX-License-Identifier: MIT */
/*
 * Somebody who belongs to a tenant and to no other: looked for in the tables that the policies
 * look people up in, or made.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "rls_persona_priv.h"

/* ---- somebody new ---- */

struct naming {
	const char *name;
	bool *found;
};

static bool not_naming(void *ctx, const char *text)
{
	const struct naming *n = ctx;

	*n->found = mentions_word(text, n->name);
	return !*n->found;
}

const struct claim *persona_grant(const struct probe_plan *plan, const struct probe_target *t,
				  size_t i)
{
	const struct persona *p = plan->persona;

	for (const struct claim *c = NULL; (c = persona_next_claim(p, t->tenancy, c));) {
		const struct tenancy *y = NULL;
		bool reads = false;

		if (c->kind != CLAIM_PERSON || !c->sought || c->session.rows ||
		    c->relation == t->relation ||
		    !relation_is_table(c->relation))
			continue;
		persona_read_policies(p, t->relation, not_naming,
			      &(struct naming){ .name = c->relation->name, .found = &reads });
		if (reads && probe_tenant_column(plan, c->relation, &y) && i-- == 0)
			return c;
	}
	return NULL;
}

static char *new_value(const struct column *c)
{
	if (strcmp(c->type, "uuid") == 0)
		return xstrdup("50755000-0000-4000-8000-000000000001");
	return xstrdup(c->type_category == 'N' ? "2000000001" : "souk");
}

/* Where nobody is written down yet: whom another place tells of A by the same claim. */
static const char *known_elsewhere(const struct probe_plan *plan, const struct claim *c,
				   const char *tenant)
{
	for (size_t i = 0; i < plan->persons.len; i++) {
		const struct probe_person *who = &plan->persons.v[i];

		if (who->value && !who->claim->session.rows && strcmp(who->tenant, tenant) == 0 &&
		    claim_same_place(who->claim, c))
			return who->value;
	}
	return NULL;
}

char *persona_of(const struct probe_plan *plan, const struct claim *c, const struct tenancy *y,
		 const char *tenant)
{
	const struct probe_person *who = persona_person(plan, c, tenant);
	const char *known = who && who->value ? who->value : known_elsewhere(plan, c, tenant);

	if (known)
		return xstrdup(known);
	/* Tenants are given what is another's: the tenant itself is written down. */
	if (y && persona_says_tenant(plan->persona, c, y))
		return xstrdup(tenant);
	return new_value(relation_column(c->relation, c->column));
}

char *persona_newcomer(const struct probe_plan *plan, const struct probe *x)
{
	const struct probe_target *t = &plan->targets.v[x->target];

	return persona_of(plan, x->grant, t->tenancy, t->a);
}

/* ---- looking for somebody ---- */

/* Nor is it known to another tenant where else people are looked up by the same claim. */
static void put_elsewhere(const struct probe_plan *p, const struct probe_person *who,
			  struct buf *out)
{
	const struct claims *all = &p->persona->claims;

	for (size_t i = 0; i < all->list.len; i++) {
		const struct claim *c = &all->list.v[i];
		const struct table *t = c->kind == CLAIM_PERSON && c->sought
						? judge_table(&p->persona->j, c->relation->oid)
						: NULL;

		if (!t || !claim_same_place(c, who->claim) || !relation_is_table(t->r) ||
		    (t->r == who->relation && strcmp(c->column, who->column->name) == 0))
			continue;
		const struct sqlvar vars[] = {
			{ "schema", t->r->schema },
			{ "table", t->r->name },
			{ "person", c->column },
			{ "tenant", t->tenant },
			{ "own", who->tenant },
		};

		buf_addc(out, ' ');
		sql_fragment(out, p->input->sql, "rls_probe.elsewhere", vars, ARRAY_SIZE(vars));
	}
}

/* What is open comes first, for a session that is over shows nothing: by the times of a row, and
 * by what its flags are unless somebody says otherwise. */
static void put_open(const struct probe_plan *p, const struct relation *r, const char *row,
		     struct buf *out)
{
	for (size_t i = 0; i < r->ncolumns; i++) {
		const struct column *c = &r->columns[i];
		bool flag = strcmp(c->type, "boolean") == 0 && c->default_expr &&
			    (strcmp(c->default_expr, "true") == 0 ||
			     strcmp(c->default_expr, "false") == 0);
		const struct sqlvar vars[] = { { "row", row },
					       { "column", c->name },
					       { "usual", flag ? c->default_expr : "" } };

		if (!flag && strncmp(c->type, "timestamp", 9) != 0 && strcmp(c->type, "date") != 0)
			continue;
		buf_adds(out, out->len ? " + " : "");
		sql_fragment(out, p->input->sql,
			     flag ? "rls_probe.open_flag" : "rls_probe.open_time", vars,
			     flag ? 3 : 2);
	}
	if (!out->len)
		sql_fragment(out, p->input->sql, "rls_probe.open_anyway", NULL, 0);
}

void probe_person_sql(const struct probe_plan *p, const struct probe_person *who,
		      struct buf *sql)
{
	struct buf elsewhere = BUF_INIT, only = BUF_INIT, says = BUF_INIT, open = BUF_INIT,
		   key_open = BUF_INIT;
	const struct claim_session *session = &who->claim->session;
	struct err err = ERR_INIT;
	const struct sqlquery *q =
		sqlset_get(p->input->sql, "rls_probe_person",
			   catalog_server_version(p->input->catalog));

	if (!persona_is_half(p, who->claim))
		put_elsewhere(p, who, &elsewhere);
	const struct sqlvar alone[] = {
		{ "schema", who->relation->schema },  { "table", who->relation->name },
		{ "person", who->column->name },      { "tenant", who->tenant_column->name },
		{ "type", who->tenant_column->type }, { "own", who->tenant },
	};

	sql_fragment(&only, p->input->sql,
		     persona_is_half(p, who->claim) ? "rls_probe.anybody" : "rls_probe.nobody_else",
		     alone, ARRAY_SIZE(alone));
	put_open(p, who->relation, "t", &open);
	if (session->rows)
		put_open(p, session->rows, "o", &key_open);
	const struct sqlvar opened[] = {
		{ "schema", session->rows ? session->rows->schema : NULL },
		{ "table", session->rows ? session->rows->name : NULL },
		{ "key", session->key },
		{ "person", session->person },
		{ "open", key_open.data },
	};

	sql_fragment(&says, p->input->sql,
		     session->rows ? "rls_probe.by_session" : "rls_probe.by_name", opened,
		     session->rows ? ARRAY_SIZE(opened) : 0);
	const struct sqlvar vars[] = {
		{ "schema", who->relation->schema },  { "table", who->relation->name },
		{ "person", who->column->name },      { "tenant", who->tenant_column->name },
		{ "type", who->tenant_column->type }, { "own", who->tenant },
		{ "elsewhere", elsewhere.data },      { "only", only.data },
		{ "says", says.data },		      { "open", open.data },
	};

	if (!sql_expand(sql, q->text, vars, ARRAY_SIZE(vars), &err))
		BUG("rls_probe_person: %s", err.why);
	buf_release(&key_open);
	buf_release(&open);
	buf_release(&says);
	buf_release(&only);
	buf_release(&elsewhere);
}

void probe_person_answer(struct probe_plan *p, struct probe_person *who,
			 const struct reply *rows)
{
	if (!rows || !reply_rows(rows) || !reply_text(rows, 0, 0) || !reply_text(rows, 0, 1))
		return;
	who->value = arena_intern(p->arena, reply_text(rows, 0, 0));
	who->says = arena_intern(p->arena, reply_text(rows, 0, 1));
}
