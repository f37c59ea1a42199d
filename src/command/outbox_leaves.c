/* SPDX-License-Identifier: MIT */
#include "outbox_leaves.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/vec.h"
#include "outbox_probe.h"

struct ends {
	char low[64], high[64];
};

static bool quoted(const char **at, const char *before, char *out, size_t size)
{
	const char *from = strstr(*at, before), *end;

	if (!from)
		return false;
	from += strlen(before);
	end = strchr(from, '\'');
	if (!end || (size_t)(end - from) >= size)
		return false;
	memcpy(out, from, (size_t)(end - from));
	out[end - from] = '\0';
	*at = end + 1;
	return true;
}

/* FOR VALUES FROM ('…') TO ('…') */
static bool ends_of(const struct relation *leaf, struct ends *e)
{
	const char *at = leaf->partition_bound;

	return at && quoted(&at, "FROM ('", e->low, sizeof e->low) &&
	       quoted(&at, "TO ('", e->high, sizeof e->high) && strcmp(at, ")") == 0;
}

static bool is_default(const struct relation *leaf)
{
	return leaf->partition_bound && strcmp(leaf->partition_bound, "DEFAULT") == 0;
}

static bool is_leaf(const struct outbox *o, const struct relation *r)
{
	return r->is_partition && r->parent == o->relation->oid;
}

/* In order of time as far as their texts tell; the server sorts them again. */
static int by_low(const void *a, const void *b)
{
	return strcmp(((const struct ends *)a)->low, ((const struct ends *)b)->low);
}

static bool follow(const struct catalog *c, const struct outbox *o, struct ends *whole)
{
	VEC(struct ends) all = VEC_INIT;
	bool ok = true;

	for (size_t i = 0; i < catalog_relations(c) && ok; i++) {
		const struct relation *r = catalog_relation_at(c, i);

		if (is_leaf(o, r) && !is_default(r))
			ok = r->kind == RELATION_TABLE && ends_of(r, VEC_PUSH(&all));
	}
	ok = ok && all.len > 1;
	if (ok)
		qsort(all.v, all.len, sizeof *all.v, by_low);
	for (size_t i = 1; ok && i < all.len; i++)
		ok = strcmp(all.v[i - 1].high, all.v[i].low) == 0;
	if (ok) {
		memcpy(whole->low, all.v[0].low, sizeof whole->low);
		memcpy(whole->high, all.v[all.len - 1].high, sizeof whole->high);
	}
	VEC_RELEASE(&all);
	return ok;
}

const struct column *outbox_leaf_column(const struct catalog *c, const struct outbox *o)
{
	const char *key = o->relation->partition_key;
	const struct column *column = NULL;
	struct ends whole;

	if (!key || strncmp(key, "RANGE (", 7) != 0)
		return NULL;
	for (size_t i = 0; i < o->relation->ncolumns && !column; i++) {
		struct buf text = BUF_INIT;

		buf_addf(&text, "RANGE (%s)", o->relation->columns[i].name);
		if (strcmp(text.data, key) == 0 && o->relation->columns[i].type_category == 'D')
			column = &o->relation->columns[i];
		buf_release(&text);
	}
	return column && follow(c, o, &whole) ? column : NULL;
}

static void values(struct buf *out, const struct sqlset *set, const struct catalog *c,
		   const struct outbox *o)
{
	for (size_t i = 0; i < catalog_relations(c); i++) {
		const struct relation *r = catalog_relation_at(c, i);
		struct ends e;
		char number[16];
		const struct sqlvar vars[] = { { "n", number },
					       { "low", e.low },
					       { "high", e.high } };

		if (!is_leaf(o, r) || !ends_of(r, &e))
			continue;
		snprintf(number, sizeof number, "%u", r->oid);
		buf_adds(out, out->len ? ", " : "");
		sql_fragment(out, set, "outbox_look.leaf", vars, ARRAY_SIZE(vars));
	}
}

/* Where what lies outside of all leaves is kept; 0: nowhere. */
static oid outside(const struct catalog *c, const struct outbox *o)
{
	for (size_t i = 0; i < catalog_relations(c); i++) {
		const struct relation *r = catalog_relation_at(c, i);

		if (is_leaf(o, r) && is_default(r))
			return r->oid;
	}
	return 0;
}

