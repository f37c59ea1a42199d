/* SPDX-License-Identifier: MIT */
#include "domain/tenant_path.h"

#include <stdio.h>

#include "domain/equal.h"

static bool may_read(const struct relation *r, int attnum)
{
	const struct column *c = relation_attnum(r, attnum);

	return r->schema_usage && c && (c->rights & RIGHT_SELECT);
}

static bool may_follow(const struct relation *from, const struct foreign_key *fk,
		       const struct relation *to)
{
	for (size_t i = 0; i < fk->n; i++) {
		if (!may_read(from, fk->from_columns[i]) || !may_read(to, fk->to_columns[i]))
			return false;
	}
	return true;
}

bool tenant_path_find(struct tenant_path *out, const struct catalog *c, const struct profile *p,
		      const struct relation *r, int tenancy)
{
	const struct relation_profile *rp = profile_relation(p, r->oid);

	*out = (struct tenant_path){ .relation = r };
	while (rp->tenancy == tenancy && !rp->tenant_attnum && rp->tenant_key) {
		const struct relation *to = catalog_relation(c, rp->tenant_key->to);

		if (!to || out->n == TENANT_PATH_MAX || !may_follow(r, rp->tenant_key, to))
			return false;
		out->keys[out->n] = rp->tenant_key;
		out->parents[out->n++] = to;
		r = to;
		rp = profile_relation(p, r->oid);
	}
	if (rp->tenancy != tenancy || !rp->tenant_attnum)
		return false;
	out->column = relation_attnum(r, rp->tenant_attnum);
	/* Of the relation itself the condition is made in any case: the server's answer says it
	 * best. */
	return out->n == 0 || may_read(r, rp->tenant_attnum);
}

/* What must hold of a row of the i-th parent (0: the relation itself) whose alias is row. */
static void condition(struct buf *out, const struct sqlset *set, const struct tenant_path *path,
		      size_t i, const char *row, int param)
{
	const struct foreign_key *fk = i < path->n ? path->keys[i] : NULL;
	const struct relation *from = i == 0 ? path->relation : path->parents[i - 1];
	char parent[16];
	struct buf relation = BUF_INIT, held = BUF_INIT;

	snprintf(parent, sizeof parent, "p%zu", i + 1);
	if (!fk) {
		equal_param(out, set, row, path->column, param);
		return;
	}
	condition(&held, set, path, i + 1, parent, param);
	for (size_t k = fk->n; k-- > 0;) {
		const struct column *to = relation_attnum(path->parents[i], fk->to_columns[k]),
				    *own = relation_attnum(from, fk->from_columns[k]);
		struct buf both = BUF_INIT;

		equal_column(&both, set, parent, to, row, own);
		sql_fragment(&both, set, "tenant.link",
			     &(struct sqlvar){ "condition", held.data }, 1);
		buf_release(&held);
		held = both;
	}
	sql_qualified(&relation, path->parents[i]->schema, path->parents[i]->name);
	sql_fragment(out, set, "tenant.parent",
		     (struct sqlvar[]){ { "relation", relation.data },
					{ "parent", parent },
					{ "condition", held.data } },
		     3);
	buf_release(&relation);
	buf_release(&held);
}

void tenant_path_sql(struct buf *out, const struct sqlset *set, const struct tenant_path *path,
		     const char *row, int param)
{
	condition(out, set, path, 0, row, param);
}

/* ---- why not ---- */

static const char *other_tenancy(struct arena *a, const struct profile *p, int of, int tenancy)
{
	return arena_printf(a, "rows of every %s: the tenant chosen is one of %s",
			    profile_tenancy(p, (size_t)of)->column,
			    profile_tenancy(p, (size_t)tenancy)->column);
}

/* A key that would lead to the tenancy if it were NOT NULL, or if the role might read it. */
static const char *broken_path(struct arena *a, const struct catalog *c,
			       const struct profile *p, const struct relation *r, int tenancy)
{
	for (size_t i = 0; i < r->nreferences; i++) {
		const struct foreign_key *fk = r->references[i];
		const struct relation *to = catalog_relation(c, fk->to);

		if (!to || to == r || profile_relation(p, to->oid)->tenancy != tenancy)
			continue;
		if (!may_follow(r, fk, to))
			return arena_printf(
				a,
				"rows of every tenant: your role may not read %s.%s, "
				"which tells whose they are",
				to->schema, to->name);
		return arena_printf(
			a, "rows of every tenant: %s leads to %s.%s, but it may be NULL",
			fk->name, to->schema, to->name);
	}
	return NULL;
}

const char *tenant_path_missing(struct arena *a, const struct catalog *c,
				const struct profile *p, const struct relation *r, int tenancy)
{
	const struct relation_profile *rp = profile_relation(p, r->oid);
	const struct tenancy *t = profile_tenancy(p, (size_t)tenancy);
	struct tenant_path path;
	const char *broken;

	if (tenant_path_find(&path, c, p, r, tenancy) || r->rls_active ||
	    (rp->tenant_by_view && rp->tenancy == tenancy))
		return NULL;
	if (rp->tenancy >= 0 && rp->tenancy != tenancy)
		return other_tenancy(a, p, rp->tenancy, tenancy);
	if (r->oid == t->directory)
		return "rows of every tenant: it is the list of them";
	broken = broken_path(a, c, p, r, tenancy);
	return broken ? broken
		      : arena_printf(
				a,
				"rows of every tenant: it has no %s, nor a key that leads to "
				"one",
				t->column);
}
