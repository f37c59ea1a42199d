/* SPDX-License-Identifier: MIT */
#include "ui/lineedit.h"

#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "ui/widget.h"
#include "histfile.h"

enum { KEPT = 1000, FIRST_SIZE = 256 };

struct lineedit {
	bool ready;    /* readline is set up */
	FILE *null;    /* where readline believes that it writes */
	locale_t utf8; /* our lines are UTF-8, whatever the terminal shows; 0: unknown here */
	char *history;
	struct line *live; /* whose state readline has now; NULL: its own, an empty line */
	size_t lines;
	struct readline_state own;
	struct buf queue; /* bytes for rl_getc_function */
	size_t taken;
	char *accepted; /* readline's own text of an accepted line */
	bool ended, completing;
};

struct line {
	struct lineedit *le;
	struct line_ops ops;
	struct readline_state state; /* while another one is live */
};

/* readline's callbacks get no context. */
static struct lineedit *the;

/* ---- readline's side ---- */

static int next_byte(FILE *stream)
{
	(void)stream;
	if (the->taken < the->queue.len)
		return (unsigned char)the->queue.data[the->taken++];
	return EOF;
}

static int more_bytes(void)
{
	return the->taken < the->queue.len;
}

static void nothing(void)
{
}

static void prepare_nothing(int meta)
{
	(void)meta;
}

static void on_line(char *text)
{
	if (!text) {
		the->ended = true;
		return;
	}
	free(the->accepted);
	the->accepted = text;
}

/* Whatever key the inputrc binds to completion ends here; what is shown is our own menu. */
static char **on_complete(const char *text, int start, int end)
{
	(void)text;
	(void)start;
	(void)end;
	rl_attempted_completion_over = 1;
	the->completing = true;
	return NULL;
}

/* With a redisplay of our own readline does not look into the terminal's description. */
static void bind_keys(void)
{
	static const struct {
		const char *sequence;
		rl_command_func_t *fn;
	} keys[] = {
		{ "\\e[3~", rl_delete },
		{ "\\e[2~", rl_overwrite_mode },
		{ "\\e[1;5C", rl_forward_word },
		{ "\\e[1;5D", rl_backward_word },
		{ "\\e[1;3C", rl_forward_word },
		{ "\\e[1;3D", rl_backward_word },
		{ "\\e[3;5~", rl_kill_word },
		{ "\\e[5~", rl_history_search_backward },
		{ "\\e[6~", rl_history_search_forward },
	};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		rl_bind_keyseq_if_unbound(keys[i].sequence, keys[i].fn);
}

static void set_up_readline(struct lineedit *le)
{
	rl_readline_name = "souk";
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_change_environment = 0;
	rl_prep_term_function = prepare_nothing;
	rl_deprep_term_function = nothing;
	rl_redisplay_function = nothing;
	rl_getc_function = next_byte;
	rl_input_available_hook = more_bytes;
	rl_attempted_completion_function = on_complete;
	le->null = fopen("/dev/null", "w");
	rl_outstream = le->null;
	rl_initialize();
	bind_keys();
	/* It would ring on stderr. */
	rl_variable_bind("bell-style", "none");
	rl_variable_bind("enable-bracketed-paste", "off");
	/* In the locale C it would make Meta keys of them. */
	rl_variable_bind("input-meta", "on");
	rl_variable_bind("output-meta", "on");
	rl_variable_bind("convert-meta", "off");
	using_history();
	rl_callback_handler_install("", on_line);
}

/* ---- history ---- */

static void forget(int at)
{
	free_history_entry(remove_history(at));
}

static void forget_same(const char *text)
{
	HIST_ENTRY **list = history_list();

	for (int i = 0; list && list[i]; i++) {
		if (strcmp(list[i]->line, text) != 0)
			continue;
		forget(i);
		return;
	}
}

static void keep(const char *text)
{
	forget_same(text);
	while (history_length >= KEPT)
		forget(0);
	add_history(text);
}

/* Readline's tables, the inputrc and the history wait for the first line: who only browses does
 * without. */
