/* SPDX-License-Identifier: MIT */
/* What a key costs a grid, counted in cells that are fetched to be formatted. */
#include "../../../src/ui/grid_priv.h"

#include <locale.h>
#include <string.h>

#include "support/leak.h"

enum { COLUMNS = 3, HEIGHT = 10, WIDTH = 40 };

struct rows {
	char text[32];
	unsigned edition;
	int64_t now;
	long asked;
};

static size_t columns(const void *p UNUSED)
{
	return COLUMNS;
}

static const struct screen_column *column(const void *p UNUSED, size_t col)
{
	static const struct screen_column defs[COLUMNS] = { { .name = "a" },
							    { .name = "b" },
							    { .name = "c" } };

	return &defs[col];
}

static enum value_kind kind(const void *p UNUSED, size_t col UNUSED)
{
	return VALUE_TEXT;
}

static int64_t now(const void *p)
{
	return ((const struct rows *)p)->now;
}

static size_t len(const void *p UNUSED)
{
	return 1000;
}

static unsigned edition(const void *p)
{
	return ((const struct rows *)p)->edition;
}

static const char *cell(const void *p, size_t row, size_t col, size_t *size, bool *cut)
{
	struct rows *r = (struct rows *)(uintptr_t)p;

	r->asked++;
	*size = (size_t)snprintf(r->text, sizeof r->text, "%u:%03zu.%zu", r->edition, row, col);
	*cut = false;
	return r->text;
}

static const struct rows_ops counted = { .columns = columns,
					 .column = column,
					 .kind = kind,
					 .now = now,
					 .len = len,
					 .edition = edition,
					 .cell = cell };

static void see(struct grid *g, size_t top)
{
	struct screen s = { .data = g };

	while (grid_see(&s, top, top + HEIGHT))
		gridcols_place(&g->cols, g->ops, g->p, WIDTH);
}

static void take(struct grid *g, struct rows *r)
{
	setlocale(LC_ALL, "C.UTF-8");
	*g = (struct grid){ .ops = &counted, .p = r, .height = HEIGHT };
	gridcols_take(&g->cols, g->ops, g->p);
	gridcols_place(&g->cols, g->ops, g->p, WIDTH);
	see(g, 0);
}

static void release(struct grid *g)
{
	gridcols_release(&g->cols);
	gridsheet_release(&g->sheet);
}

/* Cells asked for to see and to paint rows from top on; they come out as if all were painted. */
static long paint(struct grid *g, struct rows *r, size_t top)
{
	struct canvas *kept = canvas_new(HEIGHT, WIDTH), *anew = canvas_new(HEIGHT, WIDTH);
	struct buf a = BUF_INIT, b = BUF_INIT;
	long before = r->asked, asked;

	see(g, top);
	gridsheet_paint(g, top, top + HEIGHT, kept, 0);
	asked = r->asked - before;
	for (int y = 0; y < HEIGHT; y++)
		grid_paint_cells(g, top + (size_t)y, anew, y);
	canvas_to_styled(kept, &a);
	canvas_to_styled(anew, &b);
	cr_assert_str_eq(a.data, b.data);
	buf_release(&a);
	buf_release(&b);
	canvas_free(&kept);
	canvas_free(&anew);
	return asked;
}

LEAK_TEST(gridsheet, only_rows_that_come_are_formatted)
{
	struct rows r = { .now = 1 };
	struct grid g;

	take(&g, &r);
	cr_assert_eq(paint(&g, &r, 0), HEIGHT * COLUMNS);
	/* The cursor moves: nothing. */
	cr_assert_eq(paint(&g, &r, 0), 0);
	/* A line down, a line up, half a page: once to see how wide, once to paint. */
	cr_assert_eq(paint(&g, &r, 1), 2 * COLUMNS);
	cr_assert_eq(paint(&g, &r, 0), 2 * COLUMNS);
	cr_assert_eq(paint(&g, &r, 5), 5 * 2 * COLUMNS);
	/* A page. */
	cr_assert_eq(paint(&g, &r, 15), HEIGHT * 2 * COLUMNS);
	cr_assert_eq(paint(&g, &r, 400), HEIGHT * 2 * COLUMNS);
	release(&g);
}

LEAK_TEST(gridsheet, other_rows_and_other_looks_are_painted_anew)
{
	struct rows r = { .now = 1 };
	struct grid g;

	take(&g, &r);
	paint(&g, &r, 0);
	/* Fetched again, or at other places of the window. */
	r.edition++;
	cr_assert_eq(paint(&g, &r, 0), HEIGHT * 2 * COLUMNS);
	/* Ages are told by the second. */
	r.now += 999;
	cr_assert_eq(paint(&g, &r, 0), 0);
	r.now += 1000000;
	cr_assert_eq(paint(&g, &r, 0), HEIGHT * COLUMNS);
	/* A column that the person made narrow. */
	g.cols.v.v[1].by_hand = 2;
	gridcols_place(&g.cols, g.ops, g.p, WIDTH);
	cr_assert_eq(paint(&g, &r, 0), HEIGHT * COLUMNS);
	/* … and that goes. */
	g.cols.v.v[1].hidden = true;
	gridcols_place(&g.cols, g.ops, g.p, WIDTH);
	cr_assert_eq(paint(&g, &r, 0), HEIGHT * (COLUMNS - 1));
	release(&g);
}
