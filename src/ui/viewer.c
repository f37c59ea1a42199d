/* SPDX-License-Identifier: MIT */
#include "ui/viewer.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "ui/widget.h"
#include "grid_priv.h"
#include "ui_priv.h"
#include "viewtext.h"

struct viewer {
	struct viewtext *text;
	struct scroll scroll;
	bool wrap, nil;
	int left;     /* columns scrolled sideways */
	char *search; /* what n looks for */
	long found;   /* the row where it was found last; -1: the person has moved on since */
};

/* ---- colours of a line: [start, end) of it lies over col ---- */

struct painter {
	struct canvas *c;
	int row, col; /* where the shown piece begins */
	const char *line;
	size_t from, to; /* the shown piece of the line, bytes */
};

static void colour(const struct painter *p, size_t start, size_t end, enum style style)
{
	size_t a = start > p->from ? start : p->from, b = end < p->to ? end : p->to;
	int col;

	if (a >= b)
		return;
	col = p->col + utf8_width(p->line + p->from, a - p->from);
	canvas_restyle(p->c, p->row, col, 1, utf8_width(p->line + a, b - a), style);
}

static size_t string_end(const char *s, size_t len, size_t i, char quote)
{
	for (i++; i < len && s[i] != quote; i++)
		if (s[i] == '\\' && quote == '"')
			i++;
	return i + 1 < len ? i + 1 : len;
}

static size_t word_end(const char *s, size_t len, size_t i)
{
	while (i < len && (isalnum((unsigned char)s[i]) || s[i] == '_' || s[i] == '.' ||
			   s[i] == '-' || s[i] == '+'))
		i++;
	return i;
}

static void colour_json(const struct painter *p, const char *s, size_t len)
{
	for (size_t i = 0, end; i < len; i = end) {
		end = i + 1;
		if (s[i] == '"') {
			end = string_end(s, len, i, '"');
			colour(p, i, end,
			       end < len && s[end] == ':' ? STYLE_KEYWORD : STYLE_STRING);
		} else if (isalnum((unsigned char)s[i]) || s[i] == '-') {
			end = word_end(s, len, i);
			colour(p, i, end,
			       isalpha((unsigned char)s[i]) ? STYLE_NIL : STYLE_NUMBER);
		}
	}
}

static bool is_sql_word(const char *s, size_t len)
{
	static const char *const words[] = {
		"all",	     "and",	   "any",	"as",	    "asc",	"begin",
		"between",   "by",	   "case",	"cast",	    "coalesce", "commit",
		"create",    "cross",	   "default",	"delete",   "desc",	"distinct",
		"else",	     "end",	   "exists",	"false",    "filter",	"first",
		"for",	     "from",	   "full",	"group",    "having",	"in",
		"inner",     "insert",	   "into",	"is",	    "join",	"last",
		"lateral",   "left",	   "like",	"limit",    "not",	"null",
		"nulls",     "offset",	   "on",	"only",	    "or",	"order",
		"outer",     "over",	   "partition", "policy",   "primary",	"read",
		"recursive", "references", "returning", "right",    "rollback", "rows",
		"select",    "set",	   "table",	"then",	    "to",	"true",
		"union",     "unique",	   "update",	"using",    "values",	"view",
		"when",	     "where",	   "with",	"check",    "grant",	"revoke",
		"alter",     "enable",	   "force",	"security", "level",
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strlen(words[i]) == len && strncasecmp(words[i], s, len) == 0)
			return true;
	return false;
}

static void colour_sql(const struct painter *p, const char *s, size_t len)
{
	for (size_t i = 0, end; i < len; i = end) {
		end = i + 1;
		if (s[i] == '-' && i + 1 < len && s[i + 1] == '-') {
			end = len;
			colour(p, i, end, STYLE_COMMENT);
		} else if (s[i] == '\'' || s[i] == '"') {
			end = string_end(s, len, i, s[i] == '"' ? '\1' : '\'');
			if (s[i] == '\'')
				colour(p, i, end, STYLE_STRING);
			else
				end = i + 1;
		} else if (isalpha((unsigned char)s[i]) || s[i] == '_') {
			end = word_end(s, len, i);
			if (is_sql_word(s + i, end - i))
				colour(p, i, end, STYLE_KEYWORD);
		} else if (isdigit((unsigned char)s[i]) || s[i] == '$') {
			end = word_end(s, len, i + 1);
			colour(p, i, end, STYLE_NUMBER);
		}
	}
}