static void make_ready(struct lineedit *le)
{
	if (le->ready)
		return;
	le->ready = true;
	set_up_readline(le);
	rl_save_state(&le->own);
	if (le->history)
		histfile_read(le->history, KEPT, keep);
}

void lineedit_remember(struct lineedit *le, const char *text)
{
	if (!*text || *text == ' ' || !histfile_fit(text))
		return;
	make_ready(le);
	keep(text);
	if (le->history)
		histfile_append(le->history, text);
}

bool lineedit_busy(const struct lineedit *le)
{
	return le && le->lines;
}

const char *lineedit_history(struct lineedit *le, size_t i)
{
	HIST_ENTRY **list;

	make_ready(le);
	list = history_list();
	if (i >= (size_t)history_length)
		return NULL;
	return list[(size_t)history_length - 1 - i]->line;
}

/* ---- life ---- */

struct lineedit *lineedit_new(const char *history)
{
	struct lineedit *le = xcalloc(1, sizeof *le);

	if (the)
		BUG("there is a lineedit already");
	the = le;
	buf_init(&le->queue);
	le->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	le->history = xstrdup_null(history);
	return le;
}

void lineedit_free(struct lineedit **lep)
{
	struct lineedit *le = *lep;

	if (!le)
		return;
	if (le->lines)
		BUG("a line is still being edited");
	if (le->ready)
		rl_callback_handler_remove();
	while (history_length)
		forget(0);
	rl_outstream = NULL;
	if (le->null)
		fclose(le->null);
	if (le->utf8)
		freelocale(le->utf8);
	free(le->history);
	free(le->accepted);
	buf_release(&le->queue);
	free(le);
	the = NULL;
	*lep = NULL;
}

/* ---- lines ---- */

static bool searching(void)
{
	return RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH) != 0;
}

/*
 * What undoes a line that was left for the history hangs on its entry, on the line that
 * readline keeps for the way back, and while it searches on the one that is edited: all three
 * may be one list, or the tail of one, and readline 8.2 frees it twice.  Whoever else holds it
 * lets go here, after each move; a list that nobody keeps then is lost, a few bytes.
 */
static void one_holds_the_undo(bool moved)
{
	HIST_ENTRY **list = history_list();

	for (int i = 0; i < history_length; i++)
		list[i]->data = NULL;
	if (moved)
		rl_undo_list = NULL;
}

static void end_search(void)
{
	bool was = searching();

	rl_callback_sigcleanup();
	one_holds_the_undo(was);
}

/* readline goes on with l, or with nothing. */
static void enliven(struct lineedit *le, struct line *l)
{
	if (le->live == l)
		return;
	end_search();
	if (le->live) {
		rl_save_state(&le->live->state);
		rl_restore_state(&le->own);
	}
	rl_initialize(); /* an empty line, at the end of the history */
	if (l)
		rl_restore_state(&l->state);
	le->live = l;
}

struct line *line_new(struct lineedit *le, const struct line_ops *ops, const char *text)
{
	struct line *l = xcalloc(1, sizeof *l);

	make_ready(le);
	l->le = le;
	l->ops = *ops;
	enliven(le, NULL);
	l->state = le->own;
	l->state.buffer = xcalloc(1, FIRST_SIZE);
	l->state.buflen = FIRST_SIZE;
	enliven(le, l);
	le->lines++;
	if (rl_editing_mode == 0)
		rl_vi_insertion_mode(1, 0);
	line_set(l, text ? text : "");
	return l;
}

void line_free(struct line **lp)
{
	struct line *l = *lp;

	if (!l)
		return;
	enliven(l->le, l);
	end_search();
	rl_free_undo_list();
	enliven(l->le, NULL);
	free(l->state.buffer);
	l->le->lines--;
	free(l);
	*lp = NULL;
}

const char *line_text(const struct line *l)
{
	return l->le->live == l ? rl_line_buffer : l->state.buffer;
}

size_t line_point(const struct line *l)
{
	return (size_t)(l->le->live == l ? rl_point : l->state.point);
}

static void feed(struct lineedit *le, const struct key *k);

