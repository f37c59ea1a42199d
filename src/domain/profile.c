/* SPDX-License-Identifier: MIT */
#include "domain/profile.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "profile_priv.h"

void profile_add(struct profile *p, const char *key, const char *value, enum profile_how how,
		 enum confidence confidence, const char *evidence)
{
	if (!map_has(p->by_key, key))
		map_set(p->by_key, key, (void *)(uintptr_t)(p->items.len + 1));
	*VEC_PUSH(&p->items) = (struct profile_item){
		.key = key,
		.value = value,
		.how = how,
		.confidence = confidence,
		.evidence = evidence,
	};
}

struct relation_profile *profile_at(struct profile *p, const struct relation *r)
{
	return &p->relations[r - catalog_relation_at(p->catalog, 0)];
}

const char *profile_relation_key(struct profile *p, const char *prefix,
				 const struct relation *r)
{
	return arena_printf(p->arena, "%s:%s.%s", prefix, r->schema, r->name);
}

/* A role to SET so that the policies apply at all: claims are only looked at for it. */
static const char *impersonate(const struct profile *p, const struct tenancy_draft *d)
{
	const struct role *me = catalog_role(p->catalog, catalog_current_role(p->catalog));
	const char *only = NULL;
	const struct role *role;

	for (size_t i = 0; i < p->facts.len; i++) {
		const struct placed_fact *f = &p->facts.v[i];
		const char *const *roles = f->policy ? f->policy->roles : NULL;

		if (!roles || !f->fact.setting || !d->t.setting ||
		    strcmp(f->fact.setting, d->t.setting) != 0)
			continue;
		if (!roles[0] || roles[1] || strcmp(roles[0], "public") == 0 ||
		    (only && strcmp(only, roles[0]) != 0))
			return NULL;
		only = roles[0];
	}
	role = only ? catalog_role(p->catalog, only) : NULL;
	if (!role || !me)
		return NULL;
	if (d->t.claim_path)
		return only;
	return !catalog_inherits(p->catalog, me->oid, role->oid) &&
			       catalog_can_set(p->catalog, me->oid, role->oid)
		       ? only
		       : NULL;
}

static void tell_part(struct profile *p, const struct tenancy_draft *d, const char *key,
		      const char *value, const char *evidence)
{
	if (value)
		profile_add(p, key, value, d->how, d->confidence, evidence);
}

static void tell_tenancy(struct profile *p, const struct tenancy_draft *d)
{
	const struct relation *dir = catalog_relation(p->catalog, d->t.directory);
	const char *missing = NULL;

	tell_part(p, d, "tenant_column", d->t.column, d->evidence);
	tell_part(p, d, "tenant_type", d->t.type, "the column's type");
	tell_part(p, d, "tenant_setting", d->t.setting,
		  d->function ? arena_printf(p->arena, "read by %s", d->function)
		  : d->how == PROFILE_CONFIGURED && d->membership ? "by the profile file"
		  : d->by_default
			  ? "read by the column's default; the scope is a filter of souk"
		  : d->views && d->policies == 0 ? "read by the views"
						 : "read by the policies");
	if (d->t.setting)
		missing = NULL;
	else if (d->membership)
		missing = "policies decide by rows of another relation: there is no setting to "
			  "put a tenant into, the scope is a filter";
	else if (d->t.by_login)
		missing =
			"policies compare it with the name of the role: the scope is SET ROLE "
			"to it";
	else
		missing = "no policy compares the column with a setting: the scope is a filter "
			  "of souk, not the server's";
	if (missing)
		profile_add(p, "tenant_setting", "", PROFILE_DEFAULT, CONFIDENCE_CANDIDATE,
			    missing);
	tell_part(p, d, "tenant_claim", d->t.claim_path,
		  "the place of the tenant in the claims");
	tell_part(p, d, "tenant_cast", d->t.cast, "what the setting is cast to");
	tell_part(p, d, "tenant_role", d->t.impersonate,
		  "the only role that the policies are for");
	if (dir) {
		tell_part(p, d, "tenant_directory",
			  arena_printf(p->arena, "%s.%s", dir->schema, dir->name),
			  arena_printf(p->arena, "its key %s is what %s refers to",
				       d->t.directory_key, d->t.column));
		tell_part(p, d, "tenant_label", d->t.label,
			  "the first column that names a tenant");
		tell_part(p, d, "tenant_slug", d->t.slug, "a short unique name");
	} else {
		profile_add(p, "tenant_directory", "", PROFILE_DEFAULT, CONFIDENCE_CANDIDATE,
			    "no relation lists the tenants: they are known by their ids");
	}
}

static void tell_tenancies(struct profile *p)
{
	for (size_t i = 0; i < p->drafts.len; i++) {
		struct tenancy_draft *d = &p->drafts.v[i];

		if (p->no_tenancy)
			d->confidence = CONFIDENCE_CANDIDATE;
		if (d->confidence == CONFIDENCE_CANDIDATE)
			continue;
		if (!d->t.impersonate)
			d->t.impersonate = impersonate(p, d);
		*VEC_PUSH(&p->tenancies) = d->t;
		tell_tenancy(p, d);
	}
	if (p->no_tenancy)
		profile_add(p, "tenant_column", "", PROFILE_CONFIGURED, CONFIDENCE_CERTAIN,
			    "none, by the profile file: everything works unscoped");
	else if (p->tenancies.len == 0)
		profile_add(
			p, "tenant_column", "", PROFILE_DEFAULT, CONFIDENCE_LIKELY,
			p->schemas.len
				? "no column tells whose a record is: the schema does"
				: "no column is compared with a setting or shared as a tenant "
				  "would be: everything works unscoped");
	for (size_t i = 0; i < p->drafts.len; i++) {
		if (p->drafts.v[i].confidence == CONFIDENCE_CANDIDATE)
			profile_add(p, "tenant_column", p->drafts.v[i].t.column,
				    PROFILE_LEARNED, CONFIDENCE_CANDIDATE,
				    p->drafts.v[i].evidence);
	}
}