/* Headings stand at the left; "    key  what" lines begin with keys. */
static void colour_help(const struct painter *p, const char *s, size_t len)
{
	size_t indent = 0, end;

	while (indent < len && s[indent] == ' ')
		indent++;
	if (indent == 0 && len && s[len - 1] != '.') {
		colour(p, 0, len, STYLE_TITLE);
		return;
	}
	for (end = indent; end + 1 < len && !(s[end] == ' ' && s[end + 1] == ' ');)
		end++;
	if (indent == 2 && end + 1 < len)
		colour(p, indent, end, STYLE_HINT_KEY);
}

static void colour_line(const struct painter *p, enum viewer_as as, const char *s, size_t len)
{
	if (as == VIEW_JSON)
		colour_json(p, s, len);
	else if (as == VIEW_SQL)
		colour_sql(p, s, len);
	else if (as == VIEW_HELP)
		colour_help(p, s, len);
}

/* Also what began in the row before, or ends in the next one. */
static void mark_matches(const struct painter *p, size_t len, const char *search)
{
	size_t n = strlen(search), at = p->from > n ? p->from - n + 1 : 0, found;
	size_t end = len - p->to > n ? p->to + n - 1 : len;

	while (n && at < end &&
	       (found = utf8_find(p->line + at, end - at, search)) != SIZE_MAX) {
		size_t from = at + found > p->from ? at + found : p->from;
		size_t to = at + found + n < p->to ? at + found + n : p->to;

		if (from < to)
			canvas_over(p->c, p->row,
				    p->col + utf8_width(p->line + p->from, from - p->from), 1,
				    utf8_width(p->line + from, to - from), STYLE_MATCH);
		at += found + n;
	}
}

/* In both halves of a row of bytes, as viewtext lays it out. */
static void mark_bytes(const struct painter *p, unsigned hits)
{
	enum { HEX = 10, LETTERS = 60, HALF = VIEWTEXT_HEX_ROW / 2 };

	for (int i = 0; i < VIEWTEXT_HEX_ROW; i++) {
		int hex = p->col + HEX + 3 * i + (i >= HALF);

		if (!(hits & 1U << i))
			continue;
		canvas_over(p->c, p->row, hex, 1, 2, STYLE_MATCH);
		canvas_over(p->c, p->row, p->col + LETTERS + i, 1, 1, STYLE_MATCH);
	}
}

/* ---- painting ---- */

static void recalc(struct screen *s)
{
	struct viewer *v = s->data;

	size_t rows = viewtext_rows(v->text);

	viewtext_layout(v->text, s->cols - 3, v->wrap);
	if (viewtext_rows(v->text) != rows)
		v->found = -1;
	scroll_set(&v->scroll, (int)viewtext_rows(v->text), s->rows);
}

/* What a row can show of its text, however long that is. */
static size_t enough(const struct canvas *c, size_t len)
{
	size_t most = (size_t)c->cols * 64;

	return len < most ? len : most;
}

static void paint_row(const struct viewer *v, struct canvas *c, int row, size_t at)
{
	struct viewrow r;
	struct painter p = { .c = c, .row = row };
	size_t skip, len;

	viewtext_row(v->text, at, &r);
	p.col = 1 + r.hang;
	skip = utf8_fit(r.text, r.len, v->wrap ? 0 : v->left, NULL);
	len = enough(c, r.len - skip);
	/* The blank at which a line was broken needs no column. */
	while (v->wrap && len && r.text[skip + len - 1] == ' ')
		len--;
	p.line = r.line;
	p.from = (size_t)(r.text - r.line) + skip;
	p.to = p.from + len;
	canvas_textn(c, row, p.col, c->cols - 1 - p.col, v->nil ? STYLE_NIL : STYLE_NORMAL,
		     r.text + skip, len);
	if (!r.long_line)
		colour_line(&p, viewtext_as(v->text), r.line, r.line_len);
	if (v->search && viewtext_as(v->text) == VIEW_HEX)
		mark_bytes(&p, viewtext_hits(v->text, at, v->search));
	else if (v->search)
		mark_matches(&p, r.line_len, v->search);
	if (r.foldable)
		canvas_glyph(c, row, 0, r.folded ? GLYPH_FOLDED : GLYPH_UNFOLDED, STYLE_MUTED);
	if (r.folded)
		canvas_printf(c, row, 2 + utf8_width(r.text, r.len), c->cols, STYLE_MUTED,
			      "%s %zu lines", glyph(GLYPH_ELLIPSIS), r.hidden);
}