/* A search of readline's 8.2 looks on in the line's buffer as it was: nobody else may edit that
 * meanwhile.  Esc keeps what was found; an inputrc may take that from it, Ctrl-G never. */
static void leave_search(struct lineedit *le)
{
	if (searching())
		feed(le, &(struct key){ .code = K_ESC });
	if (searching())
		feed(le, &(struct key){ .code = 'g', .mods = MOD_CTRL });
}

void line_set(struct line *l, const char *text)
{
	enliven(l->le, l);
	leave_search(l->le);
	rl_replace_line(text, 1);
	rl_point = rl_end;
}

void line_move(struct line *l, size_t point)
{
	enliven(l->le, l);
	leave_search(l->le);
	rl_point = point < (size_t)rl_end ? (int)point : rl_end;
}

void line_replace(struct line *l, size_t start, size_t end, const char *text)
{
	enliven(l->le, l);
	leave_search(l->le);
	rl_begin_undo_group();
	rl_delete_text((int)start, (int)end);
	rl_point = (int)start;
	rl_insert_text(text);
	rl_end_undo_group();
}

const char *line_prompt(const struct line *l)
{
	if (l->le->live == l &&
	    RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH | RL_STATE_NUMERICARG) &&
	    rl_display_prompt)
		return rl_display_prompt;
	return "";
}

/* ---- keys ---- */

/* As an xterm would send it. */
static void to_bytes(struct buf *b, const struct key *k)
{
	static const struct {
		uint32_t code;
		const char *csi; /* a letter, or a number before '~' */
	} special[] = {
		{ K_UP, "A" },	     { K_DOWN, "B" },	  { K_RIGHT, "C" },
		{ K_LEFT, "D" },     { K_HOME, "H" },	  { K_END, "F" },
		{ K_PGUP, "5~" },    { K_PGDN, "6~" },	  { K_INSERT, "2~" },
		{ K_DELETE, "3~" },  { K_F1, "11~" },	  { K_F1 + 1, "12~" },
		{ K_F1 + 2, "13~" }, { K_F1 + 3, "14~" }, { K_F1 + 4, "15~" },
		{ K_F1 + 5, "17~" }, { K_F1 + 6, "18~" }, { K_F1 + 7, "19~" },
		{ K_F1 + 8, "20~" }, { K_F1 + 9, "21~" },
	};
	int mods = 1 + (k->mods & MOD_SHIFT ? 1 : 0) + (k->mods & MOD_ALT ? 2 : 0) +
		   (k->mods & MOD_CTRL ? 4 : 0);

	for (size_t i = 0; i < ARRAY_SIZE(special); i++) {
		const char *csi = special[i].csi;
		size_t digits = strspn(csi, "0123456789");

		if (special[i].code != k->code)
			continue;
		if (mods == 1)
			buf_addf(b, "\033[%s", csi);
		else
			buf_addf(b, "\033[%.*s;%d%s", digits ? (int)digits : 1,
				 digits ? csi : "1", mods, csi + digits);
		return;
	}
	if (k->mods & MOD_ALT)
		buf_addc(b, '\033');
	if (k->code == K_ENTER || k->code == K_TAB || k->code == K_ESC)
		buf_addc(b, k->code == K_ENTER ? '\r' : k->code == K_TAB ? '\t' : '\033');
	else if (k->code == K_BACKSPACE)
		buf_addc(b, '\177');
	else if (k->mods & MOD_CTRL && k->code < 0x80)
		buf_addc(b, (char)(k->code & 0x1F));
	else if (k->code < K_FIRST)
		utf8_encode(b, k->code);
}

/* Line ends are CR as terminals send them, LF, or both; the last one ended the copy and is no text.
 * Where a value has lines they stay, else they and tabs are blanks. */
static void clean_paste(struct buf *clean, const struct key *k, bool lines)
{
	size_t len = k->len;

	if (len && k->text[len - 1] == '\n')
		len--;
	if (len && k->text[len - 1] == '\r')
		len--;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)k->text[i];

		if (c == '\r' && i + 1 < len && k->text[i + 1] == '\n')
			continue;
		if (c == '\n' || c == '\r')
			buf_addc(clean, lines ? '\n' : ' ');
		else if (c == '\t')
			buf_addc(clean, lines ? '\t' : ' ');
		else if (c >= 0x20 && c != 0x7F)
			buf_addc(clean, (char)c);
	}
}

