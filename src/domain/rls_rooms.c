/* SPDX-License-Identifier: MIT */
/*
 * Tenants' schemas, and who is at home in which.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "rls_rooms.h"

/* ---- schemas ---- */

/* How much all names begin with, up to a "_" or a digit. */
static size_t common_beginning(const struct rooms *x)
{
	size_t n = x->n > 1 ? strlen(x->v[0].name) : 0;

	for (size_t i = 1; i < x->n; i++)
		while (n && strncmp(x->v[0].name, x->v[i].name, n) != 0)
			n--;
	while (n && isalnum((unsigned char)x->v[0].name[n - 1]) &&
	       !(isalpha((unsigned char)x->v[0].name[n - 1]) &&
		 isdigit((unsigned char)x->v[0].name[n])))
		n--;
	return n;
}

static const struct schema *schema_named(const struct catalog *c, const char *name)
{
	for (size_t i = 0; i < catalog_schemas(c); i++)
		if (strcmp(catalog_schema_at(c, i)->name, name) == 0)
			return catalog_schema_at(c, i);
	return NULL;
}

static void find_rooms(struct rooms *x)
{
	const struct catalog *c = x->j->catalog;
	const struct profile *p = x->j->in->profile;
	size_t n, at = 0;

	x->v = arena_array(x->j->arena, profile_tenant_schemas(p) + 1, sizeof *x->v);
	for (size_t i = 0; i < profile_tenant_schemas(p); i++) {
		const char *name = profile_tenant_schema(p, i);
		struct room room = { .schema = schema_named(c, name), .name = name };

		while (at < catalog_relations(c) &&
		       strcmp(catalog_relation_at(c, at)->schema, name) != 0)
			at++;
		room.from = at;
		while (at < catalog_relations(c) &&
		       strcmp(catalog_relation_at(c, at)->schema, name) == 0)
			at++;
		room.to = at;
		if (room.schema)
			x->v[x->n++] = room;
	}
	n = common_beginning(x);
	for (size_t i = 0; i < x->n; i++)
		x->v[i].tenant = x->v[i].name + n;
}

static int by_name(const void *name, const void *room)
{
	return strcmp(name, ((const struct room *)room)->name);
}

/* They are in the profile's order. */
const struct room *room_named(const struct rooms *x, const char *name)
{
	return x->n ? bsearch(name, x->v, x->n, sizeof *x->v, by_name) : NULL;
}

/* ---- who is at home where ---- */

bool dweller_is(const struct dweller *d, size_t n, oid role)
{
	for (size_t i = 0; i < n; i++)
		if (d->is[i] == role)
			return true;
	return false;
}

/* Memberships are gone through once a role, and not once for each right: there may be a thousand
 * of both. */
void dweller_selves(const struct rooms *x, struct dweller *d)
{
	const struct catalog *c = x->j->catalog;

	d->is = arena_array(x->j->arena, catalog_memberships(c) + 1, sizeof *d->is);
	d->is[d->all++] = d->role->oid;
	for (int pass = 0; pass < 2; pass++) {
		for (size_t at = 0; at < d->all; at++)
			for (size_t i = 0; i < catalog_memberships(c); i++) {
				const struct membership *m = catalog_membership_at(c, i);

				if (m->member == d->is[at] && (pass ? m->set : m->inherit) &&
				    !dweller_is(d, d->all, m->role))
					d->is[d->all++] = m->role;
			}
		d->inherits = pass ? d->inherits : d->all;
	}
}

bool dweller_enters(const struct dweller *d, const struct room *room, int right)
{
	const struct schema *s = room->schema;

	if (dweller_is(d, d->inherits, s->owner_oid))
		return true;
	for (size_t i = 0; s->acl && i < s->acl->n; i++)
		if (s->acl->v[i].rights & right &&
		    (!s->acl->v[i].grantee || dweller_is(d, d->inherits, s->acl->v[i].grantee)))
			return true;
	return false;
}

