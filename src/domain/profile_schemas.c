/* SPDX-License-Identifier: MIT */
/* A schema per tenant: it is no column that could be set, but people must know it. */
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
};

static uint64_t hash_add(uint64_t hash, const char *text)
{
	for (const char *s = text; *s; s++)
		hash = (hash ^ (unsigned char)*s) * 1099511628211u;
	return (hash ^ '/') * 1099511628211u;
}

/* Relations are ordered by schema, name. */
static struct shape next_shape(const struct catalog *c, size_t *i)
{
	struct shape s = { catalog_relation_at(c, *i)->schema, 14695981039346656037u, 0 };

	for (; *i < catalog_relations(c); (*i)++) {
		const struct relation *r = catalog_relation_at(c, *i);

		if (strcmp(r->schema, s.schema) != 0)
			break;
		if (r->is_partition || r->extension)
			continue;
		/* Views in another schema over tables of the same names are no tenant's. */
		s.hash = hash_add(hash_add(s.hash, r->name),
				  r->kind == RELATION_VIEW ? "view" : "");
		s.relations++;
	}
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

static void tell_schemas(struct profile *p, const struct shape *first, size_t n)
{
	const struct column *column = NULL;
	const struct relation *list = schema_list(p->catalog, first, &column);
	struct buf names = BUF_INIT;

	/* Two may be old and new, or blue and green. */
	if (n < 3 && !list && !tenant_list(p->catalog))
		return;
	for (size_t i = 0; i < n && i < NAMED; i++)
		buf_addf(&names, "%s%s", i ? ", " : "", first[i].schema);
	if (n > NAMED)
		buf_addf(&names, " and %zu more", n - NAMED);
	profile_add(p, "tenant_schemas", arena_strdup(p->arena, names.data), PROFILE_LEARNED,
		    list ? CONFIDENCE_CERTAIN : CONFIDENCE_LIKELY,
		    arena_printf(p->arena,
				 "%zu schemas have the same %zu relations: a schema for each "
				 "tenant, no column; a tenant's relation is opened as "
				 "schema.name",
				 n, first->relations));
	if (list)
		profile_add(p, "tenant_schema_list",
			    arena_printf(p->arena, "%s.%s", list->schema, list->name),
			    PROFILE_LEARNED, CONFIDENCE_LIKELY,
			    arena_printf(p->arena, "its %s names a schema for each tenant",
					 column->name));
	buf_release(&names);
}

void profile_find_schemas(struct profile *p)
{
	VEC(struct shape) shapes = VEC_INIT;
	size_t best = 0, most = 0;

	for (size_t i = 0; i < catalog_relations(p->catalog);) {
		struct shape s = next_shape(p->catalog, &i);

		if (s.relations > 1)
			*VEC_PUSH(&shapes) = s;
	}
	if (shapes.len > 1)
		qsort(shapes.v, shapes.len, sizeof *shapes.v, by_hash);
	for (size_t i = 0, n; i < shapes.len; i += n) {
		for (n = 1; i + n < shapes.len && shapes.v[i + n].hash == shapes.v[i].hash;)
			n++;
		if (n > most) {
			most = n;
			best = i;
		}
	}
	if (most > 1)
		tell_schemas(p, &shapes.v[best], most);
	VEC_RELEASE(&shapes);
}