/* Is there a key to come that belongs to it, as behind Ctrl-X? */
static bool is_prefix(const struct key *k)
{
	struct buf bytes = BUF_INIT;
	bool prefix;

	to_bytes(&bytes, k);
	prefix = bytes.len == 1 && bytes.data[0] != '\033' &&
		 rl_get_keymap()[(unsigned char)bytes.data[0]].type == ISKMAP;
	buf_release(&bytes);
	return prefix;
}

static void feed(struct lineedit *le, const struct key *k)
{
	locale_t before = le->utf8 ? uselocale(le->utf8) : (locale_t)0;

	/* readline 8.2 crashes at the key behind a prefix that ends a search. */
	if (RL_ISSTATE(RL_STATE_ISEARCH) && is_prefix(k))
		feed(le, &(struct key){ .code = K_ESC });
	buf_clear(&le->queue);
	le->taken = 0;
	to_bytes(&le->queue, k);
	while (le->taken < le->queue.len && !le->accepted && !le->ended) {
		bool searched = searching();
		int at = where_history();

		rl_callback_read_char();
		one_holds_the_undo(
			searched || searching() ||
			(where_history() != at && where_history() != history_length));
	}
	if (le->utf8)
		uselocale(before);
}

/* Into the line; while readline searches, into what it searches for, as if it were typed. */
static void paste(struct line *l, const struct key *k)
{
	struct lineedit *le = l->le;
	struct buf clean = BUF_INIT;

	clean_paste(&clean, k, l->ops.lines && !searching());
	if (searching()) {
		for (const char *s = clean.data; *s && searching();) {
			uint32_t c;

			s += utf8_decode(s, strlen(s), &c);
			feed(le, &(struct key){ .code = c });
		}
		buf_release(&clean);
		return;
	}
	rl_begin_undo_group();
	rl_insert_text(clean.data);
	rl_end_undo_group();
	buf_release(&clean);
}

/* Esc belongs to vi's insert mode, to a search under way, and else it means: give up. */
static bool gives_up(const struct key *k)
{
	if (k->mods == MOD_CTRL && k->code == 'c')
		return true;
	if (k->mods == MOD_CTRL && k->code == 'g')
		return !searching();
	if (k->mods == MOD_CTRL && k->code == 'd')
		return rl_end == 0;
	return key_is(k, K_ESC) && !searching() &&
	       !(rl_editing_mode == 0 && rl_get_keymap() == vi_insertion_keymap);
}

static void abandon_search(struct lineedit *le)
{
	if (searching())
		feed(le, &(struct key){ .code = 'g', .mods = MOD_CTRL });
}

void line_key(struct line *l, const struct key *k)
{
	struct lineedit *le = l->le;
	char *before = xstrdup(line_text(l)), *text;
	int point = (int)line_point(l), step = 0;

	enliven(le, l);
	if (gives_up(k)) {
		abandon_search(le);
		free(before);
		l->ops.done(l->ops.ctx, NULL);
		return;
	}
	if (k->code == K_PASTE)
		paste(l, k);
	else if (k->code == K_TAB && k->mods & MOD_SHIFT) {
		leave_search(le);
		step = -1;
	} else if (k->code < K_CLICK)
		feed(le, k);
	if (le->completing)
		step = 1;
	le->completing = false;
	text = le->accepted;
	le->accepted = NULL;
	if (text || le->ended) {
		le->ended = false;
		free(before);
		l->ops.done(l->ops.ctx, text);
		free(text);
		return;
	}
	if (l->ops.changed && (point != rl_point || strcmp(before, rl_line_buffer) != 0))
		l->ops.changed(l->ops.ctx);
	free(before);
	if (step && l->ops.complete)
		l->ops.complete(l->ops.ctx, step);
}
