/* SPDX-License-Identifier: MIT */
/*
 * Two tenants of which neither is above the other: by the key that tenants hang from tenants by,
 * by a table of pairs, by what their lists and paths have in common.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "rls_priv.h"
#include "rls_probe_priv.h"
#include "rls_probe_steps.h"

/* Some policy, or function that is read, goes by this column. */
static bool is_asked(const struct catalog *c, const struct column *parent)
{
	for (size_t i = 0; i < catalog_relations(c); i++) {
		const struct relation *r = catalog_relation_at(c, i);

		for (size_t n = 0; n < r->npolicies; n++) {
			const struct policy *p = &r->policies[n];

			if ((p->using_expr && find_word(p->using_expr, parent->name)) ||
			    (p->check_expr && find_word(p->check_expr, parent->name)))
				return true;
		}
	}
	for (size_t i = 0; i < catalog_functions(c); i++) {
		const char *body = catalog_function_at(c, i)->body;

		if (body && find_word(body, parent->name))
			return true;
	}
	return false;
}

/* The key by which tenants hang from tenants, where policies go by it; NULL. */
static const struct foreign_key *line_of(struct probe_plan *p, const struct tenancy *y)
{
	const struct catalog *c = p->input->catalog;
	const struct relation *r = y->directory ? catalog_relation(c, y->directory) : NULL;

	if (p->line_of == y)
		return p->line;
	p->line_of = y;
	p->line = NULL;
	for (size_t i = 0; r && y->directory_key && !p->line && i < r->nreferences; i++) {
		const struct foreign_key *k = r->references[i];
		const struct column *parent = relation_attnum(r, k->from_columns[0]),
				    *key = relation_attnum(r, k->to_columns[0]);

		if (k->to == r->oid && k->n == 1 && parent->rights & key->rights & RIGHT_SELECT &&
		    strcmp(key->name, y->directory_key) == 0 && is_asked(c, parent))
			p->line = k;
	}
	return p->line;
}

/* Rows of lists and of paths: of two tenants that no row of one's has in common. */
static void put_apart(const struct probe_plan *p, const struct probe_target *t,
		      struct buf *lowest, struct buf *strange)
{
	const struct column *c = t->source_tenant;
	const struct relation *r = t->nlinks ? t->parent : t->source;
	char *schema = probe_type_schema(c);
	bool path = column_many(c) == MANY_PATH;
	const struct sqlvar v[] = { { "column", probe_is_sampled(t) ? "tenant" : c->name },
				    { "schema", r->schema },
				    { "table", r->name },
				    { "type_schema", schema } };

	if (!probe_is_sampled(t))
		sql_fragment(lowest, p->input->sql,
			     path ? "rls_probe.lowest_path" : "rls_probe.lowest_list", v,
			     ARRAY_SIZE(v));
	sql_fragment(strange, p->input->sql,
		     path ? "rls_probe.stranger_path" : "rls_probe.stranger_list", v,
		     ARRAY_SIZE(v));
	free(schema);
}

/* The pairs of tenants of which one is above the other, where policies read them: a table whose key
 * is two columns that lead to the tenants, one of which is the session's.  own, other: those. */
static const struct relation *pairs_of(const struct probe_plan *p, const struct tenancy *y,
				       const struct column **own, const struct column **other)
{
	const struct catalog *c = p->input->catalog;
	const struct relation *list = y->directory ? catalog_relation(c, y->directory) : NULL;

	for (size_t i = 0; list && i < list->nreferrers; i++) {
		const struct relation *r = catalog_relation(c, list->referrers[i]->from);
		const struct index *key = r ? relation_key(r) : NULL;
		const struct tenancy *of = NULL;
		size_t leads = 0;

		if (!key || key->nkeys != 2 || !(r->rights & RIGHT_SELECT) ||
		    !((*own = probe_tenant_column(p, r, &of)) ||
		      (*own = persona_link(p->persona, r, y))) ||
		    !index_has(key, (*own)->attnum))
			continue;
		for (size_t k = 0; k < r->nreferences; k++)
			leads += r->references[k]->n == 1 && r->references[k]->to == list->oid &&
				 index_has(key, r->references[k]->from_columns[0]);
		*other = relation_attnum(r, key->columns[key->columns[0] == (*own)->attnum]);
		if (leads == 2 && (*other)->rights & (*own)->rights & RIGHT_SELECT &&
		    is_asked(c, *other))
			return r;
	}
	return NULL;
}

