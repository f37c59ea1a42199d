/* SPDX-License-Identifier: MIT */
/* Columns and their types. This is where a large catalog spends its time: 120,000 rows and
 * more. */
#include <stdlib.h>
#include <string.h>

#include "catalog_priv.h"

enum { DEFAULT_COLLATION = 100, XMIN = -2 };

static const char *const *enum_labels(struct catalog_builder *b, oid type)
{
	const char **list;
	size_t first = 0, end;

	while (first < b->choices.len &&
	       (b->choices.v[first].type != type || b->choices.v[first].domain))
		first++;
	for (end = first; end < b->choices.len && b->choices.v[end].type == type; end++)
		;
	if (end == first)
		return NULL;
	list = arena_array(b->arena, end - first + 1, sizeof *list);
	for (size_t i = first; i < end; i++)
		list[i - first] = b->choices.v[i].text;
	return list;
}

/* The checks of a domain say the same of every column that has it. */
static void domain_hints(struct catalog_builder *b, struct column *shape)
{
	for (size_t i = 0; i < b->choices.len; i++) {
		const struct choice_row *row = &b->choices.v[i];
		const char *const *choices = NULL;
		const char *range = NULL;

		if (!row->domain || row->type != shape->type_oid ||
		    !check_parse(b->arena, row->text, &choices, &range))
			continue;
		if (choices)
			shape->choices = choices;
		if (range)
			shape->range_text = range;
	}
}

void build_types(struct catalog_builder *b, const struct reply *r)
{
	for (size_t i = 0; i < reply_rows(r); i++) {
		struct column shape = {
			.type = build_text(b, r, i, "formatted"),
			.operators = build_text(b, r, i, "operators"),
			.type_oid = build_oid(r, i, "type"),
			.typmod = (int)build_int(r, i, "typmod"),
			.base_type_oid = build_oid(r, i, "base"),
			.element_oid = build_oid(r, i, "element"),
			.type_kind = build_char(r, i, "kind"),
			.type_category = build_char(r, i, "category"),
			.not_null = build_bool(r, i, "not_null"),
			.btree_order = build_bool(r, i, "btree"),
			.leakproof_order = build_bool(r, i, "leakproof"),
		};

		shape.choices = enum_labels(b, shape.base_type_oid);
		if (shape.type_kind == 'd')
			domain_hints(b, &shape);
		*VEC_PUSH(&b->types) = (struct type_row){
			.type = shape.type_oid,
			.typmod = shape.typmod,
			.shape = shape,
		};
	}
}

static struct column type_shape(const struct catalog_builder *b, oid type, int typmod)
{
	size_t lo = 0, hi = b->types.len;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct type_row *row = &b->types.v[mid];

		if (row->type < type || (row->type == type && row->typmod < typmod))
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo < b->types.len && b->types.v[lo].type == type && b->types.v[lo].typmod == typmod)
		return b->types.v[lo].shape;
	return (struct column){
		.type = "?",
		.type_oid = type,
		.base_type_oid = type,
		.typmod = typmod,
		.type_kind = 'b',
		.type_category = 'U',
	};
}

static void set_collation(const struct catalog_builder *b, struct column *col, oid collation)
{
	if (collation == 0 || collation == DEFAULT_COLLATION) {
		col->collation_c = collation != 0 && b->c->collation_c;
		return;
	}
	for (size_t i = 0; i < b->collations.len; i++) {
		if (b->collations.v[i].oid == collation) {
			col->collation = b->collations.v[i].name;
			col->collation_c = b->collations.v[i].c;
		}
	}
}

/* Constraints come in order of relation, as columns do, but a search is simpler than a merge.
 */
static void apply_hints(const struct catalog_builder *b, struct column *col, oid relation)
{
	size_t lo = 0, hi = b->hints.len;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (b->hints.v[mid].relation < relation)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < b->hints.len && b->hints.v[lo].relation == relation; lo++) {
		const struct hint_row *hint = &b->hints.v[lo];

		if (hint->attnum != col->attnum)
			continue;
		if (hint->choices)
			col->choices = hint->choices;
		if (hint->range)
			col->range_text = hint->range;
	}
}

