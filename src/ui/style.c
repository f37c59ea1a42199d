/* SPDX-License-Identifier: MIT */
#include "ui/style.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/deffile.h"
#include "base/embed.h"
#include "base/num.h"
#include "base/path.h"

static const char *const names[] = {
#define X(id, name) #name,
	STYLE_LIST(X)
#undef X
		NULL,
};

const char *const *style_names(void)
{
	return names;
}

const char *style_name(enum style style)
{
	return names[style];
}

bool style_find(const char *name, enum style *style)
{
	for (int i = 0; i < STYLES; i++) {
		if (strcmp(names[i], name) == 0) {
			*style = (enum style)i;
			return true;
		}
	}
	return false;
}

bool look_equal(const struct look *a, const struct look *b)
{
	return a->fg == b->fg && a->bg == b->bg && a->attrs == b->attrs;
}

/* ---- colours ---- */

static const char *const color_names[] = {
	"black",	"red",		 "green",	"yellow",	  "blue",
	"magenta",	"cyan",		 "white",	"bright-black",	  "bright-red",
	"bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan",
	"bright-white", "default",	 NULL,
};

/* As xterm shows the first sixteen; nobody's terminal agrees exactly, but nearest is near
 * enough. */
static const uint32_t palette16[16] = {
	0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
	0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
};

static int cube_level(int i)
{
	return i ? 55 + 40 * i : 0;
}

static uint32_t palette_rgb(int index)
{
	int i = index - 16;

	if (index < 16)
		return palette16[index];
	if (index >= 232)
		return (uint32_t)(8 + 10 * (index - 232)) * 0x010101;
	return (uint32_t)cube_level(i / 36) << 16 | (uint32_t)cube_level(i / 6 % 6) << 8 |
	       (uint32_t)cube_level(i % 6);
}

static int distance(uint32_t a, uint32_t b)
{
	int sum = 0;

	for (int shift = 0; shift <= 16; shift += 8) {
		int d = (int)(a >> shift & 0xff) - (int)(b >> shift & 0xff);

		sum += d * d;
	}
	return sum;
}

static int nearest_color(uint32_t rgb, int from, int to)
{
	int best = from;

	for (int i = from + 1; i < to; i++)
		if (distance(rgb, palette_rgb(i)) < distance(rgb, palette_rgb(best)))
			best = i;
	return best;
}

/* Bring a colour down to what the terminal has. */
static int32_t reduce(int32_t color, enum color_depth depth)
{
	if (color == COLOR_NONE || depth == DEPTH_MONO)
		return COLOR_NONE;
	/* Where a number is red, green and blue, only the first eight are the terminal's own.
	 */
	if (depth == DEPTH_TRUE)
		return color & COLOR_RGB || color < 8
			       ? color
			       : (int32_t)(COLOR_RGB | palette_rgb(color));
	if (depth == DEPTH_256 && !(color & COLOR_RGB))
		return color;
	if (depth == DEPTH_256)
		return nearest_color((uint32_t)color & 0xffffff, 16, 256);
	if (color & COLOR_RGB)
		color = nearest_color((uint32_t)color & 0xffffff, 0, (int)depth);
	else if (color >= (int32_t)depth && color >= 16)
		color = nearest_color(palette_rgb(color), 0, (int)depth);
	return color;
}

static bool parse_color(const char *word, int32_t *color, struct err *err)
{
	char *end;
	long n;

	if (strlen(word) == 6) {
		n = strtol(word, &end, 16);
		if (!*end) {
			*color = (int32_t)(COLOR_RGB | n);
			return true;
		}
	}
	for (int i = 0; color_names[i]; i++) {
		if (strcmp(word, color_names[i]) == 0) {
			*color = i == 16 ? COLOR_NONE : i;
			return true;
		}
	}
	n = strtol(word, &end, 10);
	if (end != word && !*end && n >= 0 && n <= 255) {
		*color = (int32_t)n;
		return true;
	}
	return err_unknown(err, "colour", word, color_names);
}

/* ---- themes ---- */

struct theme_style {
	struct look rich, poor; /* from 256 colours on, and below */
	bool set;
};

struct theme {
	char *title, *background;
	struct theme_style styles[STYLES];
};