static void repaint(const struct screen *s, struct canvas *c)
{
	const struct viewer *v = s->data;
	int rows = (int)viewtext_rows(v->text);
	struct canvas text = canvas_sub(c, 0, 0, c->rows, c->cols - 1);

	for (int i = 0; i < c->rows && v->scroll.top + i < rows; i++)
		paint_row(v, &text, i, (size_t)(v->scroll.top + i));
	/* The line that f folds and Enter means. */
	if (viewtext_as(v->text) == VIEW_JSON && rows)
		canvas_over(&text, v->scroll.cursor - v->scroll.top, 0, 1, text.cols,
			    STYLE_SELECTED);
	if (viewtext_as(v->text) == VIEW_JSON && rows)
		canvas_focus(&text, v->scroll.cursor - v->scroll.top);
	scroll_paint_bar(&v->scroll, c, c->cols - 1);
}

static void status(const struct screen *s, struct screen_status *out)
{
	const struct viewer *v = s->data;
	static const char *const names[] = { "text", "text", "JSON", "text", "SQL" };
	size_t len = viewtext_length(v->text);

	if (v->search)
		buf_addf(&out->filters, "/%s", v->search);
	if (v->nil)
		buf_adds(&out->note, "no value");
	else if (viewtext_bytes(v->text))
		buf_addf(&out->note, "%zu byte%s", len, len == 1 ? "" : "s");
	else if (viewtext_as(v->text) < (int)ARRAY_SIZE(names))
		buf_addf(&out->note, "%s, %zu byte%s", names[viewtext_as(v->text)], len,
			 len == 1 ? "" : "s");
	if (v->scroll.len > v->scroll.height)
		buf_addf(&out->position, "%d%s%d of %d", v->scroll.top + 1, glyph(GLYPH_DASH),
			 v->scroll.top + v->scroll.height, v->scroll.len);
}

/* ---- actions ---- */

/* Where it is; around the end where it is not before that. */
static void find_from(struct screen *s, size_t from, bool backwards, const char *again)
{
	struct viewer *v = s->data;
	size_t rows = viewtext_rows(v->text);
	long row = viewtext_find(v->text, v->search, from, backwards);
	bool around = row < 0;

	if (around)
		row = viewtext_find(v->text, v->search, backwards ? rows : 0, backwards);
	v->found = row;
	if (row >= 0)
		scroll_to(&v->scroll, (int)row);
	if (row < 0)
		ui_say(s->ui, SAY_INFO, "\"%s\" is not here", v->search);
	else if (around && again)
		ui_say(s->ui, SAY_INFO, "\"%s\": %s", v->search, again);
}

/* From the place found last on, which need not be at the top: the end may be in sight. */
static void find(struct screen *s, bool backwards)
{
	const struct viewer *v = s->data;
	int from = v->found >= 0     ? (int)v->found
		   : v->scroll.free  ? v->scroll.top
				     : v->scroll.cursor;

	if (!v->search)
		ui_say(s->ui, SAY_INFO, "nothing was searched for yet: / finds a text");
	else
		find_from(s, (size_t)from + !backwards, backwards,
			  backwards ? "from the end again" : "from the beginning again");
}

static void search(struct screen *s, const char *text)
{
	struct viewer *v = s->data;

	free(v->search);
	v->search = text && *text ? xstrdup(text) : NULL;
	v->found = -1;
	if (v->search)
		find_from(s, (size_t)v->scroll.top, false, NULL);
}

static bool move(struct screen *s, const char *where, long count)
{
	struct viewer *v = s->data;

	v->found = -1;
	if (strcmp(where, "left") == 0)
		v->left = v->left > 8 * count ? v->left - 8 * (int)count : 0;
	else if (strcmp(where, "right") == 0)
		v->left += v->wrap ? 0 : 8 * (int)count;
	else if (strcmp(where, "firstcolumn") == 0)
		v->left = 0;
	else
		return scroll_action(&v->scroll, where, count);
	return true;
}

static void wrap(struct screen *s, const char *what)
{
	struct viewer *v = s->data;
	enum viewer_as now = viewtext_as(v->text);

	v->found = -1;
	if (what && strcmp(what, "fold") == 0) {
		if (!viewtext_fold(v->text, (size_t)v->scroll.cursor))
			ui_say(s->ui, SAY_INFO, "nothing to fold on this line");
	} else if (what && strcmp(what, "bytes") == 0) {
		if (!viewtext_show_as(v->text, now == VIEW_HEX ? VIEW_TEXT : VIEW_HEX))
			ui_say(s->ui, SAY_INFO, "this is no bytea value");
	} else {
		v->wrap = !v->wrap;
		v->left = 0;
	}
	v->scroll.free = viewtext_as(v->text) != VIEW_JSON;
	screen_changed(s, SCREEN_DATA);
}

static bool copy(struct screen *s, struct err *err)
{
	const struct viewer *v = s->data;
	struct longtext *source = viewtext_source(v->text);
	const char *text = longtext_data(source, err);
	size_t len = longtext_len(source);

	if (v->nil) {
		copying_value(s->ui, NULL, 0, NULL);
		return true;
	}
	if (!text)
		return false;
	char *what = xasprintf("%zu byte%s", len, len == 1 ? "" : "s");

	ui_copy(s->ui, text, len, what);
	longtext_let_go(source);
	free(what);
	return true;
}

