/* SPDX-License-Identifier: MIT */
/*
 * Where a policy goes by a table that whoever asks may write: he writes himself down there for a
 * row of the other tenant's, and looks.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "rls_persona_priv.h"
#include "rls_probe_steps.h"

/* What a row of the list must have to admit to a row of the target. */
struct admission {
	const struct probe_making *m;
	const struct relation *list;
	const struct column *tie, *of; /* list.tie = target.of */
	const struct column *who;      /* what is compared with the session */
};

static const struct column *column_of(const struct expr *e, const struct relation *r)
{
	e = expr_bare(e);
	return e->kind == EXPR_COLUMN ? relation_column(r, e->name) : NULL;
}

static bool is_target(const struct admission *a, const struct expr *e)
{
	e = expr_bare(e);
	return e->kind == EXPR_COLUMN && e->qualifier &&
	       strcmp(e->qualifier, a->m->t->relation->name) == 0;
}

/* The comparisons of a sub-query: pg_get_expr names the row there by its table. */
static bool look_for_admission(void *ctx, const struct expr *e, int depth)
{
	struct admission *a = ctx;

	if (!depth || e->kind != EXPR_OPERATOR || e->n != 2 || strcmp(e->name, "=") != 0)
		return true;
	for (size_t i = 0; i < 2; i++) {
		const struct expr *other = expr_bare(e->args[1 - i]);
		const struct column *c =
			is_target(a, e->args[i]) ? NULL : column_of(e->args[i], a->list);

		if (c && is_target(a, other)) {
			a->tie = c;
			a->of = column_of(other, a->m->t->relation);
			return true;
		}
		if (c && other->kind != EXPR_COLUMN && other->kind != EXPR_LITERAL &&
		    other->kind != EXPR_BOOL)
			a->who = c;
	}
	return true;
}

/* What the column leads to by a key of its own; 0: nothing. */
static oid leads_to(const struct relation *r, const struct column *c)
{
	for (size_t i = 0; c && i < r->nreferences; i++)
		if (r->references[i]->n == 1 && r->references[i]->from_columns[0] == c->attnum)
			return r->references[i]->to;
	return 0;
}

/* Is it asked for there, or where the same people are written down? */
static bool is_asked_as(const struct admission *a, const struct claim *c)
{
	const struct column *column;
	oid to = leads_to(a->list, a->who);

	if (c->kind != CLAIM_PERSON || c->session.rows || !c->relation)
		return false;
	column = relation_column(c->relation, c->column);
	return (c->relation == a->list && column == a->who) ||
	       (to && (to == leads_to(c->relation, column) || to == c->relation->oid));
}

/* Who the session of A says to be, by the column where that is looked up; the caller frees it. */
static char *asker(const struct admission *a)
{
	const struct claims *claims = persona_claims(a->m->p->persona);
	const struct probe_target *t = a->m->t;
	struct probe_settings said = { .n = 0 };
	char *value = NULL;

	probe_settings(a->m->p, a->m->x, t->a, &said);
	for (size_t i = 0; !value && i < claims->list.len; i++) {
		const struct claim *c = &claims->list.v[i];

		if (is_asked_as(a, c))
			value = probe_said_at(&said, c);
	}
	probe_settings_release(&said);
	return !value && strcmp(a->who->type, t->source_tenant->type) == 0 ? xstrdup(t->a) : value;
}

static void attempt(struct probe_making *m, const struct admission *a, const char *who)
{
	struct buf columns = BUF_INIT, values = BUF_INIT;
	char *label = xasprintf(" with a row in %s.%s", a->list->schema, a->list->name);
	const struct sqlvar kept[] = { { "column", a->of->name }, { "type", a->tie->type } };

	sql_ident(&columns, a->tie->name);
	buf_adds(&columns, ", ");
	sql_ident(&columns, a->who->name);
	sql_fragment(&values, m->p->input->sql, "rls_probe.kept", kept, ARRAY_SIZE(kept));
	buf_adds(&values, ", ");
	probe_put_equals(m, a->who, "rls_probe.value", who, &values);
	probe_put_required(m, a->list, a->tie, a->who, &columns, &values);
	const struct sqlvar vars[] = { { "schema", a->list->schema },
				       { "table", a->list->name },
				       { "columns", columns.data },
				       { "values", values.data } };

	probe_add_kept(m, false);
	probe_add_identity(m, m->t->a);
	probe_add(m, "rls_probe_grant", vars, ARRAY_SIZE(vars), PROBE_MARK_NONE);
	probe_add_look(m, label, false, false);
	probe_add_plain(m, "rls_probe_close", PROBE_MARK_NONE);
	free(label);
	buf_release(&columns);
	buf_release(&values);
}

/* What asks a function is not known: only what the policies say themselves. */
static void admit_by(struct probe_making *m, const struct policy *policy,
		     const struct relation *list)
{
	struct admission a = { .m = m, .list = list };
	const struct expr *e = judge_parse(&m->p->persona->j, policy->using_expr);
	char *who;

	expr_walk(e, look_for_admission, &a);
	if (!a.tie || !a.of || !a.who || a.tie == a.who)
		return;
	who = asker(&a);
	if (who)
		attempt(m, &a, who);
	free(who);
}

void probe_add_admitted(struct probe_making *m)
{
	const struct catalog *c = m->p->input->catalog;
	const struct relation *r = m->t->relation;

	if (!r || m->t->source != r || !m->t->nkey || !m->t->others ||
	    strncmp(m->x->claimed->id, "R31", 3) != 0)
		return;
	for (size_t i = 0; i < r->npolicies; i++)
		for (const oid *o = r->policies[i].relations;
		     r->policies[i].using_expr && strchr("*r", r->policies[i].command) && *o;
		     o++) {
			const struct relation *list = catalog_relation(c, *o);

			if (list && list != r && probe_is_table(list) &&
			    catalog_rights(c, m->x->role->oid, list) & RIGHT_INSERT)
				admit_by(m, &r->policies[i], list);
		}
}
