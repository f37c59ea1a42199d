/* SPDX-License-Identifier: MIT */
/*
 * page_output.c - what a page brings of each column: all of it, its beginning, or of what it is
 * sorted by a beginning that is still told from any other.
 */
#include <string.h>

#include "page_priv.h"

static void add_cut(struct buf *out, const struct sqlset *set, const char *piece,
		    const char *column, int cut)
{
	struct buf n = BUF_INIT;

	buf_addf(&n, "%d", cut);
	struct sqlvar v[] = { { "column", column }, { "cut", n.data } };
	sql_fragment(out, set, piece, v, ARRAY_SIZE(v));
	buf_release(&n);
}

void page_place(struct buf *out, const struct sqlset *set, const char *column, int cut,
		bool binary)
{
	add_cut(out, set, binary ? "page.place_bytes" : "page.place", column, cut);
}

static bool is_sorted_by(const struct page_request *req, const char *column)
{
	for (size_t i = 0; i < req->nsort; i++)
		if (strcmp(req->sort[i].column, column) == 0)
			return true;
	return false;
}

static void add_output(struct buf *out, const struct sqlset *set,
		       const struct page_request *req, const struct page_column *col)
{
	if (col->cut > 0 && is_sorted_by(req, col->name)) {
		struct buf place = BUF_INIT;
		page_place(&place, set, col->name, col->cut, col->binary);
		struct sqlvar v[] = { { "place", place.data }, { "column", col->name } };
		sql_fragment(out, set, "page.place_output", v, ARRAY_SIZE(v));
		buf_release(&place);
		return;
	}
	add_cut(out, set,
		col->cut == 0 ? "page.whole"
		: col->binary ? "page.cut_bytes"
			      : "page.cut",
		col->name, col->cut);
}

void page_outputs(struct buf *out, const struct sqlset *set, const struct page_request *req)
{
	if (req->ncolumns == 0)
		buf_adds(out, sqlset_fragment(set, "page.all"));
	for (size_t i = 0; i < req->ncolumns; i++) {
		if (i > 0)
			buf_adds(out, ", ");
		add_output(out, set, req, &req->columns[i]);
	}
}
