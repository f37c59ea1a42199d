/* SPDX-License-Identifier: MIT */
/*
 * A reference from a tenant's row to what has no tenant column and hangs from a tenant's row
 * itself: which tenant that is no key can say, unless all the way up is part of it.
 */
#include <string.h>

#include "rls_priv.h"

enum { WAY = 4, WRITES = RIGHT_INSERT | RIGHT_UPDATE };

/* By which it cannot be without a parent; NULL: it has a tenant column, or may be nobody's. */
static const struct foreign_key *key_above(const struct judge *j, const struct table *t)
{
	const struct relation_profile *p =
		t->tenant ? NULL : profile_relation(j->in->profile, t->r->oid);

	return p && p->tenant_by_parent ? p->tenant_key : NULL;
}

/* The child's column that k pairs with the parent's; 0: none. */
static int child_of(const struct foreign_key *k, int parents)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->to_columns[i] == parents)
			return k->from_columns[i];
	return 0;
}

static bool has_pair(const struct foreign_key *k, int from, int to)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->from_columns[i] == from && k->to_columns[i] == to)
			return true;
	return false;
}

/* m leads from the child to the same row that up does from the parent to which k leads. */
static bool same_row(const struct foreign_key *m, const struct foreign_key *k,
		     const struct foreign_key *up)
{
	for (size_t i = 0; i < up->n; i++) {
		int own = child_of(k, up->from_columns[i]);

		if (!own || !has_pair(m, own, up->to_columns[i]))
			return false;
	}
	return m->to == up->to;
}

/* The child's keys lead to all that the parent hangs from, and the last one pairs the tenants. */
static bool leads_up(struct judge *j, const struct table *child, const struct foreign_key *k,
		     int depth)
{
	const struct table *parent = judge_table(j, k->to);
	const struct foreign_key *up = parent ? key_above(j, parent) : NULL;

	if (parent && parent->tenant)
		return has_pair(k, child->attnum, parent->attnum);
	for (size_t i = 0; up && depth < WAY && i < child->r->nreferences; i++)
		if (same_row(child->r->references[i], k, up) &&
		    leads_up(j, child, child->r->references[i], depth + 1))
			return true;
	return false;
}

/* A policy of t, or of what its policies read, reads the child: a policy of the child that reads
 * t would ask for ever. */
static bool comes_back(struct judge *j, const struct table *t, const struct table *child,
		       int depth)
{
	for (size_t i = 0; i < t->r->npolicies; i++)
		for (const oid *o = t->r->policies[i].relations; *o; o++) {
			const struct table *b = judge_table(j, *o);

			if (b == child || (b && b != t && depth < WAY &&
					   comes_back(j, b, child, depth + 1)))
				return true;
		}
	return false;
}

/* Whoever writes the child for a tenant may read t, and is shown some of it. */
static bool writers_read(const struct judge *j, const struct table *child,
			 const struct table *t)
{
	for (size_t i = 0; i < j->actors.len; i++) {
		const struct actor *a = &j->actors.v[i];
		size_t permissive = 0, restrictive = 0;

		if (a->bypasses || !(child->rights[i] & WRITES) || !child->bound[i])
			continue;
		judge_count(j, t, a, 'r', &permissive, &restrictive);
		if (!(t->rights[i] & RIGHT_SELECT) || (t->bound[i] && !permissive))
			return false;
	}
	return true;
}

/* (own columns) IN (SELECT its columns FROM parent WHERE …), up to the tenant that must be the
 * child's; NULL: it cannot be looked up. */
static const char *same_tenant(struct judge *j, const struct table *child,
			       const struct table *from, const struct foreign_key *k, int depth)
{
	const struct table *parent = judge_table(j, k->to);
	const struct foreign_key *up = parent ? key_above(j, parent) : NULL;
	struct buf last = BUF_INIT;
	const char *above = NULL;

	if (!parent || depth == WAY || strcmp(parent->r->name, child->r->name) == 0 ||
	    !writers_read(j, child, parent) || comes_back(j, parent, child, 0))
		return NULL;
	if (parent->tenant) {
		sql_ident(&last, parent->tenant);
		buf_adds(&last, " = ");
		sql_ident(&last, child->r->name);
		buf_addc(&last, '.');
		sql_ident(&last, child->tenant);
		above = last.data;
	} else if (up) {
		above = same_tenant(j, child, parent, up, depth + 1);
	}
	above = above ? judge_in_parent(j, from, parent, k, above) : NULL;
	buf_release(&last);
	return above;
}