static unsigned find_attr(const char *word)
{
	static const struct {
		const char *name;
		unsigned attr;
	} attrs[] = {
		{ "bold", LOOK_BOLD },		 { "dim", LOOK_DIM },
		{ "underline", LOOK_UNDERLINE }, { "reverse", LOOK_REVERSE },
		{ "italic", LOOK_ITALIC },
	};

	for (size_t i = 0; i < ARRAY_SIZE(attrs); i++)
		if (strcmp(attrs[i].name, word) == 0)
			return attrs[i].attr;
	return 0;
}

/* "rich/poor" or one for both */
static bool parse_pair(char *word, int32_t *rich, int32_t *poor, struct err *err)
{
	char *slash = strchr(word, '/');

	if (slash)
		*slash = '\0';
	if (!parse_color(word, rich, err))
		return false;
	*poor = *rich;
	return !slash || parse_color(slash + 1, poor, err);
}

static bool parse_style(const char *value, struct theme_style *out, struct err *err)
{
	char *copy = xstrdup(value), *save = NULL;
	struct theme_style t = { .rich = { .fg = COLOR_NONE, .bg = COLOR_NONE }, .set = true };
	bool on = false, ok = true;

	t.poor = t.rich;
	for (char *w = strtok_r(copy, " \t\n", &save); w && ok;
	     w = strtok_r(NULL, " \t\n", &save)) {
		unsigned attr = find_attr(w);

		if (strcmp(w, "on") == 0)
			on = true;
		else if (attr)
			t.rich.attrs |= attr;
		else if (on)
			ok = parse_pair(w, &t.rich.bg, &t.poor.bg, err);
		else
			ok = parse_pair(w, &t.rich.fg, &t.poor.fg, err);
	}
	t.poor.attrs = t.rich.attrs;
	free(copy);
	if (ok)
		*out = t;
	return ok;
}

static bool set_text(char **field, const char *value)
{
	free(*field);
	*field = xstrdup(value);
	return true;
}

static bool theme_entry(void *ctx, const struct deffile_entry *e, struct err *err)
{
	static const char *const sections[] = { "theme", "styles", NULL };
	static const char *const keys[] = { "title", "background", NULL };
	static const char *const backgrounds[] = { "dark", "light", "any", NULL };
	struct theme *t = ctx;
	enum style style;
	bool head = strcmp(e->section, "theme") == 0;

	if (!head && strcmp(e->section, "styles") != 0)
		return err_unknown(err, "section", e->section, sections);
	if (!e->key)
		return true;
	if (!head) {
		if (!style_find(e->key, &style))
			return err_unknown(err, "style", e->key, names);
		return parse_style(e->value, &t->styles[style], err);
	}
	if (strcmp(e->key, "title") == 0)
		return set_text(&t->title, e->value);
	if (strcmp(e->key, "background") != 0)
		return err_unknown(err, "key", e->key, keys);
	for (int i = 0; backgrounds[i]; i++)
		if (strcmp(backgrounds[i], e->value) == 0)
			return set_text(&t->background, e->value);
	return err_unknown(err, "background", e->value, backgrounds);
}

struct theme *theme_parse(const char *file, const char *text, size_t len, struct err *err)
{
	struct theme *t = xcalloc(1, sizeof *t);

	t->title = xstrdup("");
	t->background = xstrdup("any");
	t->styles[STYLE_NORMAL] = (struct theme_style){
		.rich = { .fg = COLOR_NONE, .bg = COLOR_NONE },
		.poor = { .fg = COLOR_NONE, .bg = COLOR_NONE },
		.set = true,
	};
	if (!deffile_parse(file, text, len, theme_entry, t, err))
		theme_free(&t);
	return t;
}

#define SHIPPED "screens/theme."

struct known {
	const char *words[64];
	size_t len;
};

static void add_known(void *ctx, const char *name)
{
	struct known *k = ctx;

	if (k->len + 1 < ARRAY_SIZE(k->words))
		k->words[k->len++] = name;
}

struct theme *theme_load(const char *name, struct err *err)
{
	struct buf text = BUF_INIT;
	char *file = xasprintf("theme.%s", name), *path = path_config(file);
	char *shipped = xasprintf(SHIPPED "%s", name);
	const struct embed *e = embed_find(embed_screens, shipped);
	struct theme *t = NULL;
	struct known known = { .len = 0 };