/* Where an extension put its view, for the queries that name it as a variable. */
static void tell_statements(struct profile *p)
{
	const char *schema = NULL;

	for (size_t i = 0; i < catalog_relations(p->catalog); i++) {
		const struct relation *r = catalog_relation_at(p->catalog, i);

		if (r->extension && strcmp(r->extension, "pg_stat_statements") == 0 &&
		    strcmp(r->name, "pg_stat_statements") == 0)
			schema = r->schema;
	}
	if (schema)
		profile_add(p, "statements_schema", schema, PROFILE_LEARNED, CONFIDENCE_CERTAIN,
			    "the schema of pg_stat_statements");
	else
		profile_add(
			p, "statements_schema", "", PROFILE_DEFAULT, CONFIDENCE_CERTAIN,
			"the extension pg_stat_statements is not installed in this database");
}

static struct profile *learn(const struct catalog *c, const char *file, const char *host,
			     bool persons, struct err *err)
{
	struct profile *p = xcalloc(1, sizeof *p);
	size_t n = catalog_relations(c);

	p->persons = persons;
	p->shares = 1;
	p->arena = arena_new();
	p->catalog = catalog_ref(c);
	p->host = host && *host && *host != '/' && *host != '@' ? host : NULL;
	p->by_key = map_new(NULL);
	p->parsed = map_new(NULL);
	p->relations = arena_array(p->arena, n + 1, sizeof *p->relations);
	for (size_t i = 0; i < n; i++)
		p->relations[i] = (struct relation_profile){
			.relation = catalog_relation_at(c, i)->oid,
			.tenancy = -1,
		};
	if (!profile_file_load(p, file, err))
		goto failed;
	profile_collect_facts(p);
	profile_collect_views(p);
	profile_drop_shares(p);
	profile_find_tenancies(p);
	if (!profile_file_check(p, err))
		goto failed;
	profile_find_schemas(p);
	tell_tenancies(p);
	tell_statements(p);
	profile_find_roles(p);
	profile_find_audit(p);
	profile_find_environment(p);
	profile_assign_tenancies(p);
	profile_find_guards(p);
	profile_file_leftovers(p);
	p->host = NULL; /* the caller's */
	map_free(&p->parsed);
	VEC_RELEASE(&p->facts);
	VEC_RELEASE(&p->views);
	VEC_RELEASE(&p->drafts);
	return p;
failed:
	profile_free(&p);
	return NULL;
}

struct profile *profile_learn(const struct catalog *c, const char *file, const char *host,
			      struct err *err)
{
	struct profile *p = learn(c, file, host, false, err);
	struct err ignored = ERR_INIT;

	/* The file may have changed since it was read: then there is none such. */
	if (p && p->has_persons && !p->no_tenancy && !p->schemas.len)
		p->of_persons = learn(c, file, host, true, &ignored);
	err_release(&ignored);
	return p;
}

const struct profile *profile_isolation(const struct profile *p)
{
	return p->of_persons ? p->of_persons : p;
}

struct profile *profile_ref(const struct profile *p)
{
	struct profile *shared = (struct profile *)(uintptr_t)p;

	shared->shares++;
	return shared;
}

void profile_free(struct profile **pp)
{
	struct profile *p = *pp;
	struct catalog *c;

	*pp = NULL;
	if (!p || --p->shares > 0)
		return;
	/* The share that profile_learn took. */
	c = (struct catalog *)(uintptr_t)p->catalog;
	catalog_free(&c);
	profile_free(&p->of_persons);
	VEC_RELEASE(&p->items);
	VEC_RELEASE(&p->tenancies);
	VEC_RELEASE(&p->schemas);
	VEC_RELEASE(&p->overrides);
	VEC_RELEASE(&p->facts);
	VEC_RELEASE(&p->views);
	VEC_RELEASE(&p->drafts);
	map_free(&p->by_key);
	map_free(&p->parsed);
	arena_free(&p->arena);
	free(p);
}

size_t profile_items(const struct profile *p)
{
	return p->items.len;
}

const struct profile_item *profile_item_at(const struct profile *p, size_t i)
{
	return &p->items.v[i];
}

const char *profile_value(const struct profile *p, const char *key)
{
	size_t at = (size_t)(uintptr_t)map_get(p->by_key, key);
	const char *value = at > 0 ? p->items.v[at - 1].value : NULL;

	return value && *value ? value : NULL;
}

const char *profile_configured(const struct profile *p, const char *section, const char *arg,
			       const char *key)
{
	return profile_override(p, section, arg, key);
}

size_t profile_tenancies(const struct profile *p)
{
	return p->tenancies.len;
}

const struct tenancy *profile_tenancy(const struct profile *p, size_t i)
{
	return &p->tenancies.v[i];
}

const struct relation_profile *profile_relation(const struct profile *p, oid relation)
{
	/* A screen may still hold a relation that is gone from the newest snapshot. */
	static const struct relation_profile unknown = { .tenancy = -1, .guard = GUARD_NONE };
	const struct relation *r = catalog_relation(p->catalog, relation);

	if (!r)
		return &unknown;
	return &p->relations[r - catalog_relation_at(p->catalog, 0)];
}

const char *const *profile_application_roles(const struct profile *p)
{
	return p->application_roles;
}

oid profile_audit(const struct profile *p)
{
	return p->audit;
}

const char *profile_environment(const struct profile *p)
{
	return p->environment;
}
