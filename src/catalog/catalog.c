/* SPDX-License-Identifier: MIT */
#include "catalog/catalog.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "catalog_priv.h"

/* A share is counted in the snapshot itself; nothing else of it ever changes. */
struct catalog *catalog_ref(const struct catalog *c)
{
	struct catalog *shared = (struct catalog *)(uintptr_t)c;

	shared->shares++;
	return shared;
}

void catalog_free(struct catalog **c)
{
	if (!*c)
		return;
	if (--(*c)->shares == 0) {
		arena_free(&(*c)->arena);
		free(*c);
	}
	*c = NULL;
}

int catalog_server_version(const struct catalog *c)
{
	return c->version;
}

const char *catalog_database(const struct catalog *c)
{
	return c->database;
}

const char *const *catalog_search_path(const struct catalog *c)
{
	return c->search_path;
}

const char *catalog_current_role(const struct catalog *c)
{
	return c->current_role;
}

const char *catalog_session_role(const struct catalog *c)
{
	return c->session_role;
}

const char *catalog_system_identifier(const struct catalog *c)
{
	return c->system_identifier;
}

int catalog_timeline(const struct catalog *c)
{
	return c->timeline;
}

bool catalog_in_recovery(const struct catalog *c)
{
	return c->in_recovery;
}

bool catalog_sees_all_stats(const struct catalog *c)
{
	return c->all_stats;
}

int64_t catalog_taken_us(const struct catalog *c)
{
	return c->taken_us;
}

size_t catalog_bytes(const struct catalog *c)
{
	return sizeof *c + arena_bytes(c->arena);
}

const char *const *catalog_unreadable(const struct catalog *c)
{
	return c->unreadable;
}

size_t catalog_relations(const struct catalog *c)
{
	return c->nrelations;
}

const struct relation *catalog_relation_at(const struct catalog *c, size_t i)
{
	return &c->relations[i];
}

struct relation *catalog_relation_rw(const struct catalog *c, oid wanted)
{
	size_t lo = 0, hi = c->nrelations;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (c->by_oid[mid]->oid < wanted)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < c->nrelations && c->by_oid[lo]->oid == wanted ? c->by_oid[lo] : NULL;
}

const struct relation *catalog_relation(const struct catalog *c, oid wanted)
{
	return catalog_relation_rw(c, wanted);
}

size_t catalog_schemas(const struct catalog *c)
{
	return c->nschemas;
}

const struct schema *catalog_schema_at(const struct catalog *c, size_t i)
{
	return &c->schemas[i];
}

size_t catalog_roles(const struct catalog *c)
{
	return c->nroles;
}

const struct role *catalog_role_at(const struct catalog *c, size_t i)
{
	return &c->roles[i];
}

const struct role *catalog_role(const struct catalog *c, const char *name)
{
	for (size_t i = 0; i < c->nroles; i++) {
		if (strcmp(c->roles[i].name, name) == 0)
			return &c->roles[i];
	}
	return NULL;
}

size_t catalog_memberships(const struct catalog *c)
{
	return c->nmemberships;
}

const struct membership *catalog_membership_at(const struct catalog *c, size_t i)
{
	return &c->memberships[i];
}

size_t catalog_functions(const struct catalog *c)
{
	return c->nfunctions;
}

const struct function *catalog_function_at(const struct catalog *c, size_t i)
{
	return &c->functions[i];
}

const struct function *catalog_function(const struct catalog *c, oid wanted)
{
	size_t lo = 0, hi = c->nfunctions;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (c->functions[mid].oid < wanted)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < c->nfunctions && c->functions[lo].oid == wanted ? &c->functions[lo] : NULL;
}

size_t catalog_publications(const struct catalog *c)
{
	return c->npublications;
}

const struct publication *catalog_publication_at(const struct catalog *c, size_t i)
{
	return &c->publications[i];
}

size_t catalog_settings(const struct catalog *c)
{
	return c->nsettings;
}

const struct setting *catalog_setting_at(const struct catalog *c, size_t i)
{
	return &c->settings[i];
}

const char *catalog_extension(const struct catalog *c, const char *name)
{
	for (size_t i = 0; i < c->nextensions; i++) {
		if (strcmp(c->extensions[i].name, name) == 0)
			return c->extensions[i].version;
	}
	return NULL;
}