/* A row that refers to nothing is let through. */
static const char *or_nothing(struct judge *j, const struct table *child,
			      const struct foreign_key *k, const char *condition)
{
	struct buf out = BUF_INIT;
	const char *text;

	for (size_t i = 0; i < k->n; i++) {
		const struct column *c = relation_attnum(child->r, k->from_columns[i]);

		if (c->not_null)
			continue;
		sql_ident(&out, c->name);
		buf_adds(&out, " IS NULL OR "); /* not SQL */
	}
	buf_adds(&out, condition);
	text = arena_strdup(j->arena, out.data);
	buf_release(&out);
	return text;
}

static void mend(struct judge *j, const struct table *child, const struct foreign_key *k,
		 struct finding *f)
{
	struct table half;
	const char *condition = composite_half(j, child, &half)
					? NULL
					: same_tenant(j, child, child, k, 0);
	struct fix v = { .relation = child->r };

	v.policy = arena_printf(j->arena, "%.50s_tenant", k->name);
	v.condition = condition ? or_nothing(j, child, k, condition) : NULL;
	if (condition && child->r->rls)
		judge_fix(j, "reference", &v);
	else if (condition)
		judge_choose(j, f, "once row-level security is on, a policy can look it up",
			     "reference", &v);
	else
		judge_choose(j, f, "give the parent the tenant's column and pair it in the key, or "
				   "look its tenant up in a trigger", NULL, NULL);
	judge_fixed(j, f);
}

bool judge_fix_reference(struct judge *j, const struct table *child, const struct table *parent,
			 const struct foreign_key *k)
{
	struct fix v = { .relation = child->r };
	struct buf own = BUF_INIT;

	if (!judge_null_shared(parent) || !child->r->rls || !writers_read(j, child, parent) ||
	    comes_back(j, parent, child, 0) || strcmp(parent->r->name, child->r->name) == 0)
		return false;
	sql_ident(&own, parent->tenant);
	buf_adds(&own, " IS NULL OR "); /* not SQL */
	sql_ident(&own, parent->tenant);
	buf_adds(&own, " = ");
	sql_ident(&own, child->r->name);
	buf_addc(&own, '.');
	sql_ident(&own, child->tenant);
	v.policy = arena_printf(j->arena, "%.50s_tenant", k->name);
	v.condition = or_nothing(j, child, k, judge_in_parent(j, child, parent, k, own.data));
	judge_fix(j, "reference", &v);
	buf_release(&own);
	return true;
}

void rule_reference_below(struct judge *j, const struct table *child, const struct table *parent,
			  const struct foreign_key *k)
{
	const struct foreign_key *up = key_above(j, parent);
	const struct actor *a = judge_reacher(j, child, WRITES);
	struct subject s = { .relation = child->r, .policy = k->name };
	bool active = key_acts(k);
	struct finding *f;

	if (!up || !a || parent == child || child->r->is_partition || leads_up(j, child, k, 0) ||
	    key_looked_up(j, child, parent, k))
		return;
	f = judge_find(j, active ? RULE_R81 : RULE_R80, &s,
		       active ? "a row may reference what hangs from another tenant's row in %s, "
				"and what happens there changes rows here"
			      : "a row may reference what hangs from another tenant's row in %s: "
				"foreign keys are checked without policies",
		       judge_name(j, parent->r));
	judge_evidence(j, f, "%s has no column of a tenant: its rows are those of %s; nothing "
			     "looks that up",
		       judge_name(j, parent->r), judge_name(j, judge_table(j, up->to)->r));
	mend(j, child, k, f);
	if (f)
		f->policy = NULL;
}
