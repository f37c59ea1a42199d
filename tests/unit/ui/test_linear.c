/* SPDX-License-Identifier: MIT */
#include "../../../src/ui/linear.h"

#include <locale.h>
#include <string.h>

#include "support/leak.h"

/* A canvas of a few rows: two of the header, the screen, one of hints. */
static struct canvas *fresh(const char *place)
{
	struct canvas *c = canvas_new(8, 40);

	setlocale(LC_ALL, "C.UTF-8");
	canvas_plain(c, true);
	canvas_text(c, 0, 1, 39, STYLE_HEADER, "souk  db@local     READ-ONLY");
	canvas_text(c, 1, 1, 39, STYLE_BREADCRUMB, place);
	canvas_text(c, 7, 1, 39, STYLE_HINT, "Enter open  ? help");
	return c;
}

static void told(struct linear *l, const struct linear_view *v, const char *expected)
{
	struct buf out = BUF_INIT;

	linear_tell(l, v, &out);
	cr_assert_str_eq(out.data, expected);
	buf_release(&out);
}

static int one, two;

static struct linear_view view_of(const struct canvas *c, const void *screen)
{
	return (struct linear_view){
		.canvas = c,
		.screen = screen,
		.part = screen,
		.title = "Things",
		.part_title = "Things",
		.point = "",
		.said = "",
		.width = 80,
	};
}

LEAK_TEST(linear, a_screen_is_told_once_and_then_what_changed)
{
	struct canvas *c = fresh("acme ▸ Things       1–2 of 2");
	struct linear *l = linear_new();
	struct linear_view v = view_of(c, &one);

	v.point = "row one";
	told(l, &v,
	     "souk, db@local, READ-ONLY\nThings, acme, 1–2 of 2\nrow one\n"
	     "Enter open, ? help\n");
	told(l, &v, "");
	v.point = "row two";
	told(l, &v, "row two\n");
	/* Numbers that count on are no news, a filter is. */
	canvas_text(c, 1, 1, 39, STYLE_BREADCRUMB, "acme ▸ Things       2–3 of 2");
	told(l, &v, "");
	canvas_text(c, 1, 1, 39, STYLE_BREADCRUMB, "acme ▸ Things  a=1  2–3 of 2");
	told(l, &v, "a=1\n");
	/* Of the header the part that changed. */
	canvas_text(c, 0, 1, 39, STYLE_HEADER, "souk  db@local      ARMED   ");
	told(l, &v, "ARMED\n");
	v.said = "error: no\nhint\n";
	told(l, &v, "error: no\nhint\n");
	linear_free(&l);
	canvas_free(&c);
}

/* A sentence that has ended stands apart as it is. */
LEAK_TEST(linear, sentences_of_one_line_are_not_listed)
{
	struct canvas *c = fresh("acme ▸ Things");
	struct linear *l = linear_new();
	struct linear_view v = view_of(c, &one);

	canvas_text(c, 3, 1, 39, STYLE_NORMAL, "ben saved it.  You began.   Enter");
	told(l, &v,
	     "souk, db@local, READ-ONLY\nThings, acme\n"
	     "ben saved it. You began. Enter\nEnter open, ? help\n");
	linear_free(&l);
	canvas_free(&c);
}

LEAK_TEST(linear, where_there_is_no_cursor_the_rows_are_told)
{
	struct canvas *c = fresh("acme ▸ Plots");
	struct linear *l = linear_new();
	struct linear_view v = view_of(c, &one);

	v.title = "Plots";
	canvas_text(c, 3, 0, 40, STYLE_NORMAL, "DUE  12  ● critical");
	canvas_text(c, 5, 0, 40, STYLE_NORMAL, "OLDEST  3 s");
	told(l, &v,
	     "souk, db@local, READ-ONLY\nPlots, acme\nDUE, 12, critical\nOLDEST, 3 s\n"
	     "Enter open, ? help\n");
	canvas_text(c, 5, 0, 40, STYLE_NORMAL, "OLDEST  4 s");
	told(l, &v, "OLDEST, 4 s\n");
	/* A row that the painter marks is the point. */
	canvas_focus(c, 3);
	told(l, &v, "DUE, 12, critical\n");
	v.whole = true;
	told(l, &v,
	     "souk, db@local, READ-ONLY\nacme, Plots\nDUE, 12, critical\nOLDEST, 4 s\n"
	     "Enter open, ? help\n");
	linear_free(&l);
	canvas_free(&c);
}

/* Figures are told when one comes, and then those that are others; what the cursor is on beside
 * them. */
LEAK_TEST(linear, figures_are_told_as_they_change)
{
	struct canvas *c = fresh("acme ▸ Load");
	struct linear *l = linear_new();
	struct linear_view v = view_of(c, &one);

	v.title = "Load";
	v.watches = true;
	v.point = "WHY, a lock, 1 of 2";
	canvas_text(c, 3, 0, 40, STYLE_NORMAL, " DUE 12");
	canvas_text(c, 4, 0, 40, STYLE_NORMAL, " dead 3");
	told(l, &v,
	     "souk, db@local, READ-ONLY\nLoad, acme\nDUE 12\ndead 3\nEnter open, ? help\n");
	told(l, &v, "");
	canvas_text(c, 3, 0, 40, STYLE_NORMAL, " DUE 15");
	told(l, &v, "DUE 15\n");
	v.point = "WHY, a slot, 2 of 2";
	told(l, &v, "WHY, a slot, 2 of 2\n");
	linear_free(&l);
	canvas_free(&c);
}

