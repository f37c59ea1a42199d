/* SPDX-License-Identifier: MIT */
/*
 * A schema for each tenant: several that have the same relations.  What has been migrated
 * further, or not as far, is a tenant's as well; "public" is not: it holds what all share, or
 * the template.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "profile_priv.h"

enum { NAMED = 6 };

/* What is in a schema, as one number: schemas alike have the same. */
struct shape {
	const char *schema;
	uint64_t hash;
	size_t relations;
	size_t from, to; /* where they stand in the catalog */
};

static uint64_t hash_add(uint64_t hash, const char *text)
{
	for (const char *s = text; *s; s++)
		hash = (hash ^ (unsigned char)*s) * 1099511628211u;
	return (hash ^ '/') * 1099511628211u;
}

static bool counts(const struct relation *r)
{
	return !r->is_partition && !r->extension;
}

/* Relations are ordered by schema, name. */
static struct shape next_shape(const struct catalog *c, size_t *i)
{
	struct shape s = { .schema = catalog_relation_at(c, *i)->schema,
			   .hash = 14695981039346656037u,
			   .from = *i };

	for (; *i < catalog_relations(c); (*i)++) {
		const struct relation *r = catalog_relation_at(c, *i);

		if (strcmp(r->schema, s.schema) != 0)
			break;
		if (!counts(r))
			continue;
		/* Views in another schema over tables of the same names are no tenant's. */
		s.hash = hash_add(hash_add(s.hash, r->name),
				  r->kind == RELATION_VIEW ? "view" : "");
		s.relations++;
	}
	s.to = *i;
	return s;
}

static int by_hash(const void *a, const void *b)
{
	const struct shape *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return strcmp(x->schema, y->schema);
}

const struct column *profile_schema_column(const struct relation *r)
{
	static const char *const names[] = { "schema_name", "schema", "db_schema",
					     "search_path", "pg_schema" };

	for (size_t k = 0; k < ARRAY_SIZE(names); k++) {
		const struct column *c = relation_column(r, names[k]);

		if (c && text_like(c))
			return c;
	}
	return NULL;
}

/* A relation that says which schema is whose: customers_client(schema_name). */
static const struct relation *schema_list(const struct catalog *c, const struct shape *like,
					  const struct column **column)
{
	for (size_t i = 0; i < catalog_relations(c); i++) {
		const struct relation *r = catalog_relation_at(c, i);

		*column = profile_schema_column(r);
		if (*column && r->kind == RELATION_TABLE && relation_key(r) && !r->extension &&
		    strcmp(r->schema, like->schema) != 0)
			return r;
	}
	return NULL;
}

/* Relations named so that two schemas alike are taken for two tenants'. */
static const struct relation *tenant_list(const struct catalog *c)
{
	char stem[80];

	for (size_t i = 0; i < catalog_relations(c); i++) {
		const struct relation *r = catalog_relation_at(c, i);
		size_t len;

		name_stem(stem, sizeof stem, r->name);
		len = strlen(stem);
		if (len > 1 && stem[len - 1] == 's')
			stem[len - 1] = '\0';
		if (r->kind == RELATION_TABLE && !r->extension && tenant_word(stem) == 3)
			return r;
	}
	return NULL;
}

/* ---- which are tenants' ---- */

/* How many names two schemas have in common; both are in order. */
static size_t in_common(const struct catalog *c, const struct shape *a, const struct shape *b)
{
	size_t n = 0;

	for (size_t i = a->from, k = b->from; i < a->to && k < b->to;) {
		const struct relation *x = catalog_relation_at(c, i);
		const struct relation *y = catalog_relation_at(c, k);
		int order = strcmp(x->name, y->name);

		n += order == 0 && counts(x) && counts(y) &&
		     (x->kind == RELATION_VIEW) == (y->kind == RELATION_VIEW);
		i += order <= 0;
		k += order >= 0;
	}
	return n;
}

/* It has nearly all that the usual one has and little else, or all of it and something of its
 * own. */
