/* SPDX-License-Identifier: MIT */
#include "ui/style.h"

#include <math.h>
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
			     "warning = ffd700/bright-yellow bold\n"
			     "muted = 244 dim\n"
			     "selected = white on 0000d7/blue\n"
			     "mine = bright-cyan\n"
			     "axis = bright-black\n";

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
	look(t, STYLE_MINE, n, DEPTH_TRUE, (struct look){ COLOR_RGB | 0x00ffff, -1, 0 });
	look(t, STYLE_MUTED, n, DEPTH_256, (struct look){ 244, -1, LOOK_DIM });
	look(t, STYLE_MUTED, n, DEPTH_16, (struct look){ 8, -1, LOOK_DIM });
	/* Where bold is not bright, black would be gone. */
	look(t, STYLE_AXIS, n, DEPTH_8, (struct look){ -1, -1, LOOK_DIM });
	theme_free(&t);
}

LEAK_TEST(style, what_lies_over_keeps_the_meaning)
{
	struct theme *t = parse(sample);

	/* The warning stays yellow on the cursor row; red and grey could not be read on blue; dim
	 * is off where there is a background. */
	look(t, STYLE_WARNING, STYLE_SELECTED, DEPTH_256, (struct look){ 220, 20, LOOK_BOLD });
	look(t, STYLE_NORMAL, STYLE_SELECTED, DEPTH_256, (struct look){ 7, 20, 0 });
	look(t, STYLE_CRITICAL, STYLE_SELECTED, DEPTH_256, (struct look){ 7, 20, LOOK_BOLD });
	look(t, STYLE_MUTED, STYLE_SELECTED, DEPTH_256, (struct look){ 7, 20, 0 });
	theme_free(&t);
}

