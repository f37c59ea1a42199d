/* SPDX-License-Identifier: MIT */
#include "ui/style.h"

#include <stdlib.h>
#include <string.h>

#include "support/leak.h"

static struct theme *parse(const char *text)
{
	struct err err = ERR_INIT;
	struct theme *t = theme_parse("theme.t", text, strlen(text), &err);

	cr_assert_not_null(t, "%s", err.why);
	return t;
}

static const char sample[] = "[theme]\ntitle = T\nbackground = dark\n[styles]\n"
			     "critical = ff0000/bright-red bold\n"
			     "muted = 244 dim\n"
			     "selected = white on 0000d7/blue\n"
			     "mine = bright-cyan\n";

static void look(const struct theme *t, enum style s, enum style over, enum color_depth d,
		 struct look want)
{
	struct look l = theme_look(t, s, over, d);

	cr_assert_eq(l.fg, want.fg, "%s: fg %d, wanted %d", style_name(s), l.fg, want.fg);
	cr_assert_eq(l.bg, want.bg, "%s: bg %d, wanted %d", style_name(s), l.bg, want.bg);
	cr_assert_eq(l.attrs, want.attrs, "%s: attrs %u", style_name(s), l.attrs);
}

LEAK_TEST(style, colours_come_down_to_what_there_is)
{
	struct theme *t = parse(sample);
	enum style n = STYLE_NORMAL, c = STYLE_CRITICAL;

	look(t, c, n, DEPTH_TRUE, (struct look){ COLOR_RGB | 0xff0000, -1, LOOK_BOLD });
	look(t, c, n, DEPTH_256, (struct look){ 196, -1, LOOK_BOLD });
	look(t, c, n, DEPTH_16, (struct look){ 9, -1, LOOK_BOLD });
	look(t, c, n, DEPTH_8, (struct look){ 1, -1, LOOK_BOLD });
	look(t, c, n, DEPTH_MONO, (struct look){ -1, -1, LOOK_BOLD });
	look(t, STYLE_MINE, n, DEPTH_8, (struct look){ 6, -1, LOOK_BOLD });
	look(t, STYLE_MUTED, n, DEPTH_256, (struct look){ 244, -1, LOOK_DIM });
	look(t, STYLE_MUTED, n, DEPTH_16, (struct look){ 8, -1, LOOK_DIM });
	theme_free(&t);
}

LEAK_TEST(style, what_lies_over_keeps_the_meaning)
{
	struct theme *t = parse(sample);

	/* The critical number stays red on the cursor row; dim is off where there is a
	 * background. */
	look(t, STYLE_CRITICAL, STYLE_SELECTED, DEPTH_256, (struct look){ 196, 20, LOOK_BOLD });
	look(t, STYLE_NORMAL, STYLE_SELECTED, DEPTH_256, (struct look){ 7, 20, 0 });
	look(t, STYLE_MUTED, STYLE_SELECTED, DEPTH_256, (struct look){ 244, 20, 0 });
	theme_free(&t);
}

LEAK_TEST(style, nothing_is_invisible)
{
	struct theme *t = parse("[styles]\ncritical = black on black\n");
	struct look l = theme_look(t, STYLE_CRITICAL, STYLE_NORMAL, DEPTH_8);

	cr_assert_neq(l.fg, l.bg);
	theme_free(&t);
}

static void refuse(const char *text, const char *expected)
{
	struct err err = ERR_INIT;
	char *told;

	cr_assert_null(theme_parse("theme.t", text, strlen(text), &err));
	told = err_text(&err);
	cr_assert_str_eq(told, expected);
	free(told);
	err_release(&err);
}

LEAK_TEST(style, what_is_refused_says_where)
{
	refuse("[styles]\ncriticl = red\n",
	       "theme.t:2: unknown style \"criticl\" (did you mean \"critical\"?)");
	refuse("[styles]\nok = gren\n",
	       "theme.t:2: unknown colour \"gren\" (did you mean \"green\"?)");
	refuse("[styles]\nok = 12345\n", "theme.t:2: unknown colour \"12345\"");
	refuse("[style]\n", "theme.t:1: unknown section \"style\" (did you mean \"styles\"?)");
	refuse("[theme]\nbackground = greyish\n", "theme.t:2: unknown background \"greyish\"");
}

LEAK_TEST(style, shipped_themes_are_whole)
{
	static const char *const names[] = { "dark", "light", "contrast", "mono" };
	struct err err = ERR_INIT;

	setenv("XDG_CONFIG_HOME", "/nowhere", 1);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct theme *t = theme_load(names[i], &err);

		cr_assert_not_null(t, "%s: %s", err.what, err.why);
		cr_assert_gt(strlen(theme_title(t)), 0);
		for (int s = 0; s < STYLES; s++) {
			struct look l = theme_look(t, (enum style)s, STYLE_NORMAL, DEPTH_MONO);

			cr_assert_eq(l.fg, COLOR_NONE);
		}
		theme_free(&t);
	}
	cr_assert_null(theme_load("drak", &err));
	cr_assert_str_eq(err.why, "unknown theme \"drak\" (did you mean \"dark\"?)");
	err_release(&err);
}

/* States are told apart from plain text in every shipped theme, also without colour. */
LEAK_TEST(style, states_can_be_told_without_colour)
{
	static const enum style loud[] = { STYLE_CRITICAL,  STYLE_WARNING,    STYLE_CONFLICT,
					   STYLE_SCOPE_ALL, STYLE_PRODUCTION, STYLE_ARMED };
	struct err err = ERR_INIT;
	struct theme *t;

	setenv("XDG_CONFIG_HOME", "/nowhere", 1);
	t = theme_load("mono", &err);
	for (size_t i = 0; i < ARRAY_SIZE(loud); i++)
		cr_assert_neq(theme_look(t, loud[i], STYLE_NORMAL, DEPTH_MONO).attrs, 0, "%s",
			      style_name(loud[i]));
	cr_assert_neq(theme_look(t, STYLE_NORMAL, STYLE_SELECTED, DEPTH_MONO).attrs, 0);
	theme_free(&t);
}