const struct relation *dweller_reaches(const struct judge *j, const struct dweller *d,
				      const struct room *room)
{
	const struct relation *found = NULL;

	for (size_t i = room->from; dweller_enters(d, room, SCHEMA_USAGE) && i < room->to; i++) {
		const struct relation *r = catalog_relation_at(j->catalog, i);
		int rights = r->extension ? 0 : catalog_rights(j->catalog, d->role->oid, r);

		if (rights & RIGHT_SELECT)
			return r;
		found = rights && !found ? r : found;
	}
	return found;
}

/* Letters or digits do not go on there. */
static bool ends_word(char in, char out)
{
	return !isalnum((unsigned char)out) ||
	       !isdigit((unsigned char)in) != !isdigit((unsigned char)out);
}

static bool has_name(const char *name, const char *part)
{
	size_t n = strlen(part);

	for (const char *s = name; n && *s; s++)
		if (strncasecmp(s, part, n) == 0 && (s == name || ends_word(*s, s[-1])) &&
		    ends_word(s[n - 1], s[n]))
			return true;
	return false;
}

/* The schema of the longest name in the role's; two of the same length: none. */
static const struct room *home_by_name(const struct rooms *x, const struct dweller *d)
{
	const struct room *best = NULL;
	size_t most = 0;

	for (size_t i = 0; i < x->n; i++) {
		size_t n = strlen(x->v[i].tenant);

		if (n < most || !has_name(d->role->name, x->v[i].tenant) ||
		    !dweller_enters(d, &x->v[i], SCHEMA_USAGE))
			continue;
		best = n == most ? NULL : &x->v[i];
		most = n;
	}
	return best;
}

static const struct room *home_by_path(const struct rooms *x, const struct dweller *d)
{
	for (const char *const *c = d->role->config; c && *c; c++) {
		const char *s = *c + 12;

		if (strncmp(*c, "search_path=", 12) != 0)
			continue;
		while (*s) {
			size_t n;
			const struct room *room;

			s += strspn(s, " ,\"");
			n = strcspn(s, ",\"");
			room = room_named(x, arena_strndup(x->j->arena, s, n));
			if (room && dweller_enters(d, room, SCHEMA_USAGE))
				return room;
			s += n;
		}
	}
	return NULL;
}

/* It owns this schema, and none of the others. */
static const struct room *home_by_owner(const struct rooms *x, const struct dweller *d)
{
	const struct room *only = NULL;

	for (size_t i = 0; i < x->n; i++) {
		if (x->v[i].schema->owner_oid != d->role->oid)
			continue;
		if (only)
			return NULL;
		only = &x->v[i];
	}
	return only;
}

/* It enters by what was granted to it: where everybody may come nobody is at home. */
static bool enters_itself(const struct dweller *d, const struct room *room)
{
	const struct schema *s = room->schema;

	if (dweller_is(d, d->inherits, s->owner_oid))
		return true;
	for (size_t i = 0; s->acl && i < s->acl->n; i++)
		if (s->acl->v[i].rights & SCHEMA_USAGE && s->acl->v[i].grantee &&
		    dweller_is(d, d->inherits, s->acl->v[i].grantee))
			return true;
	return false;
}

/* How much it may do there. */
static size_t weight(const struct rooms *x, const struct dweller *d, const struct room *room)
{
	size_t n = 0;

	for (size_t i = room->from; enters_itself(d, room) && i < room->to; i++) {
		const struct relation *r = catalog_relation_at(x->j->catalog, i);

		for (int rights = r->extension ? 0
					       : catalog_rights(x->j->catalog, d->role->oid, r);
		     rights; rights &= rights - 1)
			n++;
	}
	return n;
}

/* Where it may do more than anywhere else, if it has to do with a few schemas only: who reaches
 * many of them works for all. */
