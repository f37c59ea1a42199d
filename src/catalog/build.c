/* SPDX-License-Identifier: MIT */
#include "catalog/build.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "catalog_priv.h"

static const char *const part_queries[CATALOG_PARTS] = {
	[CATALOG_SERVER] = "catalog_server",
	[CATALOG_ROLES] = "catalog_roles",
	[CATALOG_MEMBERSHIPS] = "catalog_memberships",
	[CATALOG_ACLS] = "catalog_acls",
	[CATALOG_SCHEMAS] = "catalog_schemas",
	[CATALOG_COLLATIONS] = "catalog_collations",
	[CATALOG_CHOICES] = "catalog_choices",
	[CATALOG_TYPES] = "catalog_types",
	[CATALOG_COMMENTS] = "catalog_comments",
	[CATALOG_RELATIONS] = "catalog_relations",
	[CATALOG_PARENTS] = "catalog_parents",
	[CATALOG_READS] = "catalog_reads",
	[CATALOG_VIEWS] = "catalog_views",
	[CATALOG_CONSTRAINTS] = "catalog_constraints",
	[CATALOG_COLUMN_ACLS] = "catalog_column_acls",
	[CATALOG_COLUMNS] = "catalog_columns",
	[CATALOG_INDEXES] = "catalog_indexes",
	[CATALOG_POLICIES] = "catalog_policies",
	[CATALOG_FUNCTIONS] = "catalog_functions",
	[CATALOG_TRIGGERS] = "catalog_triggers",
	[CATALOG_PUBLICATIONS] = "catalog_publications",
	[CATALOG_SETTINGS] = "catalog_settings",
	[CATALOG_EXTENSIONS] = "catalog_extensions",
};

const char *catalog_part_query(enum catalog_part part)
{
	return part_queries[part];
}

const char *build_text(struct catalog_builder *b, const struct reply *r, size_t row,
		       const char *name)
{
	const char *text = reply_get(r, row, name);

	return text ? arena_intern(b->arena, text) : NULL;
}

bool build_bool(const struct reply *r, size_t row, const char *name)
{
	const char *text = reply_get(r, row, name);

	return text && *text == 't';
}

int64_t build_int(const struct reply *r, size_t row, const char *name)
{
	const char *text = reply_get(r, row, name);

	return text ? strtoll(text, NULL, 10) : 0;
}

oid build_oid(const struct reply *r, size_t row, const char *name)
{
	return (oid)build_int(r, row, name);
}

char build_char(const struct reply *r, size_t row, const char *name)
{
	const char *text = reply_get(r, row, name);

	return text ? *text : '\0';
}

/* The entries of one list have all come. */
static void acl_finish(struct catalog_builder *b)
{
	struct acl *acl;

	if (!b->acl_key)
		return;
	acl = arena_alloc(b->arena, sizeof *acl + b->grants.len * sizeof acl->v[0]);
	acl->n = b->grants.len;
	if (acl->n > 0)
		memcpy(acl->v, b->grants.v, acl->n * sizeof acl->v[0]);
	map_set(b->acls, b->acl_key, acl);
	free(b->acl_key);
	b->acl_key = NULL;
	VEC_CLEAR(&b->grants);
}

static void build_acls(struct catalog_builder *b, const struct reply *r)
{
	for (size_t i = 0; i < reply_rows(r); i++) {
		const char *key = reply_get(r, i, "acl");

		if (!b->acl_key || strcmp(b->acl_key, key) != 0) {
			acl_finish(b);
			b->acl_key = xstrdup(key);
		}
		if (reply_get(r, i, "grantee"))
			*VEC_PUSH(&b->grants) = (struct grant){
				.grantee = build_oid(r, i, "grantee"),
				.rights = (int)build_int(r, i, "rights"),
				.grantable = (int)build_int(r, i, "grantable"),
			};
	}
}

const struct acl *build_acl(const struct catalog_builder *b, const char *text)
{
	return text ? map_get(b->acls, text) : NULL;
}

