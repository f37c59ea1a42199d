/* SPDX-License-Identifier: MIT */
/* What any role may do, computed from the snapshot as the server does it for the current one.
 */
#include <string.h>

#include "catalog_priv.h"

enum by { BY_INHERIT, BY_SET };

const struct role *catalog_role_oid(const struct catalog *c, oid wanted)
{
	size_t lo = 0, hi = c->nroles;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (c->roles[mid].oid < wanted)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < c->nroles && c->roles[lo].oid == wanted ? &c->roles[lo] : NULL;
}

enum { MAX_CHAIN = 64 };

/* Memberships form no cycles (the server refuses them); the depth is a belt. */
static bool member_of(const struct catalog *c, oid member, oid role, enum by by, int depth)
{
	if (member == role)
		return true;
	if (depth > MAX_CHAIN)
		return false;
	for (size_t i = 0; i < c->nmemberships; i++) {
		const struct membership *m = &c->memberships[i];

		if (m->member == member && (by == BY_INHERIT ? m->inherit : m->set) &&
		    member_of(c, m->role, role, by, depth + 1))
			return true;
	}
	return false;
}

bool catalog_inherits(const struct catalog *c, oid member, oid role)
{
	const struct role *r = catalog_role_oid(c, member);

	return (r && r->superuser) || member_of(c, member, role, BY_INHERIT, 0);
}

bool catalog_can_set(const struct catalog *c, oid member, oid role)
{
	const struct role *r = catalog_role_oid(c, member);

	return (r && r->superuser) || member_of(c, member, role, BY_SET, 0);
}

static int acl_rights(const struct catalog *c, oid role, oid owner, const struct acl *acl,
		      int default_owner)
{
	int rights = 0;

	if (!acl)
		return member_of(c, role, owner, BY_INHERIT, 0) ? default_owner : 0;
	for (size_t i = 0; i < acl->n; i++) {
		if (acl->v[i].grantee == 0 ||
		    member_of(c, role, acl->v[i].grantee, BY_INHERIT, 0))
			rights |= acl->v[i].rights;
	}
	return rights;
}

static bool has_predefined(const struct catalog *c, oid role, const char *name)
{
	const struct role *r = catalog_role(c, name);

	return r && member_of(c, role, r->oid, BY_INHERIT, 0);
}

enum { ALL_TABLE = 127, ALL_SCHEMA = SCHEMA_USAGE | SCHEMA_CREATE };

static bool superuser(const struct catalog *c, oid role)
{
	const struct role *r = catalog_role_oid(c, role);

	return r && r->superuser;
}

/* pg_read_all_data, pg_write_all_data: USAGE on every schema, and the rights of their names. */
static int predefined_rights(const struct catalog *c, oid role)
{
	int rights = 0;

	if (has_predefined(c, role, "pg_read_all_data"))
		rights |= RIGHT_SELECT | SCHEMA_USAGE;
	if (has_predefined(c, role, "pg_write_all_data"))
		rights |= RIGHT_INSERT | RIGHT_UPDATE | RIGHT_DELETE | SCHEMA_USAGE;
	return rights;
}

static bool schema_open(const struct catalog *c, oid role, oid schema)
{
	for (size_t i = 0; i < c->nschemas; i++) {
		const struct schema *s = &c->schemas[i];

		if (s->oid == schema)
			return (acl_rights(c, role, s->owner_oid, s->acl, ALL_SCHEMA) |
				predefined_rights(c, role)) &
			       SCHEMA_USAGE;
	}
	return false;
}

bool catalog_may_create(const struct catalog *c, oid role, const char *schema)
{
	for (size_t i = 0; i < c->nschemas; i++) {
		const struct schema *s = &c->schemas[i];

		if (strcmp(s->name, schema) == 0)
			return acl_rights(c, role, s->owner_oid, s->acl, ALL_SCHEMA) &
			       SCHEMA_CREATE;
	}
	return false;
}

static int table_rights(const struct catalog *c, oid role, const struct relation *r)
{
	return (acl_rights(c, role, r->owner_oid, r->acl, ALL_TABLE) |
		predefined_rights(c, role)) &
	       ALL_TABLE;
}

int catalog_rights(const struct catalog *c, oid role, const struct relation *r)
{
	int rights;

	if (superuser(c, role))
		return ALL_TABLE;
	if (!schema_open(c, role, r->schema_oid))
		return 0;
	rights = table_rights(c, role, r);
	for (size_t i = 0; i < r->ncolumns; i++) {
		if (r->columns[i].acl)
			rights |= acl_rights(c, role, 0, r->columns[i].acl, 0);
	}
	return rights & ALL_TABLE;
}

int catalog_column_rights(const struct catalog *c, oid role, const struct relation *r,
			  const struct column *column)
{
	const int all = RIGHT_SELECT | RIGHT_INSERT | RIGHT_UPDATE | RIGHT_REFERENCES;
	int rights;

	if (superuser(c, role))
		return all;
	if (!schema_open(c, role, r->schema_oid))
		return 0;
	rights = table_rights(c, role, r);
	if (column->acl)
		rights |= acl_rights(c, role, 0, column->acl, 0);
	return rights & all;
}

bool catalog_bound(const struct catalog *c, oid role, const struct relation *r)
{
	const struct role *who = catalog_role_oid(c, role);

	if (!r->rls || !who || who->superuser || who->bypassrls)
		return false;
	return r->rls_forced || !member_of(c, role, r->owner_oid, BY_INHERIT, 0);
}

bool catalog_may_execute(const struct catalog *c, oid role, const struct function *f)
{
	if (superuser(c, role) || !f->acl)
		return true;
	return acl_rights(c, role, f->owner_oid, f->acl, FUNCTION_EXECUTE) & FUNCTION_EXECUTE;
}

bool catalog_may_call(const struct catalog *c, oid role, const struct function *f)
{
	if (superuser(c, role))
		return true;
	for (size_t i = 0; i < c->nschemas; i++)
		if (strcmp(c->schemas[i].name, f->schema) == 0)
			return schema_open(c, role, c->schemas[i].oid) &&
			       catalog_may_execute(c, role, f);
	return catalog_may_execute(c, role, f);
}