	if (path_exists(path)) {
		if (path_read(path, 1 << 20, &text, err))
			t = theme_parse(path, text.data, text.len, err);
	} else if (e) {
		t = theme_parse(shipped, e->text, e->len, err);
	} else {
		/* The person's own are left out: their names do not outlive the walk. */
		for (e = embed_screens; e->path; e++)
			if (strncmp(e->path, SHIPPED, strlen(SHIPPED)) == 0)
				add_known(&known, e->path + strlen(SHIPPED));
		err_unknown(err, "theme", name, known.words);
	}
	buf_release(&text);
	free(shipped);
	free(path);
	free(file);
	return t;
}

void theme_free(struct theme **t)
{
	if (!*t)
		return;
	free((*t)->title);
	free((*t)->background);
	free(*t);
	*t = NULL;
}

const char *theme_title(const struct theme *t)
{
	return t->title;
}

const char *theme_background(const struct theme *t)
{
	return t->background;
}

/* ---- can it be read? ---- */

/* WCAG 2's relative luminance, 0 to 1. */
static double luminance(uint32_t rgb)
{
	static const double weights[] = { 0.0722, 0.7152, 0.2126 };
	double sum = 0;

	for (int i = 0; i < 3; i++) {
		double c = (double)(rgb >> 8 * i & 0xff) / 255;

		double e = (c + 0.055) / 1.055;

		/* e^2.4 */
		sum += weights[i] * (c <= 0.04045 ? c / 12.92 : e * e * num_root5(e * e));
	}
	return sum;
}

/* A terminal's own default is not known: nothing is said against it. */
static bool readable(int32_t fg, int32_t bg)
{
	double a, b;

	if (fg == COLOR_NONE || bg == COLOR_NONE)
		return true;
	a = luminance(fg & COLOR_RGB ? (uint32_t)fg & 0xffffff : palette_rgb(fg)) + 0.05;
	b = luminance(bg & COLOR_RGB ? (uint32_t)bg & 0xffffff : palette_rgb(bg)) + 0.05;
	return (a > b ? a / b : b / a) >= 4.5;
}

struct look theme_look(const struct theme *t, enum style style, enum style over,
		       enum color_depth depth)
{
	const struct theme_style *s = &t->styles[t->styles[style].set ? style : STYLE_NORMAL];
	const struct theme_style *o = &t->styles[over], *n = &t->styles[STYLE_NORMAL];
	bool rich = depth >= DEPTH_256;
	struct look look = rich ? s->rich : s->poor, top = rich ? o->rich : o->poor;
	struct look normal = rich ? n->rich : n->poor;

	if (over != STYLE_NORMAL && o->set) {
		if (top.bg != COLOR_NONE)
			look.bg = top.bg;
		if (look.fg == COLOR_NONE || style == STYLE_NORMAL)
			look.fg = top.fg != COLOR_NONE ? top.fg : look.fg;
		else if (!readable(look.fg, top.bg))
			look.fg = top.fg;
		look.attrs |= top.attrs;
		/* On a background of its own dim text cannot be read. */
		if (top.bg != COLOR_NONE || top.attrs & LOOK_REVERSE)
			look.attrs &= ~(unsigned)LOOK_DIM;
	}
	look.fg = reduce(look.fg == COLOR_NONE ? normal.fg : look.fg, depth);
	look.bg = reduce(look.bg == COLOR_NONE ? normal.bg : look.bg, depth);
	/* With eight colours the bright ones are bold, and there are no bright backgrounds.
	 * Where bold is not bright, black would be gone: grey is dim instead. */
	if (depth == DEPTH_8 && look.fg == 8 && (look.bg == COLOR_NONE || look.bg % 8 == 0)) {
		look.fg = look.bg == COLOR_NONE ? COLOR_NONE : 7;
		look.attrs |= LOOK_DIM;
	}
	if (depth == DEPTH_8 && look.fg >= 8) {
		look.fg -= 8;
		look.attrs |= LOOK_BOLD;
	}
	if (depth == DEPTH_8 && look.bg >= 8)
		look.bg -= 8;
	if (look.fg == look.bg && look.fg != COLOR_NONE)
		look.fg = look.bg == 0 || look.bg == 8 ? 7 : 0; /* never invisible */
	/* Where bold is bright, bold black is a grey that cannot be read. */
	if (depth == DEPTH_8 && look.fg == 0)
		look.attrs &= ~(unsigned)LOOK_BOLD;
	return look;
}