static void build_server(struct catalog_builder *b, const struct reply *r)
{
	struct catalog *c = b->c;
	struct buf path = BUF_INIT;
	const char *search_path;
	const char *const *words;

	if (reply_rows(r) == 0)
		return;
	c->version = (int)build_int(r, 0, "version");
	c->database = build_text(b, r, 0, "database");
	c->current_role = build_text(b, r, 0, "current_role");
	c->session_role = build_text(b, r, 0, "session_role");
	c->superuser = build_bool(r, 0, "superuser");
	c->all_stats = build_bool(r, 0, "all_stats");
	c->in_recovery = build_bool(r, 0, "in_recovery");
	c->system_identifier = build_text(b, r, 0, "system_identifier");
	c->timeline = (int)build_int(r, 0, "timeline");
	c->block_size = (int)build_int(r, 0, "block_size");
	c->collation_c = build_bool(r, 0, "collation_c");
	c->taken_us = build_int(r, 0, "taken_us");
	/* A list of identifiers is written like an array but for the braces and the blanks. */
	search_path = reply_get(r, 0, "search_path");
	buf_addc(&path, '{');
	for (const char *p = search_path ? search_path : ""; *p; p++) {
		buf_addc(&path, *p);
		while (*p == ',' && p[1] == ' ')
			p++;
	}
	buf_addc(&path, '}');
	c->search_path = array_texts(b->arena, path.data);
	buf_release(&path);
	words = array_texts(b->arena, reply_get(r, 0, "keywords"));
	for (size_t i = 0; words && words[i]; i++)
		map_set(b->keywords, words[i], b);
}

static void build_roles(struct catalog_builder *b, const struct reply *r)
{
	for (size_t i = 0; i < reply_rows(r); i++)
		*VEC_PUSH(&b->roles) = (struct role){
			.oid = build_oid(r, i, "oid"),
			.name = build_text(b, r, i, "name"),
			.superuser = build_bool(r, i, "superuser"),
			.inherit = build_bool(r, i, "inherit"),
			.createrole = build_bool(r, i, "createrole"),
			.createdb = build_bool(r, i, "createdb"),
			.login = build_bool(r, i, "login"),
			.replication = build_bool(r, i, "replication"),
			.bypassrls = build_bool(r, i, "bypassrls"),
			.config = array_texts(b->arena, reply_get(r, i, "config")),
		};
}

/* Roles, schemas and relations come in order of oid, which is the first field of their structs.
 */
static const void *by_oid(const void *v, size_t n, size_t size, oid wanted)
{
	const char *base = v;

	while (n > 0) {
		const char *mid = base + n / 2 * size;
		oid found;

		memcpy(&found, mid, sizeof found);
		if (found == wanted)
			return mid;
		if (found < wanted) {
			base = mid + size;
			n -= n / 2 + 1;
		} else {
			n /= 2;
		}
	}
	return NULL;
}

const char *build_role_name(struct catalog_builder *b, oid wanted)
{
	const struct role *role = by_oid(b->roles.v, b->roles.len, sizeof *b->roles.v, wanted);

	if (role)
		return role->name;
	return wanted ? arena_printf(b->arena, "%u", wanted) : "public";
}

const struct schema *build_schema(const struct catalog_builder *b, oid wanted)
{
	return by_oid(b->schemas.v, b->schemas.len, sizeof *b->schemas.v, wanted);
}

static void build_memberships(struct catalog_builder *b, const struct reply *r)
{
	for (size_t i = 0; i < reply_rows(r); i++)
		*VEC_PUSH(&b->memberships) = (struct membership){
			.role = build_oid(r, i, "role"),
			.member = build_oid(r, i, "member"),
			.admin = build_bool(r, i, "admin"),
			.inherit = build_bool(r, i, "inherit"),
			.set = build_bool(r, i, "set"),
		};
}

static void build_schemas(struct catalog_builder *b, const struct reply *r)
{
	acl_finish(b);
	for (size_t i = 0; i < reply_rows(r); i++) {
		oid owner = build_oid(r, i, "owner");

		*VEC_PUSH(&b->schemas) = (struct schema){
			.oid = build_oid(r, i, "oid"),
			.name = build_text(b, r, i, "name"),
			.owner = build_role_name(b, owner),
			.owner_oid = owner,
			.acl = build_acl(b, reply_get(r, i, "acl")),
			.usage = build_bool(r, i, "usage"),
		};
	}
}

static void build_collations(struct catalog_builder *b, const struct reply *r)
{
	for (size_t i = 0; i < reply_rows(r); i++)
		*VEC_PUSH(&b->collations) = (struct collation_row){
			.oid = build_oid(r, i, "oid"),
			.name = build_text(b, r, i, "name"),
			.c = build_bool(r, i, "c"),
		};
}

