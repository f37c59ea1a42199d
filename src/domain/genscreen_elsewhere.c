/* SPDX-License-Identifier: MIT */
/*
 * genscreen_elsewhere.c - where a shipped screen's relation is not in the database: the one
 * that has here what it shows, under the screen's name.
 */
#include <string.h>

#include "base/attr.h"
#include "genscreen_priv.h"
#include "profile_priv.h"

static bool readable(const struct relation *r)
{
	return r && r->schema_usage && (r->rights & RIGHT_SELECT);
}

static struct screendef *instead(struct arena *a, const struct catalog *c,
				 const struct profile *p, const struct relation *r,
				 const struct screendef *of)
{
	struct screendef *def = genscreen_begin(a, p, r, SCREEN_GRID);

	def->name = arena_strdup(a, of->name);
	def->title = arena_strdup(a, of->title);
	def->group = of->group ? arena_strdup(a, of->group) : NULL;
	def->scope = SCOPE_NONE;
	def->stands_in = true;
	def->search = genscreen_search(a, def, r);
	genscreen_keys(a, def, c, r);
	return def;
}

/* The first tenancy whose directory this role may read. */
static const struct tenancy *directory_of(const struct catalog *c, const struct profile *p,
					  const struct relation **r)
{
	for (size_t i = 0; i < profile_tenancies(p); i++) {
		const struct tenancy *t = profile_tenancy(p, i);

		*r = t->directory && t->directory_key ? catalog_relation(c, t->directory)
						      : NULL;
		if (readable(*r))
			return t;
	}
	return NULL;
}

/* A schema for each tenant: the list that says which is whose, and Enter looks into it. */
static struct screendef *schemas(struct arena *a, const struct catalog *c,
				 const struct profile *p, const struct screendef *of)
{
	const char *name = profile_value(p, "tenant_schema_list");
	struct err ignored = ERR_INIT;
	const struct relation *r = name ? catalog_find(c, name, &ignored) : NULL;
	const struct column *column = r ? profile_schema_column(r) : NULL;
	struct screendef *def = NULL;

	err_release(&ignored);
	if (column && readable(r)) {
		def = instead(a, c, p, r, of);
		def->enter = arena_printf(a, "tenant {%s}", column->name);
	}
	return def;
}

static struct screendef *tenants(struct arena *a, const struct catalog *c,
				 const struct profile *p, const struct screendef *of)
{
	const struct relation *r;
	const struct tenancy *t = directory_of(c, p, &r);
	struct screendef *def;

	if (!t)
		return schemas(a, c, p, of);
	def = instead(a, c, p, r, of);
	def->order = t->slug ? arena_strdup(a, t->slug) : NULL; /* unique, so an index has it */
	def->enter = arena_printf(a, "tenant {%s}", t->slug ? t->slug : t->directory_key);
	return def;
}

/* What tools keep of the migrations they applied, by their public documentation. */
static struct screendef *migrations(struct arena *a, const struct catalog *c,
				    const struct profile *p, const struct screendef *of)
{
	static const char *const names[] = {
		"django_migrations",
		"schema_migrations",
		"flyway_schema_history",
		"_prisma_migrations",
		"alembic_version",
		"knex_migrations",
		"__EFMigrationsHistory",
		"goose_db_version",
		"databasechangelog",
		"SequelizeMeta",
		"mikro_orm_migrations",
		"__drizzle_migrations",
		"_sqlx_migrations",
		"atlas_schema_revisions",
		"__diesel_schema_migrations",
		"pgmigrations",
		"migrations",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct relation *r = catalog_named(c, "public", names[i]);

		for (size_t k = 0; !r && k < catalog_relations(c); k++)
			if (strcmp(catalog_relation_at(c, k)->name, names[i]) == 0)
				r = catalog_relation_at(c, k);
		if (readable(r) && r->kind == RELATION_TABLE && !r->extension)
			return instead(a, c, p, r, of);
	}
	return NULL;
}

const struct screendef *genscreen_elsewhere(struct arena *a, const struct catalog *c,
					    const struct profile *p, const struct screendef *of)
{
	switch (of->elsewhere) {
	case ELSEWHERE_NOTHING:
		break;
	case ELSEWHERE_TENANTS:
		return tenants(a, c, p, of);
	case ELSEWHERE_MIGRATIONS:
		return migrations(a, c, p, of);
	}
	return NULL;
}
