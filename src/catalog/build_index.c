/* SPDX-License-Identifier: MIT */
/* Indexes; the definition of a plain one is composed here instead of asking pg_get_indexdef. */
#include <string.h>

#include "base/buf.h"
#include "catalog_priv.h"
#include "db/sql.h"

enum { OPTION_DESC = 1, OPTION_NULLS_FIRST = 2 };

/* As pg_get_indexdef writes it: quotes only where they are needed. */
static void add_ident(struct buf *out, const struct catalog_builder *b, const char *name)
{
	bool plain = (*name >= 'a' && *name <= 'z') || *name == '_';

	for (const char *p = name; *p && plain; p++)
		plain = (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '_';
	if (plain && !map_has(b->keywords, name))
		buf_adds(out, name);
	else
		sql_ident(out, name);
}

static void add_key(struct buf *out, const struct catalog_builder *b,
		    const struct relation *rel, const struct index *ix, size_t i)
{
	const struct column *col = relation_attnum(rel, ix->columns[i]);

	add_ident(out, b, col ? col->name : "?");
	if (i >= ix->nkeys)
		return;
	if (ix->options[i] & OPTION_DESC) {
		buf_adds(out, " DESC");
		if (!(ix->options[i] & OPTION_NULLS_FIRST))
			buf_adds(out, " NULLS LAST");
	} else if (ix->options[i] & OPTION_NULLS_FIRST) {
		buf_adds(out, " NULLS FIRST");
	}
}

static const char *compose(struct catalog_builder *b, const struct relation *rel,
			   const struct index *ix)
{
	struct buf out = BUF_INIT;
	const char *text;

	buf_addf(&out, "CREATE %sINDEX ", ix->unique ? "UNIQUE " : ""); /* not SQL */
	add_ident(&out, b, ix->name);
	buf_adds(&out, " ON ");
	if (rel->kind == RELATION_PARTITIONED)
		buf_adds(&out, "ONLY ");
	add_ident(&out, b, rel->schema);
	buf_addc(&out, '.');
	add_ident(&out, b, rel->name);
	buf_addf(&out, " USING %s (", ix->method);
	for (size_t i = 0; i < ix->ncolumns; i++) {
		if (i > 0)
			buf_adds(&out, i == ix->nkeys ? ") INCLUDE (" : ", ");
		add_key(&out, b, rel, ix, i);
	}
	buf_addc(&out, ')');
	if (ix->nulls_not_distinct)
		buf_adds(&out, " NULLS NOT DISTINCT");
	text = arena_strndup(b->arena, out.data, out.len);
	buf_release(&out);
	return text;
}

static bool bytewise(const struct catalog_builder *b, oid collation)
{
	for (size_t i = 0; i < b->collations.len; i++) {
		if (b->collations.v[i].oid == collation)
			return b->collations.v[i].c;
	}
	return false;
}

void build_indexes(struct catalog_builder *b, const struct reply *r)
{
	for (size_t i = 0; i < reply_rows(r); i++) {
		struct relation *rel = build_current(b, build_oid(r, i, "relation"));
		const char *scans = reply_get(r, i, "scans");
		struct index *ix;
		size_t noptions;

		if (!rel)
			continue;
		ix = VEC_PUSH(&b->indexes);
		*ix = (struct index){
			.oid = build_oid(r, i, "oid"),
			.name = arena_strdup(b->arena, reply_get(r, i, "name")),
			.method = build_text(b, r, i, "method"),
			.nkeys = (size_t)build_int(r, i, "nkeys"),
			.unique = build_bool(r, i, "unique"),
			.primary = build_bool(r, i, "primary"),
			.exclusion = build_bool(r, i, "exclusion"),
			.valid = build_bool(r, i, "valid"),
			.ready = build_bool(r, i, "ready"),
			.nulls_not_distinct = build_bool(r, i, "nulls_not_distinct"),
			.pattern_ops = build_bool(r, i, "pattern") ||
				       bytewise(b, build_oid(r, i, "collation")),
			.predicate = build_text(b, r, i, "predicate"),
			.definition = build_text(b, r, i, "definition"),
			.scans = scans ? build_int(r, i, "scans") : -1,
			.bytes = build_int(r, i, "pages") * b->c->block_size,
		};
		ix->columns = array_ints(b->arena, reply_get(r, i, "keys"), &ix->ncolumns);
		ix->options = array_ints(b->arena, reply_get(r, i, "options"), &noptions);
		if (!ix->definition)
			ix->definition = compose(b, rel, ix);
	}
}