static void build_choices(struct catalog_builder *b, const struct reply *r)
{
	for (size_t i = 0; i < reply_rows(r); i++)
		*VEC_PUSH(&b->choices) = (struct choice_row){
			.type = build_oid(r, i, "type"),
			.text = build_text(b, r, i, "text"),
			.domain = build_char(r, i, "kind") == 'd',
		};
}

static void build_comments(struct catalog_builder *b, const struct reply *r)
{
	for (size_t i = 0; i < reply_rows(r); i++)
		*VEC_PUSH(&b->comments) = (struct comment_row){
			.relation = build_oid(r, i, "relation"),
			.attnum = (int)build_int(r, i, "attnum"),
			.text = build_text(b, r, i, "text"),
		};
}

const char *build_comment(const struct catalog_builder *b, oid relation, int attnum)
{
	size_t lo = 0, hi = b->comments.len;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct comment_row *row = &b->comments.v[mid];

		if (row->relation < relation ||
		    (row->relation == relation && row->attnum < attnum))
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == b->comments.len || b->comments.v[lo].relation != relation ||
	    b->comments.v[lo].attnum != attnum)
		return NULL;
	return b->comments.v[lo].text;
}

static void build_publications(struct catalog_builder *b, const struct reply *r)
{
	for (size_t i = 0; i < reply_rows(r); i++) {
		struct publication p = {
			.oid = build_oid(r, i, "oid"),
			.name = build_text(b, r, i, "name"),
			.all_tables = build_bool(r, i, "all_tables"),
			.insert = build_bool(r, i, "insert"),
			.update = build_bool(r, i, "update"),
			.delete_ = build_bool(r, i, "delete"),
			.truncate = build_bool(r, i, "truncate"),
			.relations = array_oids(b->arena, reply_get(r, i, "relations")),
		};

		while (p.relations[p.n])
			p.n++;
		*VEC_PUSH(&b->publications) = p;
	}
}

static void build_settings(struct catalog_builder *b, const struct reply *r)
{
	for (size_t i = 0; i < reply_rows(r); i++) {
		const char *setting = reply_get(r, i, "setting");
		const char *equals = strchr(setting, '=');

		if (!equals)
			continue;
		*VEC_PUSH(&b->settings) = (struct setting){
			.role = build_text(b, r, i, "role"),
			.database = build_text(b, r, i, "database"),
			.name = arena_strndup(b->arena, setting, (size_t)(equals - setting)),
			.value = arena_strdup(b->arena, equals + 1),
		};
	}
}

static void build_extensions(struct catalog_builder *b, const struct reply *r)
{
	for (size_t i = 0; i < reply_rows(r); i++)
		*VEC_PUSH(&b->extensions) = (struct extension){
			.name = build_text(b, r, i, "name"),
			.version = build_text(b, r, i, "version"),
		};
}

static void (*const part_builders[CATALOG_PARTS])(struct catalog_builder *,
						  const struct reply *) = {
	[CATALOG_SERVER] = build_server,	   [CATALOG_ROLES] = build_roles,
	[CATALOG_MEMBERSHIPS] = build_memberships, [CATALOG_ACLS] = build_acls,
	[CATALOG_SCHEMAS] = build_schemas,	   [CATALOG_COLLATIONS] = build_collations,
	[CATALOG_CHOICES] = build_choices,	   [CATALOG_TYPES] = build_types,
	[CATALOG_COMMENTS] = build_comments,	   [CATALOG_RELATIONS] = build_relations,
	[CATALOG_PARENTS] = build_parents,	   [CATALOG_READS] = build_reads,
	[CATALOG_VIEWS] = build_views,		   [CATALOG_CONSTRAINTS] = build_constraints,
	[CATALOG_COLUMN_ACLS] = build_column_acls, [CATALOG_COLUMNS] = build_columns,
	[CATALOG_INDEXES] = build_indexes,	   [CATALOG_POLICIES] = build_policies,
	[CATALOG_FUNCTIONS] = build_functions,	   [CATALOG_TRIGGERS] = build_triggers,
	[CATALOG_PUBLICATIONS] = build_publications, [CATALOG_SETTINGS] = build_settings,
	[CATALOG_EXTENSIONS] = build_extensions,
};

struct catalog_builder *catalog_builder_new(void)
{
	struct catalog_builder *b = xcalloc(1, sizeof *b);