static const struct room *home_by_rights(const struct rooms *x, const struct dweller *d)
{
	const struct room *best = NULL;
	size_t most = 0, second = 0, reached = 0;

	for (size_t i = 0; i < x->n; i++) {
		size_t n = weight(x, d, &x->v[i]);

		reached += n > 0;
		if (n > most) {
			second = most;
			most = n;
			best = &x->v[i];
		} else if (n > second) {
			second = n;
		}
	}
	return most >= second * 2 && (reached <= 2 || reached * 2 <= x->n) ? best : NULL;
}

/* A group is at home only by its name: it may be everybody's. */
static const struct room *find_home(const struct rooms *x, const struct dweller *d)
{
	const struct room *home = home_by_name(x, d);

	if (home || !d->role->login)
		return home;
	home = home_by_path(x, d);
	home = home ? home : home_by_owner(x, d);
	return home ? home : home_by_rights(x, d);
}

static bool has_members(const struct judge *j, const struct role *role)
{
	for (size_t i = 0; i < catalog_memberships(j->catalog); i++)
		if (catalog_membership_at(j->catalog, i)->role == role->oid)
			return true;
	return false;
}

static void settle(struct rooms *x, const struct dweller *d, bool *used)
{
	x->dwellers[x->ndwellers++] = *d;
	if (d->role->login && !used[d->home - x->v]) {
		used[d->home - x->v] = true;
		x->homes++;
	}
}

/* Of two schemas that it reaches, the one that is nobody's else. */
static const struct room *home_by_lack(const struct rooms *x, const struct dweller *d,
				       const bool *used)
{
	const struct room *lacking = NULL;
	size_t reached = 0, lack = 0;

	for (size_t i = 0; i < x->n; i++) {
		if (!weight(x, d, &x->v[i]))
			continue;
		reached++;
		lack += !used[i];
		lacking = used[i] ? lacking : &x->v[i];
	}
	return d->role->login && reached == 2 && x->n > 2 && lack == 1 ? lacking : NULL;
}

static void find_dwellers(struct rooms *x)
{
	const struct catalog *c = x->j->catalog;
	bool *used = arena_array(x->j->arena, x->n, sizeof *used);
	struct dweller *homeless = arena_array(x->j->arena, catalog_roles(c) + 1,
					       sizeof *homeless);
	size_t n = 0;

	x->dwellers = arena_array(x->j->arena, catalog_roles(c) + 1, sizeof *x->dwellers);
	for (size_t i = 0; i < x->n; i++)
		used[i] = false;
	for (size_t i = 0; i < catalog_roles(c); i++) {
		const struct role *r = catalog_role_at(c, i);
		struct dweller d = { .role = r, .comes = r->login || has_members(x->j, r) };

		if (r->superuser || strncmp(r->name, "pg_", 3) == 0)
			continue;
		dweller_selves(x, &d);
		d.home = find_home(x, &d);
		if (d.home)
			settle(x, &d, used);
		else
			homeless[n++] = d;
	}
	for (size_t i = 0; i < n; i++) {
		homeless[i].home = home_by_lack(x, &homeless[i], used);
		if (homeless[i].home)
			settle(x, &homeless[i], used);
	}
}

const struct dweller *dweller_of(const struct rooms *x, oid role)
{
	for (size_t i = 0; i < x->ndwellers; i++)
		if (x->dwellers[i].role->oid == role)
			return &x->dwellers[i];
	return NULL;
}

const struct rooms *judge_rooms(struct judge *j)
{
	if (!j->rooms) {
		struct rooms *x = arena_alloc(j->arena, sizeof *x);

		*x = (struct rooms){ .j = j };
		find_rooms(x);
		if (x->n)
			find_dwellers(x);
		j->rooms = x;
	}
	return j->rooms->homes > 1 ? j->rooms : NULL;
}

bool judge_has_home(struct judge *j, const struct role *role)
{
	const struct rooms *x = judge_rooms(j);

	return x && dweller_of(x, role->oid);
}