LEAK_TEST(style, black_is_not_bold_where_bold_is_bright)
{
	struct theme *t = parse("[styles]\ncritical = black on yellow bold\n");

	look(t, STYLE_CRITICAL, STYLE_NORMAL, DEPTH_8, (struct look){ 0, 3, 0 });
	look(t, STYLE_CRITICAL, STYLE_NORMAL, DEPTH_16, (struct look){ 0, 3, LOOK_BOLD });
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

/* ---- who sees red and green alike ---- */

static double linear(int channel)
{
	double c = channel / 255.0;

	return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

struct lab {
	double l, a, b;
};

static double lab_f(double t)
{
	return t > 216.0 / 24389 ? cbrt(t) : (t * 24389 / 27 + 16) / 116;
}

/* How eyes of this kind see a colour (Machado, Oliveira, Fernandes 2009, severity 1), in CIE
 * L*a*b*. */
static struct lab seen(uint32_t rgb, const double eye[9])
{
	double in[3] = { linear(rgb >> 16 & 0xff), linear(rgb >> 8 & 0xff),
			 linear(rgb & 0xff) };
	double out[3], x, y, z;

	for (int i = 0; i < 3; i++)
		out[i] = fmin(1, fmax(0, eye[3 * i] * in[0] + eye[3 * i + 1] * in[1] +
						 eye[3 * i + 2] * in[2]));
	x = lab_f((0.4124 * out[0] + 0.3576 * out[1] + 0.1805 * out[2]) / 0.9505);
	y = lab_f(0.2126 * out[0] + 0.7152 * out[1] + 0.0722 * out[2]);
	z = lab_f((0.0193 * out[0] + 0.1192 * out[1] + 0.9505 * out[2]) / 1.089);
	return (struct lab){ 116 * y - 16, 500 * (x - y), 200 * (y - z) };
}

static double apart(uint32_t a, uint32_t b, const double eye[9])
{
	struct lab p = seen(a, eye), q = seen(b, eye);

	return sqrt((p.l - q.l) * (p.l - q.l) + (p.a - q.a) * (p.a - q.a) +
		    (p.b - q.b) * (p.b - q.b));
}

/* What a look paints with; the terminal's own colours are those the theme is made for. */
static void paints(const struct theme *t, struct look l, uint32_t *fg, uint32_t *bg)
{
	bool light = strcmp(theme_background(t), "light") == 0;

	*fg = l.fg == COLOR_NONE ? (light ? 0x000000 : 0xffffff) : (uint32_t)l.fg & 0xffffff;
	*bg = l.bg == COLOR_NONE ? (light ? 0xffffff : 0x000000) : (uint32_t)l.bg & 0xffffff;
}

static const enum style states[] = { STYLE_OK, STYLE_WARNING, STYLE_CRITICAL };

/* Each pair of states differs to all eyes, by what is written or by what it is written on. */
LEAK_TEST(style, states_differ_to_colour_blind_eyes)
{
	static const struct {
		const char *name;
		double m[9];
	} eyes[] = {
		{ "usual", { 1, 0, 0, 0, 1, 0, 0, 0, 1 } },
		{ "protanopia",
		  { 0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882,
		    -0.048116, 1.051998 } },
		{ "deuteranopia",
		  { 0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820,
		    0.042940, 0.968881 } },
		{ "tritanopia",
		  { 1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733,
		    0.691367, 0.303900 } },
	};
	static const char *const names[] = { "dark", "light", "contrast" };
	struct err err = ERR_INIT;

	setenv("XDG_CONFIG_HOME", "/nowhere", 1);
	for (size_t n = 0; n < ARRAY_SIZE(names) * ARRAY_SIZE(eyes); n++) {
		struct theme *t = theme_load(names[n % 3], &err);

		for (size_t k = 0; k < 3; k++) {
			enum style a = states[k], b = states[(k + 1) % 3];
			uint32_t fa, ba, fb, bb;
			double d;

			paints(t, theme_look(t, a, STYLE_NORMAL, DEPTH_TRUE), &fa, &ba);
			paints(t, theme_look(t, b, STYLE_NORMAL, DEPTH_TRUE), &fb, &bb);
			d = fmax(apart(fa, fb, eyes[n / 3].m), apart(ba, bb, eyes[n / 3].m));
			cr_expect_geq(d, 20, "%s, %s: %s and %s are %.1f apart", names[n % 3],
				      eyes[n / 3].name, style_name(a), style_name(b), d);
		}
		theme_free(&t);
	}
}

static double brightness(uint32_t rgb)
{
	return 0.2126 * linear(rgb >> 16 & 0xff) + 0.7152 * linear(rgb >> 8 & 0xff) +
	       0.0722 * linear(rgb & 0xff);
}

/* WCAG's ratio of what is written to what it is written on. */
static double contrast(const struct theme *t, enum style style, enum style over)
{
	uint32_t fg, bg;
	double a, b;

	paints(t, theme_look(t, style, over, DEPTH_TRUE), &fg, &bg);
	a = brightness(fg) + 0.05;
	b = brightness(bg) + 0.05;
	return a > b ? a / b : b / a;
}

/* Lines and bars, that are looked at and not read. */
static bool drawn(enum style s)
{
	return s == STYLE_BORDER || (s >= STYLE_PLOT && s <= STYLE_PLOT_4);
}

/* 4.5 can be read, 7 by nearly everybody: each style, and on the row and the cell of the cursor. */
LEAK_TEST(style, states_and_texts_can_be_read)
{
	static const enum style overs[] = { STYLE_NORMAL, STYLE_SELECTED, STYLE_FOCUS,
					    STYLE_CHANGED, STYLE_MATCH };
	static const struct {
		const char *name;
		double least;
	} themes[] = { { "dark", 4.5 }, { "light", 4.5 }, { "contrast", 7 } };
	struct err err = ERR_INIT;

	setenv("XDG_CONFIG_HOME", "/nowhere", 1);
	for (size_t i = 0; i < ARRAY_SIZE(themes); i++) {
		struct theme *t = theme_load(themes[i].name, &err);

		for (int k = 0; k < STYLES * (int)ARRAY_SIZE(overs); k++) {
			enum style style = (enum style)(k % STYLES), over = overs[k / STYLES];
			double c = contrast(t, style, over);

			cr_expect(drawn(style) || c >= themes[i].least, "%s: %s over %s %.1f",
				  themes[i].name, style_name(over), style_name(style), c);
		}
		theme_free(&t);
	}
}
