/* SPDX-License-Identifier: MIT */
/*
 * style.h - what a text means; how that looks is a theme's business.
 *
 * Widgets paint with a style, never with a colour.  A cell may carry a second style laid *over* the
 * first (the cursor row, a mark, a changed cell): its background and attributes win, its
 * foreground only where the first style has none of its own, or one that could not be read there.
 * So a critical number stays red on the cursor row.
 *
 * A theme is a file (screens/theme.NAME, or the person's $XDG_CONFIG_HOME/souk/theme.NAME):
 *
 *	[theme]
 *	title      = Dark
 *	background = dark              dark | light | any: which terminals it is made for
 *
 *	[styles]
 *	normal   = default on default
 *	critical = ff7b7b/red bold     colour [on colour] [bold] [dim] [underline] [reverse] [italic]
 *
 * A colour is default, a name (black … white, bright-red …), 0 to 255, or rrggbb; behind '/' stands what
 * to use below 256 colours.  Styles that a theme leaves out look as its `normal`.
 * Colour alone never tells anything: every state has a word or a sign too.
 *
 * Themes are immutable once loaded.
 */
#ifndef UI_STYLE_H
#define UI_STYLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

/* name in theme and screen files */
#define STYLE_LIST(X)                                                                             \
	X(NORMAL, normal)                                                                         \
	/* the frame */                                                                           \
	X(HEADER, header)           /* first line: where we are connected */                      \
	X(HEADER_STRONG, header-strong)                                                           \
	X(SCOPE, scope)             /* the tenant */                                              \
	X(SCOPE_ALL, scope-all)     /* all tenants: loud */                                       \
	X(PRODUCTION, production)   /* loud */                                                    \
	X(READONLY, readonly)                                                                     \
	X(ARMED, armed)             /* writes are possible */                                     \
	X(BREADCRUMB, breadcrumb)                                                                 \
	X(HINT, hint)                                                                             \
	X(HINT_KEY, hint-key)                                                                     \
	X(BORDER, border)                                                                         \
	X(TITLE, title)             /* of a box, a pane, a panel */                               \
	X(TAB, tab)                                                                               \
	X(TAB_ACTIVE, tab-active)                                                                 \
	/* the command bar, dialogs and menus */                                                  \
	X(INPUT, input)                                                                           \
	X(GHOST, ghost)             /* what could be typed */                                     \
	X(MENU, menu)                                                                             \
	X(MENU_SELECTED, menu-selected)                                                           \
	X(MENU_NOTE, menu-note)                                                                   \
	X(BUTTON, button)                                                                         \
	X(TOAST, toast)                                                                           \
	/* rows and cells */                                                                      \
	X(COLUMN, column)           /* head of a column */                                        \
	X(COLUMN_SORTED, column-sorted)                                                           \
	X(SELECTED, selected)       /* over: the cursor row */                                    \
	X(FOCUS, focus)             /* over: the cursor cell, the field being edited */           \
	X(MARKED, marked)           /* over: marked by the person */                              \
	X(CHANGED, changed)         /* over: changed by the last refresh */                       \
	X(MATCH, match)             /* over: what the search found */                             \
	X(MUTED, muted)                                                                           \
	X(NIL, null)                /* SQL NULL */                                                \
	X(MASKED, masked)                                                                         \
	X(STALE, stale)                                                                           \
	X(LINK, link)                                                                             \
	/* states */                                                                              \
	X(OK, ok)                                                                                 \
	X(WARNING, warning)                                                                       \
	X(CRITICAL, critical)                                                                     \
	X(ERROR, error)                                                                           \
	X(INFO, info)                                                                             \
	/* comparing and merging */                                                               \
	X(CONFLICT, conflict)                                                                     \
	X(ADDED, added)                                                                           \
	X(REMOVED, removed)                                                                       \
	X(BASE, base)                                                                             \
	X(THEIRS, theirs)                                                                         \
	X(MINE, mine)                                                                             \
	X(MERGED, merged)                                                                         \
	/* texts in a viewer */                                                                   \
	X(KEYWORD, keyword)                                                                       \
	X(STRING, string)                                                                         \
	X(NUMBER, number)                                                                         \
	X(COMMENT, comment)                                                                       \
	/* plots: series 1 to 4, and the axis */                                                  \
	X(PLOT, plot)                                                                             \
	X(PLOT_2, plot-2)                                                                         \
	X(PLOT_3, plot-3)                                                                         \
	X(PLOT_4, plot-4)                                                                         \
	X(AXIS, axis)

enum style {
#define X(id, name) STYLE_##id,
	STYLE_LIST(X)
#undef X
	STYLES
};

/* False if there is no style of that name. */
bool style_find(const char *name, enum style *style);
const char *style_name(enum style style);
/* All names, NULL-terminated. */
const char *const *style_names(void);

/* ---- colours ---- */
/* COLOR_NONE: the terminal's own; 0 to 255: the palette; COLOR_RGB | 0xrrggbb. */
#define COLOR_NONE (-1)
#define COLOR_RGB 0x1000000

enum look_attr {
	LOOK_BOLD = 1, LOOK_DIM = 2, LOOK_UNDERLINE = 4, LOOK_REVERSE = 8, LOOK_ITALIC = 16,
};

struct look {
	int32_t fg, bg;
	unsigned attrs; /* enum look_attr */
};
bool look_equal(const struct look *a, const struct look *b);

/* What a terminal can do. */
enum color_depth { DEPTH_MONO = 0, DEPTH_8 = 8, DEPTH_16 = 16, DEPTH_256 = 256, DEPTH_TRUE = 1 << 24 };

struct theme;

/* Shipped or the person's own. An unknown name names the nearest. */
struct theme *theme_load(const char *name, struct err *err) MUST_CHECK;
struct theme *theme_parse(const char *file, const char *text, size_t len, struct err *err) MUST_CHECK;
void theme_free(struct theme **t);
const char *theme_title(const struct theme *t);
/* "dark", "light" or "any" */
const char *theme_background(const struct theme *t);

/* How style with over on it looks with so many colours. over STYLE_NORMAL: nothing lies over it. */
struct look theme_look(const struct theme *t, enum style style, enum style over, enum color_depth depth);

#endif
