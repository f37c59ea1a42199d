/* SPDX-License-Identifier: MIT */
/* Relations themselves, their order in the snapshot, and what ties them to one another. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "catalog_priv.h"

static enum relation_kind kind_of(char relkind)
{
	switch (relkind) {
	case 'p':
		return RELATION_PARTITIONED;
	case 'v':
		return RELATION_VIEW;
	case 'm':
		return RELATION_MATVIEW;
	case 'f':
		return RELATION_FOREIGN;
	default:
		return RELATION_TABLE;
	}
}

/* "security_invoker=true": the spellings of true that reloptions accept. */
static bool option_on(const char *const *options, const char *name)
{
	static const char *const yes[] = {
		"true", "on", "yes", "1", "cascaded", "local", NULL
	};
	size_t len = strlen(name);

	for (size_t i = 0; options && options[i]; i++) {
		if (strncmp(options[i], name, len) != 0 || options[i][len] != '=')
			continue;
		for (size_t k = 0; yes[k]; k++) {
			if (strcmp(options[i] + len + 1, yes[k]) == 0)
				return true;
		}
	}
	return false;
}

static void relation_flags(struct relation *rel, const struct reply *r, size_t i)
{
	rel->rls = build_bool(r, i, "rls");
	rel->rls_forced = build_bool(r, i, "forced");
	rel->rls_active = build_bool(r, i, "active");
	rel->is_partition = build_bool(r, i, "partition");
	rel->has_children = build_bool(r, i, "has_children");
	rel->populated = build_bool(r, i, "populated");
	rel->unlogged = build_bool(r, i, "unlogged");
	rel->insertable = build_bool(r, i, "insertable");
	rel->updatable = build_bool(r, i, "updatable");
	rel->locked = build_bool(r, i, "locked");
	rel->security_invoker = option_on(rel->options, "security_invoker");
	rel->security_barrier = option_on(rel->options, "security_barrier");
	rel->check_option = option_on(rel->options, "check_option");
}

void build_relations(struct catalog_builder *b, const struct reply *r)
{
	for (size_t i = 0; i < reply_rows(r); i++) {
		struct relation *rel = VEC_PUSH(&b->relations);
		const struct schema *schema = build_schema(b, build_oid(r, i, "schema"));
		oid owner = build_oid(r, i, "owner");

		*rel = (struct relation){
			.oid = build_oid(r, i, "oid"),
			.schema = schema ? schema->name : "?",
			.schema_oid = schema ? schema->oid : 0,
			.schema_usage = schema && schema->usage,
			.name = arena_strdup(b->arena, reply_get(r, i, "name")),
			.kind = kind_of(build_char(r, i, "kind")),
			.owner = build_role_name(b, owner),
			.owner_oid = owner,
			.acl = build_acl(b, reply_get(r, i, "acl")),
			.estimate = reply_double(r, i, (size_t)reply_column(r, "estimate")),
			.bytes = build_int(r, i, "pages") * b->c->block_size,
			.options = array_texts(b->arena, reply_get(r, i, "options")),
			.partition_key = build_text(b, r, i, "partition_key"),
			.partition_bound = build_text(b, r, i, "partition_bound"),
			.rights = (int)build_int(r, i, "rights"),
			.extension = build_text(b, r, i, "extension"),
		};
		rel->comment = build_comment(b, rel->oid, 0);
		relation_flags(rel, r, i);
		rel->xmin_readable = (rel->rights & RIGHT_SELECT) &&
				     rel->kind != RELATION_VIEW &&
				     rel->kind != RELATION_FOREIGN;
	}
}

static int by_name(const void *a, const void *b)
{
	const struct relation *x = a, *y = b;
	int schemas = strcmp(x->schema, y->schema);

	return schemas ? schemas : strcmp(x->name, y->name);
}

static int by_oid(const void *a, const void *b)
{
	const struct relation *const *x = a, *const *y = b;

	return ((*x)->oid > (*y)->oid) - ((*x)->oid < (*y)->oid);
}

