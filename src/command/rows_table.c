/* SPDX-License-Identifier: MIT */
#include "rows_table.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "domain/pgtype.h"
#include "rowset_priv.h"

int table_cell(uint32_t type)
{
	switch (type) {
	case PGTYPE_INT2:
	case PGTYPE_INT4:
	case PGTYPE_FLOAT4:
	case PGTYPE_FLOAT8:
		return CELL_NUMBER;
	case PGTYPE_BOOL:
		return CELL_BOOL;
	default:
		return CELL_TEXT;
	}
}

/* The signs of a mask are no value that anybody would want to insert. */
static bool insertable(const struct rowset *r, size_t col, bool *overriding)
{
	const char *name = r->cols.v[col].def.name;
	const struct column *c = types_catalog(r, name);

	if (rowset_masked(r, col) || !r->relation || types_relation(r, name) != r->relation ||
	    !c || c->generated)
		return false;
	/* A joined copy of a column has another name than its own. */
	if (relation_column(r->relation, name) != c)
		return false;
	*overriding = *overriding || c->identity == 'a';
	return true;
}

static void add(struct rows_table *t, const struct rowset *r, size_t col)
{
	t->cols[t->n] = col;
	t->columns[t->n++] = (struct table_column){
		.name = r->cols.v[col].def.name,
		.type = types_cell(r, col),
		.format = r->cols.v[col].def.format,
	};
}

bool rows_table_init(struct rows_table *t, const struct rowset *r, bool inserts,
		     struct err *err)
{
	struct buf name = BUF_INIT;

	*t = (struct rows_table){
		.cols = xcalloc(r->cols.len + 1, sizeof *t->cols),
		.columns = xcalloc(r->cols.len + 1, sizeof *t->columns),
		.cells = xcalloc(r->cols.len + 1, sizeof *t->cells),
	};
	for (size_t i = 0; i < r->cols.len; i++)
		if (inserts ? insertable(r, i, &t->overriding) : !r->cols.v[i].def.hidden)
			add(t, r, i);
	if (inserts && t->n == 0) {
		rows_table_release(t);
		return err_set(err, ERR_USAGE, r->def->name,
			       "there is no relation that these rows could be inserted into");
	}
	if (inserts) {
		sql_qualified(&name, r->relation->schema, r->relation->name);
		t->relation = buf_detach(&name);
	}
	return true;
}

void rows_table_release(struct rows_table *t)
{
	free(t->cols);
	free(t->columns);
	free(t->cells);
	free(t->relation);
	*t = (struct rows_table){ 0 };
}

const char *const *rows_table_cells(struct rows_table *t, const char *const *cells)
{
	for (size_t i = 0; i < t->n; i++)
		t->cells[i] = cells[t->cols[i]];
	return t->cells;
}