	b->c = xcalloc(1, sizeof *b->c);
	b->c->shares = 1;
	b->c->arena = b->arena = arena_new();
	b->acls = map_new(NULL);
	b->keywords = map_new(NULL);
	return b;
}

void catalog_builder_free(struct catalog_builder **bp)
{
	struct catalog_builder *b = *bp;

	if (!b)
		return;
	map_free(&b->acls);
	map_free(&b->keywords);
	free(b->acl_key);
	VEC_RELEASE(&b->grants);
	VEC_RELEASE(&b->roles);
	VEC_RELEASE(&b->memberships);
	VEC_RELEASE(&b->schemas);
	VEC_RELEASE(&b->collations);
	VEC_RELEASE(&b->choices);
	VEC_RELEASE(&b->types);
	VEC_RELEASE(&b->comments);
	VEC_RELEASE(&b->relations);
	VEC_RELEASE(&b->hints);
	VEC_RELEASE(&b->column_acls);
	VEC_RELEASE(&b->fks);
	VEC_RELEASE(&b->functions);
	VEC_RELEASE(&b->publications);
	VEC_RELEASE(&b->settings);
	VEC_RELEASE(&b->extensions);
	VEC_RELEASE(&b->columns);
	VEC_RELEASE(&b->indexes);
	VEC_RELEASE(&b->references);
	VEC_RELEASE(&b->checks);
	VEC_RELEASE(&b->policies);
	VEC_RELEASE(&b->triggers);
	VEC_RELEASE(&b->oids);
	catalog_free(&b->c);
	free(b);
	*bp = NULL;
}

void catalog_builder_add(struct catalog_builder *b, enum catalog_part part,
			 const struct reply *rows)
{
	if (part > CATALOG_RELATIONS)
		build_seal(b);
	if (part != b->part)
		build_current(b, 0);
	b->part = part;
	part_builders[part](b, rows);
}

/* A growing list becomes an array of the snapshot. */
#define KEEP(b, vec, array, count)                                                             \
	((count) = (vec)->len,                                                                 \
	 (array) = keep((b)->arena, (vec)->v, (vec)->len, sizeof *(vec)->v))

static void *keep(struct arena *a, const void *v, size_t n, size_t size)
{
	void *copy = arena_array(a, n + 1, size);

	if (n > 0)
		memcpy(copy, v, n * size);
	return copy;
}

static void note_unreadable(struct catalog_builder *b)
{
	const char **list = arena_array(b->arena, 8, sizeof *list);
	struct catalog *c = b->c;
	size_t n = 0, locked = 0, hidden = 0;

	for (size_t i = 0; i < c->nrelations; i++)
		locked += c->relations[i].locked;
	for (size_t i = 0; i < c->nrelations; i++)
		hidden += !(c->relations[i].schema_usage &&
			    (c->relations[i].rights & RIGHT_SELECT));
	if (!c->all_stats)
		list[n++] = "without pg_read_all_stats the statements and waits of other "
			    "roles' sessions are hidden";
	if (hidden > 0)
		list[n++] = arena_printf(b->arena, "%zu of %zu relations may not be read by %s",
					 hidden, c->nrelations, c->current_role);
	if (locked > 0)
		list[n++] = arena_printf(b->arena,
					 "%zu relations were being altered: their expressions "
					 "were left out",
					 locked);
	if (c->in_recovery)
		list[n++] = "on a standby activity, locks and statistics are its own, not the "
			    "primary's";
	c->unreadable = list;
}

struct catalog *catalog_builder_finish(struct catalog_builder **bp)
{
	struct catalog_builder *b = *bp;
	struct catalog *c = b->c;

	build_seal(b);
	build_current(b, 0);
	build_link(b);
	KEEP(b, &b->roles, c->roles, c->nroles);
	KEEP(b, &b->memberships, c->memberships, c->nmemberships);
	KEEP(b, &b->schemas, c->schemas, c->nschemas);
	KEEP(b, &b->functions, c->functions, c->nfunctions);
	KEEP(b, &b->publications, c->publications, c->npublications);
	KEEP(b, &b->settings, c->settings, c->nsettings);
	KEEP(b, &b->extensions, c->extensions, c->nextensions);
	note_unreadable(b);
	arena_settle(b->arena);
	b->c = NULL;
	catalog_builder_free(bp);
	return c;
}