void build_seal(struct catalog_builder *b)
{
	struct catalog *c = b->c;

	if (b->sealed)
		return;
	b->sealed = true;
	c->nrelations = b->relations.len;
	c->relations = arena_array(b->arena, c->nrelations + 1, sizeof *c->relations);
	c->by_oid = arena_array(b->arena, c->nrelations + 1, sizeof(struct relation *));
	if (c->nrelations > 0) {
		memcpy(c->relations, b->relations.v, c->nrelations * sizeof *c->relations);
		qsort(c->relations, c->nrelations, sizeof *c->relations, by_name);
	}
	for (size_t i = 0; i < c->nrelations; i++)
		c->by_oid[i] = &c->relations[i];
	qsort(c->by_oid, c->nrelations, sizeof(struct relation *), by_oid);
	VEC_RELEASE(&b->relations);
}

#define PUT_AWAY(b, vec, array, count)                                                         \
	do {                                                                                   \
		if ((vec)->len > 0) {                                                          \
			(array) =                                                              \
				put_away((b)->arena, (vec)->v, (vec)->len, sizeof *(vec)->v);  \
			(count) = (vec)->len;                                                  \
			VEC_CLEAR(vec);                                                        \
		}                                                                              \
	} while (0)

static void *put_away(struct arena *a, const void *v, size_t n, size_t size)
{
	void *copy = arena_array(a, n, size);

	memcpy(copy, v, n * size);
	return copy;
}

void build_put_away(struct catalog_builder *b)
{
	struct relation *rel = b->current;

	if (!rel)
		return;
	rel->rights |= b->column_rights;
	b->column_rights = 0;
	PUT_AWAY(b, &b->columns, rel->columns, rel->ncolumns);
	PUT_AWAY(b, &b->indexes, rel->indexes, rel->nindexes);
	PUT_AWAY(b, &b->checks, rel->checks, rel->nchecks);
	PUT_AWAY(b, &b->policies, rel->policies, rel->npolicies);
	PUT_AWAY(b, &b->triggers, rel->triggers, rel->ntriggers);
	if (b->references.len > 0) {
		rel->nreferences = b->references.len;
		rel->references = put_away(b->arena, b->references.v, b->references.len,
					   sizeof(struct foreign_key *));
		VEC_CLEAR(&b->references);
	}
}

struct relation *build_current(struct catalog_builder *b, oid relation)
{
	if (b->current && b->current->oid == relation)
		return b->current;
	build_put_away(b);
	b->current = relation ? catalog_relation_rw(b->c, relation) : NULL;
	return b->current;
}

void build_parents(struct catalog_builder *b, const struct reply *r)
{
	for (size_t i = 0; i < reply_rows(r); i++) {
		struct relation *rel = catalog_relation_rw(b->c, build_oid(r, i, "relation"));

		if (rel)
			rel->parent = build_oid(r, i, "parent");
	}
}

void build_views(struct catalog_builder *b, const struct reply *r)
{
	for (size_t i = 0; i < reply_rows(r); i++) {
		struct relation *rel = catalog_relation_rw(b->c, build_oid(r, i, "relation"));

		if (rel)
			rel->definition = build_text(b, r, i, "definition");
	}
}

/* A view's own list comes in order; who reads a relation is turned round from it. */
void build_reads(struct catalog_builder *b, const struct reply *r)
{
	size_t n = reply_rows(r);

	for (size_t i = 0; i < n;) {
		oid view = build_oid(r, i, "relation");
		struct relation *rel = catalog_relation_rw(b->c, view);

		VEC_CLEAR(&b->oids);
		for (; i < n && build_oid(r, i, "relation") == view; i++)
			*VEC_PUSH(&b->oids) = build_oid(r, i, "target");
		*VEC_PUSH(&b->oids) = 0;
		if (rel)
			rel->reads = put_away(b->arena, b->oids.v, b->oids.len, sizeof(oid));
	}
}

struct link {
	oid to;
	const void *from;
};