static bool action(struct screen *s, enum action act, const struct args *args, struct err *err)
{
	const char *where = args_get(args, "where"), *text = args_get(args, "text");

	screen_changed(s, SCREEN_LOOK);
	switch ((int)act) {
	case ACTION_MOVE:
		return move(s, where, args_int(args, "count", ui_count(s->ui, 1)));
	case ACTION_FILTER:
		search(s, text ? text : args_get(args, "filter"));
		return true;
	case ACTION_FIND_NEXT:
		find(s, where && strcmp(where, "previous") == 0);
		return true;
	case ACTION_WRAP:
		wrap(s, args_get(args, "what"));
		return true;
	case ACTION_COPY:
		return copy(s, err);
	default:
		return screen_cannot(s, act, err);
	}
}

/* Is there a line that is cut, or broken in two?  What is not seen may be. */
static bool has_long_line(const struct viewer *v)
{
	if (!v->wrap || v->scroll.len > v->scroll.height)
		return true;
	for (int i = 0; i < v->scroll.len; i++) {
		struct viewrow row;

		viewtext_row(v->text, (size_t)i, &row);
		if (row.len < row.line_len || row.long_line)
			return true;
	}
	return false;
}

static bool offers(const struct screen *s, enum action act, const char *words)
{
	const struct viewer *v = s->data;
	enum viewer_as as = viewtext_as(v->text);
	struct viewrow row;

	if (act == ACTION_MOVE)
		return v->scroll.len > v->scroll.height;
	if (act != ACTION_WRAP)
		return true;
	if (strcmp(words, "bytes") == 0)
		return viewtext_bytes(v->text);
	if (strcmp(words, "fold") != 0)
		return as != VIEW_HEX && has_long_line(v);
	if (as != VIEW_JSON || !v->scroll.len)
		return false;
	viewtext_row(v->text, (size_t)v->scroll.cursor, &row);
	return row.foldable;
}

static bool key(struct screen *s, const struct key *k)
{
	struct viewer *v = s->data;

	if ((k->code == K_CLICK || k->code == K_DRAG) && k->col == s->cols - 1 &&
	    scroll_bar_click(&v->scroll, k->row, s->rows)) {
		screen_changed(s, SCREEN_LOOK);
		return true;
	}
	if (!key_is(k, K_CLICK) || v->scroll.free)
		return false;
	scroll_to(&v->scroll, v->scroll.top + k->row);
	screen_changed(s, SCREEN_LOOK);
	return true;
}

static void close_viewer(struct screen *s)
{
	struct viewer *v = s->data;

	viewtext_free(&v->text);
	free(v->search);
	free(v);
}

const struct screen_kind kind_text = {
	.name = "text",
	.recalc = recalc,
	.repaint = repaint,
	.key = key,
	.action = action,
	.offers = offers,
	.status = status,
	.close = close_viewer,
};

static struct longtext *text_of(struct ui *ui, const char *text, size_t len)
{
	struct err err = ERR_INIT;
	struct longtext *copy = longtext_of(text, len, &err);

	if (!copy)
		ui_say_err(ui, &err);
	err_release(&err);
	return copy;
}

void viewer_open_long(struct ui *ui, const char *title, struct longtext *owned,
		      enum viewer_as as)
{
	static const char nil[] = "NULL";
	struct longtext *text = owned ? owned : text_of(ui, nil, sizeof nil - 1);
	struct viewer *v;
	struct err err = ERR_INIT;

	if (!text)
		return;
	v = xcalloc(1, sizeof *v);
	v->nil = !owned;
	v->found = -1;
	v->text = viewtext_new(text, owned ? as : VIEW_TEXT);
	v->wrap = viewtext_as(v->text) != VIEW_SQL;
	v->scroll.free = viewtext_as(v->text) != VIEW_JSON;
	struct screen_init init = { .kind = &kind_text, .title = title, .data = v };
	if (!screen_push(ui, &init, &err))
		BUG("a viewer could not be opened: %s", err.why);
}

void viewer_open(struct ui *ui, const char *title, const char *text, size_t len,
		 enum viewer_as as)
{
	struct longtext *copy = text ? text_of(ui, text, len) : NULL;

	if (copy || !text)
		viewer_open_long(ui, title, copy, as);
}

enum viewer_as viewer_as_kind(enum value_kind kind)
{
	return kind == VALUE_BYTEA ? VIEW_HEX : VIEW_AUTO;
}
