/* SPDX-License-Identifier: MIT */
/*
 * rowset_types.c - what the columns are.  The first flush describes the base (all its columns,
 * no row, at no cost); the catalog knows better what belongs to a relation when it has arrived;
 * what neither names is asked for.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "command/mask.h"
#include "db/reply.h"
#include "domain/pgtype.h"
#include "rows_table.h"
#include "rowset_priv.h"

const struct described *types_described(const struct rowset *r, const char *name)
{
	for (size_t i = 0; i < r->described.len; i++)
		if (strcmp(r->described.v[i].name, name) == 0)
			return &r->described.v[i];
	return NULL;
}

bool types_known(const struct rowset *r)
{
	for (size_t i = 0; i < r->cols.len; i++)
		if (r->cols.v[i].type_oid == 0)
			return false;
	return !r->all_columns;
}

/* The catalog's column of this name of the base, or NULL. */
const struct column *types_catalog(const struct rowset *r, const char *name)
{
	const struct described *d = types_described(r, name);
	const struct catalog *catalog = session_catalog(r->session);
	const struct relation *rel = r->query ? NULL : r->relation;

	if (rel)
		return relation_column(rel, name);
	rel = catalog && d && d->table ? catalog_relation(catalog, d->table) : NULL;
	return rel ? relation_attnum(rel, d->attnum) : NULL;
}

static const char *builtin_operators(uint32_t type)
{
	return pgtype_compares_itself(type) ? NULL : "pg_catalog";
}

struct column types_as_column(const struct rowset *r, const char *name)
{
	const struct described *d = types_described(r, name);
	const struct column *known = types_catalog(r, name);
	struct column c = { .type_kind = 'b' };
	bool array;

	if (known && (!d || known->type_oid == d->type))
		c = *known;
	else if (d && pgtype_find(d->type, &array))
		c.operators = builtin_operators(d->type);
	c.name = name;
	return c;
}

static void set_type(struct rowset *r, struct rowset_col *col, const char *type,
		     const char *cast, char category)
{
	col->type = arena_intern(r->arena, type);
	col->cast = cast ? arena_intern(r->arena, cast) : NULL;
	col->category = category;
}

/* What an array over a built-in type is called. */
static void set_builtin(struct rowset *r, struct rowset_col *col, const struct pgtype *t,
			bool array)
{
	char *name = array ? xasprintf("%s[]", t->name) : xstrdup(t->name);

	set_type(r, col, name, name, array ? 'A' : t->category);
	col->operators = builtin_operators(array ? t->array : t->oid);
	free(name);
}

static void set_catalog(struct rowset *r, struct rowset_col *col, const struct column *known)
{
	struct buf cast = BUF_INIT;

	type_without_modifier(&cast, known->type);
	col->type_oid = known->type_oid;
	col->operators = known->operators ? arena_intern(r->arena, known->operators) : NULL;
	/* A domain's constraint has no say in what a value is compared with; but a composite
	 * type is read only where it is named. */
	set_type(r, col, known->type,
		 known->type_kind == 'd' && known->type_category != 'C' ? NULL : cast.data,
		 known->element_oid ? 'A' : known->type_category);
	buf_release(&cast);
}

void types_of(struct rowset *r, size_t i)
{
	struct rowset_col *col = &r->cols.v[i];
	const struct described *d = types_described(r, col->def.name);
	const struct column *known = types_catalog(r, col->def.name);
	const struct pgtype *t;
	bool array;

	if (d)
		col->type_oid = d->type;
	t = pgtype_find(col->type_oid, &array);
	/* The reply is right: where the snapshot says otherwise it is old. */
	if (known && (!d || known->type_oid == d->type))
		set_catalog(r, col, known);
	else if (t)
		set_builtin(r, col, t, array);
	col->mask = types_mask(r, i);
}

void types_refresh(struct rowset *r)
{
	for (size_t i = 0; i < r->cols.len; i++)
		types_of(r, i);
}

void types_learn(struct rowset *r, const struct reply *reply)
{
	VEC_CLEAR(&r->described);
	for (size_t i = 0; i < reply_columns(reply); i++)
		*VEC_PUSH(&r->described) = (struct described){
			.name = arena_intern(r->arena, reply_name(reply, i)),
			.type = reply_type(reply, i),
			.table = reply_table(reply, i),
			.attnum = reply_table_column(reply, i),
		};
	if (r->all_columns)
		source_name_all(r);
	types_refresh(r);
	types_ask(r);
}

int types_mask(const struct rowset *r, size_t i)
{
	const char *name = r->cols.v[i].def.name;
	const struct relation *rel = types_relation(r, name);
	const struct column *col = types_catalog(r, name);

	if (r->unmasked)
		return 0;
	return rel && col ? mask_column(r->session, rel, col) : mask_name(r->session, name);
}

/* ---- types that are not built in ---- */

static void types_done(void *ctx, const struct txn_result *result)
{
	struct rowset *r = ctx;
	const struct reply *reply = result->n > 0 ? result->replies[0] : NULL;

	r->asking_types = false;
	for (size_t row = 0; reply && row < reply_rows(reply); row++) {
		uint32_t type = (uint32_t)reply_int(reply, row, 0);
		const char *name = reply_get(reply, row, "name");
		for (size_t i = 0; i < r->cols.len; i++)
			if (r->cols.v[i].type_oid == type && !r->cols.v[i].category)
				set_type(r, &r->cols.v[i], name, name,
					 *reply_get(reply, row, "category"));
	}
	rowset_tell(r, ROWSET_STATE);
}

