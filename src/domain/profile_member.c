/* SPDX-License-Identifier: MIT */
/* Which relation belongs to which tenancy, and by which column. */
#include <string.h>

#include "profile_priv.h"

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool of_tenancy(const struct placed_fact *f, const struct tenancy_draft *d)
{
	/* What the file names need not be what policies read. */
	if (d->how == PROFILE_CONFIGURED && tenancy_column(d, f->column))
		return true;
	if (d->t.setting && !d->by_default)
		return same(f->fact.setting, d->t.setting) &&
		       same(f->fact.path, d->t.claim_path);
	return !f->fact.setting && tenancy_column(d, f->column);
}

static void assign(struct profile *p, const struct relation *r, size_t tenancy, int attnum)
{
	struct relation_profile *rp = profile_at(p, r);

	if (rp->tenancy >= 0)
		return;
	rp->tenancy = (int)tenancy;
	rp->tenant_attnum = attnum;
}

static bool facts_in_schema(const struct profile *p, const struct tenancy_draft *d,
			    const char *schema)
{
	for (size_t i = 0; i < p->facts.len; i++) {
		if (of_tenancy(&p->facts.v[i], d) &&
		    strcmp(p->facts.v[i].relation->schema, schema) == 0)
			return true;
	}
	return false;
}

/* Where several tenancies name their column alike, the first (the largest) that has policies in
 * the same schema wins. */
static void by_column(struct profile *p, const struct relation *r)
{
	const struct column *found = NULL;
	size_t tenancy = 0;

	for (size_t i = 0; i < p->tenancies.len; i++) {
		const struct tenancy_draft *d = &p->drafts.v[i];
		const struct column *c = relation_column(r, d->t.column);

		if (!c || !tenancy_column(d, c) || r->oid == d->t.directory)
			continue;
		if (found && (facts_in_schema(p, &p->drafts.v[tenancy], r->schema) ||
			      !facts_in_schema(p, d, r->schema)))
			continue;
		found = c;
		tenancy = i;
	}
	if (found)
		assign(p, r, tenancy, found->attnum);
}

/* Another name, but a foreign key to the directory: owner_account_id. Only when there is one
 * such. */
static void by_directory(struct profile *p, const struct relation *r)
{
	const struct foreign_key *found = NULL;
	size_t tenancy = 0, n = 0;

	for (size_t k = 0; k < r->nreferences; k++) {
		for (size_t i = 0; i < p->tenancies.len; i++) {
			if (r->references[k]->to != p->drafts.v[i].t.directory ||
			    r->references[k]->n != 1)
				continue;
			found = r->references[k];
			tenancy = i;
			n++;
			break; /* org_id and owner_org may be two tenancies of one directory */
		}
	}
	if (n == 1 && found->from != found->to) {
		const struct column *c = relation_attnum(r, found->from_columns[0]);

		if (c && c->not_null)
			assign(p, r, tenancy, c->attnum);
	}
}

static bool all_not_null(const struct relation *r, const struct foreign_key *fk)
{
	for (size_t i = 0; i < fk->n; i++) {
		const struct column *c = relation_attnum(r, fk->from_columns[i]);

		if (!c || !c->not_null)
			return false;
	}
	return true;
}

/* No column of its own, but it cannot be without a parent that has one. */
static bool by_parent(struct profile *p, const struct relation *r)
{
	struct relation_profile *rp = profile_at(p, r);

	for (size_t k = 0; k < r->nreferences && rp->tenancy < 0; k++) {
		const struct foreign_key *fk = r->references[k];
		const struct relation *to = catalog_relation(p->catalog, fk->to);
		const struct relation_profile *parent = to ? profile_at(p, to) : NULL;

		if (!parent || to == r || parent->tenancy < 0 || !all_not_null(r, fk) ||
		    to->oid == p->drafts.v[parent->tenancy].t.directory)
			continue;
		rp->tenancy = parent->tenancy;
		rp->tenant_by_parent = true;
		rp->tenant_key = fk;
		profile_add(p, profile_relation_key(p, "tenant_parent", r),
			    arena_printf(p->arena, "%s.%s", to->schema, to->name),
			    PROFILE_LEARNED, CONFIDENCE_LIKELY,
			    arena_printf(p->arena, "foreign key %s is NOT NULL", fk->name));
		return true;
	}
	return false;
}

static void override_column(struct profile *p, const struct relation *r)
{
	const char *name = profile_override(
		p, "relation", arena_printf(p->arena, "%s.%s", r->schema, r->name), "tenant");
	struct relation_profile *rp = profile_at(p, r);
	const struct column *c = name ? relation_column(r, name) : NULL;

	if (!name || (!c && strcmp(name, "none") != 0))
		return;
	rp->tenancy = -1;
	rp->tenant_attnum = 0;
	if (c && p->tenancies.len > 0)
		assign(p, r, 0, c->attnum);
}

static void tell(struct profile *p, const struct relation *r)
{
	const struct relation_profile *rp = profile_at(p, r);
	const struct column *c = relation_attnum(r, rp->tenant_attnum);
	const char *rel = arena_printf(p->arena, "%s.%s", r->schema, r->name);
	bool configured = profile_override(p, "relation", rel, "tenant") != NULL;
	const struct relation *view = NULL;
	bool proven = false, named;
	size_t n;
	const struct placed_fact *facts = profile_facts(p, r, &n);

	if (!c)
		return;
	for (size_t i = 0; i < n; i++) {
		proven |= facts[i].column == c && facts[i].policy;
		if (facts[i].column == c && !view)
			view = facts[i].view;
	}
	named = rp->tenancy >= 0 &&
		same(c->name, profile_tenancy(p, (size_t)rp->tenancy)->column);
	profile_add(p, profile_relation_key(p, "tenant", r), c->name,
		    configured ? PROFILE_CONFIGURED : PROFILE_LEARNED,
		    proven || view || configured ? CONFIDENCE_CERTAIN : CONFIDENCE_LIKELY,
		    configured ? "by the profile file"
		    : proven   ? "its policies compare it"
		    : view     ? arena_printf(p->arena, "the query of %s.%s compares it",
					      view->schema, view->name)
		    : named    ? "named and typed as in other relations; no policy of its own"
			       : "a foreign key from it to the tenants; no policy of its own");
}

void profile_assign_tenancies(struct profile *p)
{
	size_t n = catalog_relations(p->catalog);
	bool more = true;

	for (size_t i = 0; i < p->facts.len; i++) {
		for (size_t k = 0; k < p->tenancies.len; k++) {
			if (of_tenancy(&p->facts.v[i], &p->drafts.v[k]))
				assign(p, p->facts.v[i].relation, k,
				       p->facts.v[i].column->attnum);
		}
	}
	for (size_t i = 0; i < n; i++) {
		by_column(p, catalog_relation_at(p->catalog, i));
		by_directory(p, catalog_relation_at(p->catalog, i));
		override_column(p, catalog_relation_at(p->catalog, i));
	}
	while (more && p->tenancies.len > 0) {
		more = false;
		for (size_t i = 0; i < n; i++)
			more |= by_parent(p, catalog_relation_at(p->catalog, i));
	}
	for (size_t i = 0; i < n; i++)
		tell(p, catalog_relation_at(p->catalog, i));
	profile_assign_views(p);
}