static bool much_alike(const struct catalog *c, const struct shape *a, const struct shape *b)
{
	size_t common = in_common(c, a, b);

	if (common > 1 && common == b->relations && a->relations <= b->relations * 2)
		return true;
	return common > 1 && common * 4 >= a->relations * 3 && common * 4 >= b->relations * 3;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void take_schema(struct profile *p, const char *schema)
{
	*VEC_PUSH(&p->schemas) = schema;
}

/* The schemas like this one; returns how many of them are not quite. */
static size_t take_schemas(struct profile *p, const struct shape *all, size_t n,
			   const struct shape *like)
{
	size_t differ = 0;

	for (size_t i = 0; i < n; i++) {
		bool same = all[i].hash == like->hash;

		if (strcmp(all[i].schema, "public") == 0 ||
		    (!same && !much_alike(p->catalog, &all[i], like)))
			continue;
		differ += !same;
		take_schema(p, all[i].schema);
	}
	qsort(p->schemas.v, p->schemas.len, sizeof *p->schemas.v, by_name);
	return differ;
}

static const char *some_names(struct profile *p)
{
	struct buf names = BUF_INIT;
	const char *text;

	for (size_t i = 0; i < p->schemas.len && i < NAMED; i++)
		buf_addf(&names, "%s%s", i ? ", " : "", p->schemas.v[i]);
	if (p->schemas.len > NAMED)
		buf_addf(&names, " and %zu more", p->schemas.len - NAMED);
	text = arena_strdup(p->arena, names.data);
	buf_release(&names);
	return text;
}

static void tell_schemas(struct profile *p, const struct shape *like, size_t differ)
{
	const struct column *column = NULL;
	const struct relation *list = schema_list(p->catalog, like, &column);
	const char *some =
		differ ? arena_printf(p->arena, ", %zu of them not all", differ) : "";

	profile_add(p, "tenant_schemas", some_names(p), PROFILE_LEARNED,
		    list ? CONFIDENCE_CERTAIN : CONFIDENCE_LIKELY,
		    arena_printf(p->arena,
				 "%zu schemas have the same %zu relations%s: a schema for each "
				 "tenant, whose scope is the search_path and what stands in it",
				 p->schemas.len, like->relations, some));
	if (list)
		profile_add(p, "tenant_schema_list",
			    arena_printf(p->arena, "%s.%s", list->schema, list->name),
			    PROFILE_LEARNED, CONFIDENCE_LIKELY,
			    arena_printf(p->arena, "its %s names a schema for each tenant",
					 column->name));
}

/* The shape that most schemas have; the shapes are put in order by it. */
static size_t most_usual(struct shape *v, size_t n, size_t *best)
{
	size_t most = 0;

	if (n > 1)
		qsort(v, n, sizeof *v, by_hash);
	for (size_t i = 0, alike; i < n; i += alike) {
		size_t counted = 0;

		for (alike = 0; i + alike < n && v[i + alike].hash == v[i].hash; alike++)
			counted += strcmp(v[i + alike].schema, "public") != 0;
		if (counted > most) {
			most = counted;
			*best = i;
		}
	}
	return most;
}

/* The shape that most schemas are much alike, where hardly two are the same: each tenant has had
 * something made for it. */
static size_t most_alike(const struct catalog *c, const struct shape *v, size_t n, size_t *best)
{
	enum { FEW = 200, RELATIONS = 3 };
	size_t most = 0;

	for (size_t i = 0; n <= FEW && i < n; i++) {
		size_t alike = 0;

		if (v[i].relations < RELATIONS || strcmp(v[i].schema, "public") == 0)
			continue;
		for (size_t k = 0; k < n; k++)
			alike += strcmp(v[k].schema, "public") != 0 && much_alike(c, &v[k], &v[i]);
		if (alike > most) {
			most = alike;
			*best = i;
		}
	}
	return most;
}

static void learn_schemas(struct profile *p)
{
	VEC(struct shape) shapes = VEC_INIT;
	const struct column *column;
	size_t best = 0, most;

	for (size_t i = 0; i < catalog_relations(p->catalog);) {
		struct shape s = next_shape(p->catalog, &i);

		if (s.relations > 1)
			*VEC_PUSH(&shapes) = s;
	}
	most = most_usual(shapes.v, shapes.len, &best);
	if (most < 3) {
		size_t like = best, alike = most_alike(p->catalog, shapes.v, shapes.len, &like);

		best = alike > 2 ? like : best;
		most = alike > 2 ? alike : most;
	}
	/* Two may be old and new, or blue and green. */
	if (most > 2 || (most == 2 && (schema_list(p->catalog, &shapes.v[best], &column) ||
				       tenant_list(p->catalog)))) {
		size_t differ = take_schemas(p, shapes.v, shapes.len, &shapes.v[best]);

		tell_schemas(p, &shapes.v[best], differ);
	}
	VEC_RELEASE(&shapes);
}

/* ---- what the file says ---- */

static bool said(const char *list, const char *schema)
{
	while (*list) {
		size_t len, name;

		list += strspn(list, " ,\t\n");
		name = len = strcspn(list, ",\n");
		while (name && (list[name - 1] == ' ' || list[name - 1] == '\t'))
			name--;
		if (name && list[name - 1] == '*'
			    ? strncmp(list, schema, name - 1) == 0
			    : strlen(schema) == name && memcmp(list, schema, name) == 0)
			return true;
		list += len;
	}
	return false;
}

static void configured_schemas(struct profile *p, const char *list)
{
	const char *last = NULL;

	for (size_t i = 0; strcmp(list, "none") != 0 && i < catalog_relations(p->catalog);
	     i++) {
		const char *schema = catalog_relation_at(p->catalog, i)->schema;

		if ((!last || strcmp(last, schema) != 0) && said(list, schema))
			take_schema(p, schema);
		last = schema;
	}
	profile_add(p, "tenant_schemas", p->schemas.len ? some_names(p) : "",
		    PROFILE_CONFIGURED, CONFIDENCE_CERTAIN,
		    p->schemas.len ? "by the profile file: a schema for each tenant"
				   : "by the profile file: no schema here is a tenant's");
}

void profile_find_schemas(struct profile *p)
{
	const char *list = profile_override(p, "profile", "", "tenant_schemas");

	if (list)
		configured_schemas(p, list);
	else
		learn_schemas(p);
}

/* ---- asking ---- */

size_t profile_tenant_schemas(const struct profile *p)
{
	return p->schemas.len;
}

const char *profile_tenant_schema(const struct profile *p, size_t i)
{
	return p->schemas.v[i];
}

bool profile_is_tenant_schema(const struct profile *p, const char *schema)
{
	return p->schemas.len &&
	       bsearch(&schema, p->schemas.v, p->schemas.len, sizeof *p->schemas.v, by_name);
}