void types_ask(struct rowset *r)
{
	struct params params = PARAMS_INIT;
	VEC(char *) oids = VEC_INIT;
	const struct request_callbacks cb = { .done = types_done, .ctx = r };

	for (size_t i = 0; i < r->cols.len; i++)
		if (r->cols.v[i].type_oid && !r->cols.v[i].category)
			*VEC_PUSH(&oids) = xasprintf("%u", r->cols.v[i].type_oid);
	if (oids.len > 0 && !r->asking_types) {
		struct txn *txn = rowset_txn(r, USE_CATALOG);
		params_array(&params, (const char *const *)oids.v, oids.len);
		txn_add(txn, sqlset_get(session_sql(r->session), "page_types", 0)->text,
			&params);
		r->asking_types = true;
		db_send(session_db(r->session), rowset_lane(r), txn, &cb, r);
	}
	for (size_t i = 0; i < oids.len; i++)
		free(oids.v[i]);
	VEC_RELEASE(&oids);
	params_release(&params);
}

/* ---- for the filter ---- */

const struct relation *types_relation(const struct rowset *r, const char *name)
{
	const struct described *d = types_described(r, name);

	if (!r->query)
		return r->relation;
	/* The first page does not wait for the catalog. */
	if (!d || !d->table || !session_catalog(r->session))
		return NULL;
	return catalog_relation(session_catalog(r->session), d->table);
}

/* Which indexes serve this column, for @> and for "begins with". */
static void filter_indexes(const struct rowset *r, struct filter_column *out,
			   const struct column *col)
{
	const struct relation *rel = types_relation(r, out->name);

	out->prefix = col->collation_c ? PREFIX_RANGE : PREFIX_SLOW;
	for (size_t i = 0; rel && i < rel->nindexes; i++) {
		const struct index *x = &rel->indexes[i];
		bool gin = strcmp(x->method, "gin") == 0,
		     btree = strcmp(x->method, "btree") == 0;
		size_t at = 0;
		while (at < x->nkeys && x->columns[at] != col->attnum)
			at++;
		if (!x->valid || at == x->nkeys)
			continue;
		out->gin = out->gin || (gin && at == 0);
		/* First, or after the tenant: what comes before it is one value in a scope. */
		if (!btree || at > 1 || (!col->collation_c && !x->pattern_ops))
			continue;
		out->indexed = true;
		if (!col->collation_c)
			out->prefix = PREFIX_PATTERN;
	}
}

bool types_sort_is_walked(const struct rowset *r)
{
	bool walked = false;
	size_t n;
	struct order *order = effective_order(r, &n);

	/* One comparison of all of them is as leakproof as the least. */
	for (size_t i = 0; i < n && !walked; i++) {
		const char *name = r->cols.v[order[i].col].def.name;
		const struct relation *rel = types_relation(r, name);
		const struct column *col = types_catalog(r, name);

		walked = rel && rel->rls_active && col && !col->leakproof_order;
	}
	free(order);
	return walked;
}

static bool of_tsvector(const struct relation *rel, const struct index *x)
{
	const struct column *col =
		x->nkeys == 1 && strcmp(x->method, "gin") == 0 && x->columns[0]
			? relation_attnum(rel, x->columns[0])
			: NULL;

	return col && strcmp(col->type, "tsvector") == 0;
}

const char *types_fulltext(const struct rowset *r)
{
	const struct relation *rel = r->query ? NULL : r->relation;

	/* Its operator is not leakproof: under row-level security no index would serve. */
	for (size_t i = 0; rel && !rel->rls_active && i < rel->nindexes; i++) {
		const struct index *x = &rel->indexes[i];

		if (x->valid && !x->predicate &&
		    (search_is_fulltext(x->definition) || of_tsvector(rel, x)))
			return x->definition;
	}
	return NULL;
}

/* As it is written: behind its schema where that is not in the search path. */
static bool is_citext(const char *type)
{
	const char *dot = strrchr(type, '.');

	return strcmp(dot ? dot + 1 : type, "citext") == 0;
}

static void filter_catalog(struct rowset *r, struct filter_column *out,
			   const struct column *col)
{
	out->type = col->base_type_oid;
	out->category = col->element_oid ? 'A' : col->type_category;
	out->operators = col->operators;
	out->unordered = !col->btree_order;
	out->icase = col->operators && is_citext(col->type);
	out->domain = col->type_kind == 'd' && col->type_category != 'C';
	out->odd_collation = col->collation && !col->collation_c;
	out->choices = col->choices;
	filter_indexes(r, out, col);
}

bool types_filter_column(void *ctx, const char *name, struct filter_column *out,
			 struct err *err)
{
	struct rowset *r = ctx;
	const struct described *d = types_described(r, name);
	const struct column *col = types_catalog(r, name);
	struct rowset_col probe = { .def.name = name };
	const struct pgtype *t;
	bool array;

	if (!source_may_have(r, name))
		return source_unknown_column(r, name, err);
	*out = (struct filter_column){ .name = arena_intern(r->arena, name) };
	t = pgtype_find(d ? d->type : 0, &array);
	if (col && (!d || col->type_oid == d->type)) {
		set_catalog(r, &probe, col);
		filter_catalog(r, out, col);
	} else if (t) {
		set_builtin(r, &probe, t, array);
		out->type = d->type;
		out->category = probe.category;
		out->operators = probe.operators;
	}
	out->cast = probe.cast;
	return true;
}

int types_cell(const struct rowset *r, size_t i)
{
	const struct column *col = types_catalog(r, r->cols.v[i].def.name);

	return table_cell(col ? col->base_type_oid : r->cols.v[i].type_oid);
}