void outbox_leaves_sql(struct buf *out, const struct sqlset *set, const struct catalog *c,
		       const struct outbox *o)
{
	const struct column *column = outbox_leaf_column(c, o);
	struct buf leaves = BUF_INIT, relation = BUF_INIT;
	struct ends whole;
	char bound[16], other[16];

	if (!follow(c, o, &whole))
		return;
	values(&leaves, set, c, o);
	outbox_probe_relation(&relation, o);
	{
		const struct sqlvar vars[] = {
			{ "leaves", leaves.data },
			{ "relation", relation.data },
			{ "column", column->name },
			{ "type", column->type },
			{ "first", whole.low },
			{ "last", whole.high },
			{ "base", o->open      ? o->open
				  : o->pending ? o->pending
					       : "false" },
			{ "dead", outbox_dead_by_leaf(o) ? o->dead : "false" },
			{ "bound", bound },
			{ "outside", other },
		};

		snprintf(bound, sizeof bound, "%d", DEAD_BOUND);
		snprintf(other, sizeof other, "%u", outside(c, o));
		sql_fragment(out, set, "outbox_look.leaves", vars, ARRAY_SIZE(vars));
	}
	buf_release(&leaves);
	buf_release(&relation);
}

/* ---- all parts ---- */

static bool within(const struct catalog *c, const struct relation *r, oid root)
{
	while (r && r->oid != root && r->is_partition)
		r = catalog_relation(c, r->parent);
	return r && r->oid == root;
}

static void add_oid(struct buf *out, oid o)
{
	buf_addf(out, "%s%u", out->len ? "," : "{", o);
}

size_t outbox_parts(const struct catalog *c, const struct outbox *o, struct buf *tables,
		    struct buf *parts)
{
	size_t n = 0;

	for (size_t i = 0; i < catalog_relations(c); i++) {
		const struct relation *r = catalog_relation_at(c, i);

		if (r != o->relation && (!r->is_partition || !within(c, r, o->relation->oid)))
			continue;
		add_oid(parts, r->oid);
		for (size_t k = 0; k < r->nindexes; k++)
			add_oid(parts, r->indexes[k].oid);
		if (r->kind == RELATION_TABLE) {
			add_oid(tables, r->oid);
			n++;
		}
	}
	buf_adds(tables, tables->len ? "}" : "{}");
	buf_adds(parts, "}");
	return n;
}

/* ---- which of them hold something ---- */

static bool wanted(const struct reply *r, size_t row)
{
	return strcmp(reply_get(r, row, "wanted"), "t") == 0;
}

static void add_dead(struct leaf_range *f, const struct reply *r, size_t row)
{
	int64_t n = strtoll(reply_get(r, row, "dead"), NULL, 10);

	f->dead += n;
	f->dead_more = f->dead_more || n >= DEAD_BOUND;
}

enum { RANGES = 8 }; /* beyond these what lies between is entered too */

static void add_range(struct buf *within, const struct sqlset *set, const struct column *column,
		      const char *low, const char *high)
{
	struct buf range = BUF_INIT;
	const struct sqlvar vars[] = { { "column", column->name },
				       { "type", column->type },
				       { "low", low },
				       { "high", high } };

	sql_fragment(&range, set, "outbox_look.range", vars, ARRAY_SIZE(vars));
	if (within->len)
		sql_fragment(within, set, "outbox_look.or_range",
			     &(struct sqlvar){ "range", range.data }, 1);
	else
		buf_adds(within, range.data);
	buf_release(&range);
}

/* The last leaf of those that follow on this one and are entered with it. */
static size_t entered_to(const struct reply *r, size_t from, size_t ranges)
{
	size_t last = from;

	for (size_t i = from + 1; i < reply_rows(r); i++)
		if (wanted(r, i) && (i == last + 1 || ranges == RANGES))
			last = i;
	return last;
}

/* What lies outside of all leaves wants them all. */
void outbox_leaves_read(struct leaf_range *f, const struct sqlset *set,
			const struct column *column, const struct reply *r)
{
	struct buf oids = BUF_INIT, within = BUF_INIT;
	size_t ranges = 0;

	leaf_range_release(f);
	if (!reply_rows(r) || wanted(r, 0))
		return;
	add_dead(f, r, 0);
	buf_addf(&oids, "{%s", reply_get(r, 0, "oid"));
	for (size_t i = 1; i < reply_rows(r); i++) {
		if (wanted(r, i)) {
			size_t last = entered_to(r, i, ++ranges);

			add_range(&within, set, column, reply_get(r, i, "low"),
				  reply_get(r, last, "high"));
			i = last;
			continue;
		}
		buf_addf(&oids, ",%s", reply_get(r, i, "oid"));
		add_dead(f, r, i);
	}
	buf_addc(&oids, '}');
	if (ranges) {
		f->within = buf_detach(&within);
		f->oids = buf_detach(&oids);
	}
	buf_release(&within);
	buf_release(&oids);
}

void leaf_range_release(struct leaf_range *f)
{
	free(f->within);
	free(f->oids);
	*f = (struct leaf_range){ 0 };
}
