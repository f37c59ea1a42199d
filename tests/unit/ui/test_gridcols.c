/* SPDX-License-Identifier: MIT */
/* How columns share a width that is too small for all of them. */
#include "../../../src/ui/grid_priv.h"

#include <string.h>

#include "support/leak.h"

enum { COLUMNS = 3 };

static size_t columns(const void *p UNUSED)
{
	return COLUMNS;
}

static const struct screen_column *column(const void *p, size_t col)
{
	return &((const struct screen_column *)p)[col];
}

static const struct rows_ops ops = { .columns = columns, .column = column };

/* The widths that columns of these natural widths get, "10 20 30". */
static void expect(const struct screen_column *defs, const int *natural, int width,
		   const char *expected)
{
	struct gridcols g = { 0 };
	struct buf b = BUF_INIT;
	int end = 0;

	gridcols_take(&g, &ops, defs);
	for (size_t i = 0; i < COLUMNS; i++)
		g.v.v[i].natural = natural[i];
	gridcols_place(&g, &ops, defs, width);
	for (size_t i = 0; i < COLUMNS; i++) {
		const struct gridcol *c = &g.v.v[i];

		buf_addf(&b, "%s%d", i ? " " : "", c->width);
		if (c->width)
			cr_assert(c->x >= end, "columns stand on each other");
		end = c->width ? c->x + c->width + 1 : end;
	}
	cr_assert_str_eq(b.data, expected);
	cr_assert_leq(end - 1, width);
	buf_release(&b);
	gridcols_release(&g);
}

LEAK_TEST(gridcols, a_cut_name_is_lent_room_by_a_cut_sentence)
{
	static const struct screen_column defs[COLUMNS] = {
		{ .name = "n", .max = 20 }, { .name = "s", .max = 60 }, { .name = "t", .max = 60 }
	};

	/* There is room for all. */
	expect(defs, (const int[]){ 30, 20, 10 }, 100, "30 20 10");
	/* The widest of those behind it lends first. */
	expect(defs, (const int[]){ 30, 90, 90 }, 125, "30 50 40");
	/* A sentence before a name lends nothing to it, */
	expect(defs, (const int[]){ 90, 30, 90 }, 70, "20 30 15");
}

LEAK_TEST(gridcols, what_is_whole_or_set_lends_nothing)
{
	static const struct screen_column defs[COLUMNS] = { { .name = "n", .max = 20 },
							    { .name = "s", .width = 30 },
							    { .name = "t", .max = 40 } };

	expect(defs, (const int[]){ 40, 90, 40 }, 95, "20 30 40");
}

/* As they are painted: the frozen ones first. */
LEAK_TEST(gridcols, one_walks_as_they_stand)
{
	static const struct screen_column defs[COLUMNS] = { { .name = "a" },
							    { .name = "b", .freeze = true },
							    { .name = "c" } };
	struct gridcols g = { 0 };

	gridcols_take(&g, &ops, defs);
	cr_assert_eq(g.cursor, 1);
	gridcols_move(&g, -1);
	cr_assert_eq(g.cursor, 1);
	gridcols_move(&g, 1);
	cr_assert_eq(g.cursor, 0);
	gridcols_move(&g, 1);
	cr_assert_eq(g.cursor, 2);
	gridcols_move(&g, 1);
	cr_assert_eq(g.cursor, 2);
	gridcols_move(&g, -2);
	cr_assert_eq(g.cursor, 1);
	gridcols_to(&g, true);
	cr_assert_eq(g.cursor, 2);
	g.v.v[2].hidden = g.v.v[0].hidden = true;
	gridcols_to(&g, true);
	cr_assert_eq(g.cursor, 1);
	gridcols_release(&g);
}