/* Whose the session is, policies say: by the column that they compare with it. */
static void turn_pair(const struct probe_plan *p, const struct relation *r,
		      const struct column **own, const struct column **other)
{
	const struct column *asked = persona_party(p->persona, r, 0);

	if (asked && asked == *other) {
		*other = *own;
		*own = asked;
	}
}

static void put_pair(const struct probe_plan *p, const struct probe_target *t,
		     struct buf *lowest, struct buf *strange)
{
	const struct column *own, *other;
	const struct relation *r = pairs_of(p, t->tenancy, &own, &other);

	if (!r)
		return;
	turn_pair(p, r, &own, &other);
	const struct sqlvar v[] = {
		{ "column", probe_is_sampled(t) ? "tenant" : t->source_tenant->name },
		{ "schema", r->schema },
		{ "table", r->name },
		{ "own", own->name },
		{ "other", other->name },
	};

	sql_fragment(lowest, p->input->sql, "rls_probe.lowest_pair", v, ARRAY_SIZE(v));
	sql_fragment(strange, p->input->sql, "rls_probe.stranger_pair", v, ARRAY_SIZE(v));
}

/* ---- rows that are two tenants' ---- */

void probe_put_parties(const struct probe_plan *p, const struct probe_target *t,
		       struct buf *strange, struct buf *rows)
{
	const struct relation *r = t->nlinks ? t->parent : t->source;
	bool sampled = probe_is_sampled(t);
	const struct column *c;

	for (size_t i = 0; (c = persona_party(p->persona, r, i)); i++) {
		char *name = sampled ? xasprintf("p%zu", i) : xstrdup(c->name);
		const struct sqlvar v[] = { { "row", sampled ? "s" : t->nlinks ? "p" : "t" },
					    { "column", name } };

		buf_addc(strange, ' ');
		sql_fragment(strange, p->input->sql, "rls_probe.party_stranger", v,
			     ARRAY_SIZE(v));
		buf_addc(rows, ' ');
		sql_fragment(rows, p->input->sql, "rls_probe.party_apart", v, ARRAY_SIZE(v));
		free(name);
	}
}

void probe_put_not_party(const struct probe_making *m, const struct relation *r,
			 const char *row, struct buf *out)
{
	const struct column *c;

	for (size_t i = 0; (c = persona_party(m->p->persona, r, i)); i++) {
		const struct sqlvar v[] = { { "row", row },
					    { "column", c->name },
					    { "value", m->t->a },
					    { "type", c->type } };

		buf_addc(out, ' ');
		sql_fragment(out, m->p->input->sql, "rls_probe.party_not", v, ARRAY_SIZE(v));
	}
}

bool probe_has_parties(const struct probe_plan *p, const struct probe_target *t)
{
	const struct relation *r = t->nlinks ? t->parent : t->source;

	return r && persona_party(p->persona, r, 0);
}

/* Where tenants have tenants below them, who is above may be meant to see and to change what is
 * theirs: nobody is below A, and B is not above it. */
void probe_put_strangers(struct probe_plan *p, const struct probe_target *t,
			 struct buf *lowest, struct buf *strange)
{
	const struct foreign_key *k = line_of(p, t->tenancy);
	const struct relation *r = k ? catalog_relation(p->input->catalog, k->to) : NULL;

	if (column_many(t->source_tenant))
		put_apart(p, t, lowest, strange);
	if (!k) {
		put_pair(p, t, lowest, strange);
		return;
	}
	const struct sqlvar v[] = {
		{ "column", probe_is_sampled(t) ? "tenant" : t->source_tenant->name },
		{ "schema", r->schema },
		{ "table", r->name },
		{ "parent", relation_attnum(r, k->from_columns[0])->name },
		{ "key", relation_attnum(r, k->to_columns[0])->name },
	};

	sql_fragment(lowest, p->input->sql, "rls_probe.lowest", v, ARRAY_SIZE(v));
	sql_fragment(strange, p->input->sql, "rls_probe.stranger", v, ARRAY_SIZE(v));
}