void build_column_acls(struct catalog_builder *b, const struct reply *r)
{
	for (size_t i = 0; i < reply_rows(r); i++)
		*VEC_PUSH(&b->column_acls) = (struct column_acl_row){
			.relation = build_oid(r, i, "relation"),
			.attnum = (int)build_int(r, i, "attnum"),
			.rights = (int)build_int(r, i, "rights"),
			.acl = build_acl(b, reply_get(r, i, "acl")),
		};
}

static const struct column_acl_row *column_acl(const struct catalog_builder *b, oid relation,
					       int attnum)
{
	size_t lo = 0, hi = b->column_acls.len;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct column_acl_row *row = &b->column_acls.v[mid];

		if (row->relation < relation ||
		    (row->relation == relation && row->attnum < attnum))
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == b->column_acls.len || b->column_acls.v[lo].relation != relation ||
	    b->column_acls.v[lo].attnum != attnum)
		return NULL;
	return &b->column_acls.v[lo];
}

enum field {
	F_RELATION,
	F_ATTNUM,
	F_NAME,
	F_TYPE,
	F_TYPMOD,
	F_NOT_NULL,
	F_NEVER_NULL,
	F_MADE,
	F_COLLATION,
	F_DEFAULT,
	FIELDS,
};

static const char *const field_names[FIELDS] = {
	"relation",   "attnum", "name",	     "type",	"typmod", "not_null",
	"never_null", "made",	"collation", "default",
};

/* reply_get looks a name up at each call: too slow for this one reply. */
static void resolve(const struct reply *r, size_t fields[FIELDS])
{
	for (size_t i = 0; i < FIELDS; i++)
		fields[i] = (size_t)reply_column(r, field_names[i]);
}

static void build_column(struct catalog_builder *b, const struct relation *rel,
			 const struct reply *r, size_t row, const size_t *f)
{
	int attnum = (int)reply_int(r, row, f[F_ATTNUM]);
	const struct column_acl_row *own = column_acl(b, rel->oid, attnum);
	struct column *col = VEC_PUSH(&b->columns);
	const char *text;

	*col = type_shape(b, (oid)reply_int(r, row, f[F_TYPE]),
			  (int)reply_int(r, row, f[F_TYPMOD]));
	col->attnum = attnum;
	col->name = arena_intern(b->arena, reply_text(r, row, f[F_NAME]));
	col->not_null |= reply_bool(r, row, f[F_NOT_NULL]);
	col->never_null = reply_bool(r, row, f[F_NEVER_NULL]);
	text = reply_text(r, row, f[F_MADE]);
	if (!text)
		text = "";
	if (*text == 'a' || *text == 'd')
		col->identity = *text;
	else
		col->generated = *text;
	text = reply_text(r, row, f[F_DEFAULT]);
	col->default_expr = text ? arena_intern(b->arena, text) : NULL;
	col->rights = rel->rights & (RIGHT_SELECT | RIGHT_INSERT | RIGHT_UPDATE);
	if (own) {
		col->acl = own->acl;
		col->rights |= own->rights;
		b->column_rights |= own->rights;
	}
	col->comment = build_comment(b, rel->oid, attnum);
	set_collation(b, col, (oid)reply_int(r, row, f[F_COLLATION]));
	apply_hints(b, col, rel->oid);
}

void build_columns(struct catalog_builder *b, const struct reply *r)
{
	size_t fields[FIELDS];

	resolve(r, fields);
	for (size_t i = 0; i < reply_rows(r); i++) {
		struct relation *rel =
			build_current(b, (oid)reply_int(r, i, fields[F_RELATION]));

		if (!rel)
			continue;
		if (b->columns.len == 0) {
			const struct column_acl_row *xmin = column_acl(b, rel->oid, XMIN);

			rel->xmin_readable |= xmin && (xmin->rights & RIGHT_SELECT);
		}
		build_column(b, rel, r, i, fields);
	}
}