LEAK_TEST(linear, a_question_is_told_whole_and_a_pane_by_its_name)
{
	struct canvas *c = fresh("acme ▸ Things");
	struct linear *l = linear_new();
	struct linear_view v = view_of(c, &one);

	v.point = "row one";
	told(l, &v, "souk, db@local, READ-ONLY\nThings, acme\nrow one\nEnter open, ? help\n");
	v.part = &two;
	v.part_title = "Stock";
	v.point = "3 on hand";
	told(l, &v, "Stock: 3 on hand\n");
	v.screen = v.part = &two;
	v.modal = true;
	v.point = "";
	canvas_text(c, 2, 3, 30, STYLE_TITLE, "Really");
	canvas_text(c, 3, 3, 30, STYLE_NORMAL, "Drop it all?");
	told(l, &v, "Really\nDrop it all?\n");
	linear_free(&l);
	canvas_free(&c);
}

LEAK_TEST(linear, an_answer_that_comes_is_waited_for)
{
	struct canvas *c = fresh("acme ▸ Things");
	struct linear *l = linear_new();
	struct linear_view v = view_of(c, &one);

	v.hold = true;
	told(l, &v, "souk, db@local, READ-ONLY\n");
	v.hold = false;
	v.point = "row one";
	told(l, &v, "Things, acme\nrow one\nEnter open, ? help\n");
	linear_free(&l);
	canvas_free(&c);
}

/* The line as a terminal shows it after the bytes: only \b, \r, \n and signs. */
static void show(struct buf *line, size_t *at, const char *bytes)
{
	for (; *bytes; bytes++) {
		cr_assert_neq(*bytes, '\033');
		if (*bytes == '\b') {
			cr_assert_gt(*at, 0);
			--*at;
		} else if (*bytes == '\r') {
			*at = 0;
		} else if (*bytes == '\n') {
			buf_clear(line);
			*at = 0;
		} else {
			buf_splice(line, *at, *at < line->len ? 1 : 0, bytes, 1);
			++*at;
		}
	}
}

LEAK_TEST(linear, what_is_typed_is_echoed)
{
	static const struct {
		const char *text;
		int cursor;
	} steps[] = { { ":", 1 },     { ":o", 2 },    { ":or", 3 },   { ":orders", 7 },
		      { ":ord", 4 },  { ":ord", 2 },  { ":oXrd", 3 }, { ":", 1 },
		      { ":help", 5 }, { ":help", 1 }, { ":", 1 } };
	struct linear *l = linear_new();
	struct buf line = BUF_INIT;
	size_t at = 0;

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		struct canvas *c = fresh("acme ▸ Things");
		struct linear_view v = view_of(c, &one);
		struct buf out = BUF_INIT;

		canvas_fill(c, 7, 0, 1, 40, STYLE_INPUT);
		canvas_text(c, 7, 0, 40, STYLE_INPUT, steps[i].text);
		canvas_text(c, 7, (int)strlen(steps[i].text) + 1, 20, STYLE_GHOST, "[ghost]");
		canvas_cursor(c, 7, steps[i].cursor);
		v.bar = true;
		linear_tell(l, &v, &out);
		show(&line, &at, out.data);
		buf_trim(&line);
		cr_assert_str_eq(line.data, steps[i].text, "step %zu: '%s'", i, line.data);
		cr_assert_eq(at, (size_t)steps[i].cursor, "step %zu: %zu", i, at);
		buf_release(&out);
		canvas_free(&c);
	}
	linear_free(&l);
	buf_release(&line);
}

LEAK_TEST(linear, a_choice_is_told_and_the_line_stands_last)
{
	struct canvas *c = fresh("acme ▸ Things");
	struct linear *l = linear_new();
	struct linear_view v = view_of(c, &one);

	told(l, &v, "souk, db@local, READ-ONLY\nThings, acme\nEnter open, ? help\n");
	v.bar = true;
	canvas_fill(c, 7, 0, 1, 40, STYLE_INPUT);
	canvas_text(c, 7, 0, 40, STYLE_INPUT, ":or");
	canvas_cursor(c, 7, 3);
	told(l, &v, ":or");
	v.point = "orders, screen, 1 of 2";
	told(l, &v, "\norders, screen, 1 of 2\n:or");
	v.bar = false;
	v.point = "";
	canvas_cursor_hide(c);
	told(l, &v, "\n");
	linear_free(&l);
	canvas_free(&c);
}

/* Of another screen where one types already nothing old is told. */
LEAK_TEST(linear, a_screen_may_begin_with_typing)
{
	struct canvas *c = fresh("acme ▸ Things");
	struct linear *l = linear_new();
	struct linear_view v = view_of(c, &one);

	v.point = "row one";
	told(l, &v, "souk, db@local, READ-ONLY\nThings, acme\nrow one\nEnter open, ? help\n");
	v = view_of(c, &two);
	canvas_text(c, 3, 0, 40, STYLE_NORMAL, "  name  abc");
	canvas_focus(c, 3);
	canvas_cursor(c, 3, 11);
	told(l, &v, "Things\nname, abc\nname  abc");
	linear_free(&l);
	canvas_free(&c);
}

/* No more than the terminal's line holds, with the cursor. */
LEAK_TEST(linear, a_long_line_is_cut_around_the_cursor)
{
	struct canvas *c = fresh("acme ▸ Things");
	struct linear *l = linear_new();
	struct linear_view v = view_of(c, &one);

	v.bar = true;
	v.width = 10;
	canvas_fill(c, 7, 0, 1, 40, STYLE_INPUT);
	canvas_text(c, 7, 0, 40, STYLE_INPUT, ":0123456789abcdef");
	canvas_cursor(c, 7, 17);
	told(l, &v, "souk, db@local, READ-ONLY\n89abcdef");
	linear_free(&l);
	canvas_free(&c);
}
