/* SPDX-License-Identifier: MIT */
/* The relation that lists the tenants, and what to call a tenant by. */
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "profile_priv.h"

enum { STEM = 80 };

struct vote {
	oid relation;
	const char *key;
	size_t n;
};

static bool single_key(const struct relation *r, int attnum)
{
	for (size_t i = 0; i < r->nindexes; i++) {
		const struct index *ix = &r->indexes[i];

		if (ix->unique && !ix->predicate && ix->nkeys == 1 && ix->columns[0] == attnum)
			return true;
	}
	return false;
}

/* What do foreign keys from the tenant column alone point at, mostly? */
static struct vote by_foreign_keys(const struct profile *p, const struct tenancy_draft *d)
{
	struct vote votes[8] = { { 0 } }, best = { 0 };

	for (size_t i = 0; i < catalog_relations(p->catalog); i++) {
		const struct relation *r = catalog_relation_at(p->catalog, i);
		const struct column *c = relation_column(r, d->t.column);

		for (size_t k = 0; c && k < r->nreferences; k++) {
			const struct foreign_key *fk = r->references[k];
			const struct relation *to = catalog_relation(p->catalog, fk->to);
			const struct column *key =
				to ? relation_attnum(to, fk->to_columns[0]) : NULL;

			if (fk->n != 1 || fk->from_columns[0] != c->attnum || !key)
				continue;
			for (size_t v = 0; v < ARRAY_SIZE(votes); v++) {
				if (votes[v].relation && votes[v].relation != fk->to)
					continue;
				votes[v].relation = fk->to;
				votes[v].key = key->name;
				votes[v].n++;
				break;
			}
		}
	}
	for (size_t v = 0; v < ARRAY_SIZE(votes); v++) {
		if (votes[v].n > best.n)
			best = votes[v];
	}
	return best;
}

/* A relation whose policy compares its own single key with the setting lists the tenants. */
static struct vote by_policy(const struct profile *p, const struct tenancy_draft *d)
{
	for (size_t i = 0; d->t.setting && i < p->facts.len; i++) {
		const struct placed_fact *f = &p->facts.v[i];

		if (!f->fact.setting || strcmp(f->fact.setting, d->t.setting) != 0 ||
		    (f->fact.path && d->t.claim_path &&
		     strcmp(f->fact.path, d->t.claim_path) != 0))
			continue;
		if (single_key(f->relation, f->column->attnum) &&
		    f->relation->nreferrers + (strcmp(f->column->name, "id") == 0) > 0)
			return (struct vote){ f->relation->oid, f->column->name, 1 };
	}
	return (struct vote){ 0 };
}

/* "tenant" fits tenant, tenants, tenancy_tenants, "company" companies, "org" organizations. */
static bool name_fits(const char *relation, const char *stem)
{
	char plural[STEM + 4];
	size_t len = strlen(stem);

	if (name_has_word(relation, stem))
		return true;
	snprintf(plural, sizeof plural, "%ss", stem);
	if (name_has_word(relation, plural))
		return true;
	if (len > 1 && stem[len - 1] == 'y') {
		snprintf(plural, sizeof plural, "%.*s%s", (int)len - 1, stem, "ies");
		return name_has_word(relation, plural);
	}
	return strcmp(stem, "org") == 0 && (name_has_word(relation, "organizations") ||
					    name_has_word(relation, "organisations") ||
					    name_has_word(relation, "organization"));
}

static struct vote by_name(const struct profile *p, const struct tenancy_draft *d)
{
	struct vote best = { 0 };
	size_t best_len = 0;
	char stem[STEM];

	name_stem(stem, sizeof stem, d->t.column);
	for (size_t i = 0; *stem && i < catalog_relations(p->catalog); i++) {
		const struct relation *r = catalog_relation_at(p->catalog, i);
		const struct index *key = relation_key(r);
		const struct column *c;
		size_t len = strlen(r->name);

		if (!key || key->nkeys != 1 || r->is_partition || !name_fits(r->name, stem))
			continue;
		c = relation_attnum(r, key->columns[0]);
		/* tenant_settings(tenant_id primary key) is no list of tenants: it has no name.
		 */
		if (!c ||
		    (c->base_type_oid != d->type_oid &&
		     !(integer_like(c) && type_is_integer(d->type_oid))) ||
		    (best.relation && len >= best_len))
			continue;
		if (len > strlen(stem) + 3 &&
		    !name_fits(strrchr(r->name, '_') ? strrchr(r->name, '_') + 1 : r->name,
			       stem))
			continue;
		best = (struct vote){ r->oid, c->name, 1 };
		best_len = len;
	}
	return best;
}

/* The first column of the list that is a text and not the key itself; a unique one wins for
 * the slug. */
static const char *pick(const struct relation *r, const char *key, const char *const *names,
			bool unique)
{
	for (; *names; names++) {
		for (size_t i = 0; i < r->ncolumns; i++) {
			const struct column *c = &r->columns[i];

			if (text_like(c) && name_has_word(c->name, *names) &&
			    strcmp(c->name, key) != 0 && column_sensitivity(r, c) == 0 &&
			    (!unique || single_key(r, c->attnum)))
				return c->name;
		}
	}
	return NULL;
}

/* A text that every one has, and no two the same, is what people tell them apart by, unless it
 * is what a program knows them by elsewhere. */
static const char *only_name(const struct relation *r, const char *label)
{
	static const char *const programs[] = { "id",	  "uid",  "token", "hash", "url",
						"secret", "uuid", "path",  NULL };

	for (size_t i = 0; i < r->ncolumns; i++) {
		const struct column *c = &r->columns[i];

		if (text_like(c) && c->not_null && !name_has_any(c->name, programs) &&
		    single_key(r, c->attnum) && column_sensitivity(r, c) == 0 &&
		    (!label || strcmp(c->name, label) != 0) &&
		    !index_has(relation_key(r), c->attnum))
			return c->name;
	}
	return NULL;
}

void tenancy_find_directory(struct profile *p, struct tenancy_draft *d)
{
	static const char *const labels[] = { "display_name", "displayname", "name",
					      "title",	      "label",	     "legal_name",
					      "trade_name",   NULL };
	static const char *const slugs[] = {
		"slug",	  "subdomain", "handle",    "code",	 "short_name", "identifier",
		"ident",  "alias",     "shortname", "permalink", "acronym",    "key",
		"domain", "hostname",  "reference", "username",	 "name",       NULL
	};
	struct vote vote = by_foreign_keys(p, d);
	const struct relation *r;
	const char *label, *slug;

	if (vote.n == 0)
		vote = by_policy(p, d);
	if (vote.n == 0)
		vote = by_name(p, d);
	r = vote.relation ? catalog_relation(p->catalog, vote.relation) : NULL;
	if (!r)
		return;
	d->t.directory = r->oid;
	d->t.directory_key = vote.key;
	label = pick(r, vote.key, labels, false);
	slug = pick(r, vote.key, slugs, true);
	if (!slug)
		slug = pick(r, vote.key,
			    (const char *const[]){ "slug", "subdomain", "handle", NULL },
			    false);
	if (!slug || (label && strcmp(slug, label) == 0))
		slug = only_name(r, label);
	d->t.label = label ? label : slug;
	d->t.slug = slug && d->t.label && strcmp(slug, d->t.label) != 0 ? slug : NULL;
}
