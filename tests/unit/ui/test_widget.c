/* SPDX-License-Identifier: MIT */
#include "ui/widget.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "support/leak.h"

static void holds(const struct scroll *s)
{
	cr_assert_geq(s->cursor, 0);
	cr_assert(s->len == 0 ? s->cursor == 0 : s->cursor < s->len);
	cr_assert_leq(s->top, s->cursor);
	cr_assert_lt(s->cursor, s->top + s->height);
	cr_assert_geq(s->top, 0);
	cr_assert(s->top == 0 || s->top + s->height <= s->len);
}

/* Whatever is done in whatever order: the invariants of widget.h hold. */
Test(widget, a_scrolled_list_keeps_its_promises)
{
	static const char *const moves[] = { "up",     "down",	   "pageup",   "pagedown",
					     "halfup", "halfdown", "scrollup", "scrolldown",
					     "first",  "last" };
	struct scroll s = { .len = 0, .height = 1 };
	unsigned seed = 1;

	for (int i = 0; i < 20000; i++) {
		seed = seed * 1103515245u + 12345u;
		if (seed >> 16 & 1)
			scroll_set(&s, (int)(seed >> 17 & 63), (int)(seed >> 23 & 15));
		else
			cr_assert(scroll_action(&s, moves[(seed >> 17) % ARRAY_SIZE(moves)],
						(long)(seed >> 22 & 7)));
		holds(&s);
	}
}

Test(widget, pages)
{
	struct scroll s = { 0 };

	scroll_set(&s, 100, 10);
	scroll_action(&s, "pagedown", 1);
	cr_assert_eq(s.top, 10);
	cr_assert_eq(s.cursor, 10);
	scroll_action(&s, "halfdown", 1);
	cr_assert_eq(s.top, 15);
	scroll_action(&s, "last", 1);
	cr_assert_eq(s.cursor, 99);
	cr_assert_eq(s.top, 90);
	scroll_action(&s, "up", 5);
	cr_assert_eq(s.cursor, 94);
	cr_assert_eq(s.top, 90);
	scroll_set(&s, 3, 10);
	cr_assert_eq(s.cursor, 2);
	cr_assert_eq(s.top, 0);
	cr_assert_not(scroll_action(&s, "sideways", 1));
}

Test(widget, without_a_cursor_moving_scrolls)
{
	struct scroll s = { .free = true };

	scroll_set(&s, 30, 10);
	scroll_action(&s, "down", 3);
	cr_assert_eq(s.top, 3);
	scroll_action(&s, "last", 1);
	cr_assert_eq(s.top, 20);
	cr_assert_eq(s.cursor, 20);
}

static void wraps(const char *text, int width, const char *expected)
{
	struct buf b = BUF_INIT;
	struct lines l;

	lines_wrap(&l, text, strlen(text), width);
	for (size_t i = 0; i < l.len; i++)
		buf_addf(&b, "%s|", l.v[i]);
	cr_assert_str_eq(b.data, expected);
	lines_release(&l);
	buf_release(&b);
}

LEAK_TEST(widget, wrapping)
{
	setlocale(LC_ALL, "C.UTF-8");
	wraps("one two three", 7, "one two|three|");
	wraps("one two three", 100, "one two three|");
	wraps("ab\033cd ef\xE2\x80\xAEg h", 6, "ab␛cd|ef<U+2|02E>g|h|");
	wraps("abcdefghijk", 4, "abcd|efgh|ijk|");
	wraps("a\n\nb", 10, "a||b|");
	wraps("日本語", 4, "日本|語|");
	wraps("日本語", 1, "日|本|語|");
	wraps("", 5, "");
}

LEAK_TEST(widget, tabs_are_found_where_they_are_painted)
{
	static const char *const names[] = { "one", "two", "three" };
	struct canvas *c = NULL;
	struct buf b = BUF_INIT;

	setlocale(LC_ALL, "C.UTF-8");
	c = canvas_new(1, 20);
	tabs_paint(c, 0, names, 3, 1);
	canvas_to_text(c, &b);
	cr_assert_str_eq(b.data, " one │ two │ three\n");
	cr_assert_eq(tabs_at(c, names, 3, 1), 0);
	cr_assert_eq(tabs_at(c, names, 3, 8), 1);
	cr_assert_eq(tabs_at(c, names, 3, 14), 2);
	cr_assert_eq(tabs_at(c, names, 3, 19), -1);
	buf_release(&b);
	canvas_free(&c);
}

LEAK_TEST(widget, a_box_in_a_small_place)
{
	struct canvas *c, w;
	struct buf b = BUF_INIT;

	setlocale(LC_ALL, "C.UTF-8");
	c = canvas_new(4, 12);
	w = box_open(c, 10, 50, STYLE_BORDER, "Title");
	cr_assert_eq(w.rows, 2);
	cr_assert_eq(w.cols, 8);
	canvas_text(&w, 0, 0, 20, STYLE_NORMAL, "0123456789");
	canvas_to_text(c, &b);
	cr_assert_str_eq(b.data, "╭ Title ───╮\n"
				 "│ 0123456… │\n"
				 "│          │\n"
				 "╰──────────╯\n");
	buf_release(&b);
	canvas_free(&c);
}

/* A click on a line of hints is the key under it, else the first of its part. */
Test(widget, hints_are_keys)
{
	const char *hints = "type to search   PgUp PgDn month  Ctrl-S take  y or Enter yes";
	struct key k;

	cr_assert_not(hint_at(hints, 2, &k), "a sentence is no key");
	cr_assert(hint_at(hints, 18, &k) && key_is(&k, K_PGUP));
	cr_assert(hint_at(hints, 23, &k) && key_is(&k, K_PGDN));
	cr_assert(hint_at(hints, 29, &k) && key_is(&k, K_PGUP));
	cr_assert(hint_at(hints, 36, &k) && k.code == 's' && k.mods == MOD_CTRL);
	cr_assert(hint_at(hints, 48, &k) && key_is(&k, 'y'));
	cr_assert(hint_at(hints, 54, &k) && key_is(&k, K_ENTER));
	cr_assert_not(hint_at(hints, 15, &k), "between them is nothing");
	cr_assert_not(hint_at(hints, 200, &k));
}

Test(widget, a_click_on_the_bar_shows_what_is_there)
{
	struct scroll s = { 0 };

	scroll_set(&s, 100, 10);
	cr_assert(scroll_bar_click(&s, 9, 10));
	cr_assert_eq(s.top, 90);
	cr_assert_eq(s.cursor, 90);
	cr_assert(scroll_bar_click(&s, 0, 10));
	cr_assert_eq(s.top, 0);
	cr_assert_eq(s.cursor, 9);
	cr_assert_not(scroll_bar_click(&s, 10, 10));
	scroll_set(&s, 5, 10);
	cr_assert_not(scroll_bar_click(&s, 3, 10), "there is no bar");
}

/* Labels that differ at their ends are told apart. */
LEAK_TEST(widget, a_long_label_is_cut_in_its_middle)
{
	struct canvas *c = canvas_new(1, 30);
	struct field_look look = { .label_width = 11 };
	struct buf b = BUF_INIT;

	setlocale(LC_ALL, "C.UTF-8");
	field_paint(c, 0, "a very long name", "1", 1, &look);
	canvas_to_text(c, &b);
	cr_assert(strncmp(b.data, "  a ver… name  1", strlen("  a ver… name  1")) == 0, "%s",
		  b.data);
	buf_release(&b);
	canvas_free(&c);
}