static int by_target(const void *a, const void *b)
{
	const struct link *x = a, *y = b;

	return (x->to > y->to) - (x->to < y->to);
}

/* Views without a list read nothing (SELECT 1). */
static void link_views(struct catalog_builder *b)
{
	VEC(struct link) links = VEC_INIT;
	static const oid none[] = { 0 };

	for (size_t i = 0; i < b->c->nrelations; i++) {
		struct relation *rel = &b->c->relations[i];

		if (!rel->reads &&
		    (rel->kind == RELATION_VIEW || rel->kind == RELATION_MATVIEW))
			rel->reads = none;
		for (const oid *o = rel->reads; o && *o; o++)
			*VEC_PUSH(&links) = (struct link){ .to = *o, .from = rel };
	}
	if (links.len > 0)
		qsort(links.v, links.len, sizeof *links.v, by_target);
	for (size_t i = 0, end; i < links.len; i = end) {
		struct relation *rel = catalog_relation_rw(b->c, links.v[i].to);
		oid *list;

		for (end = i; end < links.len && links.v[end].to == links.v[i].to; end++)
			;
		if (!rel)
			continue;
		list = arena_array(b->arena, end - i + 1, sizeof *list);
		for (size_t k = i; k < end; k++)
			list[k - i] = ((const struct relation *)links.v[k].from)->oid;
		rel->read_by = list;
	}
	VEC_RELEASE(&links);
}

static void link_referrers(struct catalog_builder *b)
{
	VEC(struct link) links = VEC_INIT;

	for (size_t i = 0; i < b->fks.len; i++)
		*VEC_PUSH(&links) = (struct link){ .to = b->fks.v[i]->to, .from = b->fks.v[i] };
	if (links.len > 0)
		qsort(links.v, links.len, sizeof *links.v, by_target);
	for (size_t i = 0, end; i < links.len; i = end) {
		struct relation *rel = catalog_relation_rw(b->c, links.v[i].to);
		const struct foreign_key **list;

		for (end = i; end < links.len && links.v[end].to == links.v[i].to; end++)
			;
		if (!rel)
			continue;
		list = arena_array(b->arena, end - i, sizeof *list);
		for (size_t k = i; k < end; k++)
			list[k - i] = links.v[k].from;
		rel->referrers = list;
		rel->nreferrers = end - i;
	}
	VEC_RELEASE(&links);
}

/* A partitioned relation has no pages of its own, and often was never analyzed: its leaves
 * tell. */
static void link_sizes(struct catalog_builder *b)
{
	struct catalog *c = b->c;
	double *sums = xcalloc(c->nrelations + 1, sizeof *sums);

	for (size_t i = 0; i < c->nrelations; i++) {
		const struct relation *leaf = &c->relations[i];
		struct relation *up;

		if (leaf->kind == RELATION_PARTITIONED || !leaf->is_partition)
			continue;
		for (up = catalog_relation_rw(c, leaf->parent); up;
		     up = catalog_relation_rw(c, up->parent)) {
			up->bytes += leaf->bytes;
			if (leaf->estimate > 0)
				sums[up - c->relations] += leaf->estimate;
		}
	}
	for (size_t i = 0; i < c->nrelations; i++) {
		if (c->relations[i].estimate < 0 && sums[i] > 0)
			c->relations[i].estimate = sums[i];
	}
	free(sums);
}

/* A key holds in its own table only: what is read from a parent brings its children's rows too.
 */
static void link_strays(struct catalog_builder *b)
{
	struct catalog *c = b->c;

	for (size_t i = 0; i < c->nrelations; i++) {
		const struct relation *child = &c->relations[i];
		struct relation *up =
			child->is_partition ? NULL : catalog_relation_rw(c, child->parent);

		if (up && up->kind == RELATION_TABLE && !relation_repeats_key(child, up))
			up->stray_rows = true;
	}
}

void build_link(struct catalog_builder *b)
{
	link_views(b);
	link_strays(b);
	link_referrers(b);
	link_sizes(b);
}
