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
#include "lineedit_history.h"
#include "linekeys.h"
#include "lineedit_inputrc.h"

enum { LINES_READ = 1000, FIRST_SIZE = 256 };

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
	struct buf mode;  /* what show-mode-in-prompt shows */
	char *complaints; /* of readline, about the inputrc; NULL */
};

struct line {
	struct lineedit *le;
	struct line_ops ops;
	struct readline_state state; /* while another one is live */
	struct linehist *past;	     /* what its history keys go through; NULL: all */
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

static int complete_next(int count, int key)
{
	(void)count;
	(void)key;
	the->completing = true;
	return 0;
}

/* These would go through matches of readline's own, and there are none: ours is the menu. */
static void take_menu_completion(void)
{
	inputrc_take_function("menu-complete", complete_next);
	inputrc_take_function("old-menu-complete", complete_next);
	inputrc_take_function("menu-complete-backward", complete_next);
}

static int read_again(int count, int key);

/* What is ours whatever the inputrc says. */
static void take_over(void)
{
	bind_keys();
	take_menu_completion();
	inputrc_take_function("re-read-init-file", read_again);
	/* It would ring on stderr. */
	rl_variable_bind("bell-style", "none");
	rl_variable_bind("enable-bracketed-paste", "off");
	/* In the locale C it would make Meta keys of them. */
	rl_variable_bind("input-meta", "on");
	rl_variable_bind("output-meta", "on");
	rl_variable_bind("convert-meta", "off");
}

/* What is wrong now is told when a bar is opened. */
static int read_again(int count UNUSED, int key UNUSED)
{
	free(the->complaints);
	the->complaints = inputrc_again();
	take_over();
	return 0;
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
	le->complaints = inputrc_take();
	take_over();
	using_history();
	rl_callback_handler_install("", on_line);
}

/* ---- history ---- */

static void enliven(struct lineedit *le, struct line *l);

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
		histfile_read(le->history, LINES_READ, linehist_keep);
}

void lineedit_remember(struct lineedit *le, const char *text)
{
	if (!*text || *text == ' ' || !histfile_fit(text))
		return;
	make_ready(le);
	enliven(le, NULL); /* a line may have a part of the history in force */
	linehist_keep(text);
	if (le->history)
		histfile_append(le->history, text);
}

bool lineedit_busy(const struct lineedit *le)
{
	return le && le->lines;
}

char *lineedit_complaints(struct lineedit *le)
{
	char *text = le->complaints;

	le->complaints = NULL;
	return text;
}

const char *lineedit_history(struct lineedit *le, size_t i)
{
	make_ready(le);
	enliven(le, NULL);
	return linehist_at(i);
}

/* ---- life ---- */

struct lineedit *lineedit_new(const char *history)
{
	struct lineedit *le = xcalloc(1, sizeof *le);

	if (the)
		BUG("there is a lineedit already");
	the = le;
	buf_init(&le->queue);
	buf_init(&le->mode);
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
	linehist_clear();
	rl_outstream = NULL;
	if (le->null)
		fclose(le->null);
	if (le->utf8)
		freelocale(le->utf8);
	free(le->complaints);
	free(le->history);
	free(le->accepted);
	buf_release(&le->queue);
	buf_release(&le->mode);
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
		linehist_leave(le->live->past);
	}
	linehist_enter(l ? l->past : NULL);
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
	l->past = ops->past ? linehist_of(ops->past) : NULL;
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
	linehist_free(&l->past);
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

bool line_is_asked(const struct line *l)
{
	return l->le->live == l &&
	       RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH | RL_STATE_NUMERICARG) &&
	       rl_display_prompt;
}

/* Without what is between \1 and \2, which is for the terminal alone. */
static const char *mode_prompt(struct lineedit *le)
{
	const char *show = rl_variable_value("show-mode-in-prompt"), *text;
	bool hidden = false;

	if (!show || strcmp(show, "on") != 0)
		return "";
	text = rl_variable_value(rl_editing_mode == 1 ? "emacs-mode-string"
				 : rl_get_keymap() == vi_insertion_keymap
					 ? "vi-ins-mode-string"
					 : "vi-cmd-mode-string");
	buf_clear(&le->mode);
	for (const char *p = text ? text : ""; *p; p++) {
		hidden = *p == '\1' || (hidden && *p != '\2');
		if (!hidden && *p != '\2')
			buf_addc(&le->mode, *p);
	}
	return le->mode.len ? le->mode.data : "";
}

const char *line_prompt(const struct line *l)
{
	if (line_is_asked(l))
		return rl_display_prompt;
	return l->le->live == l ? mode_prompt(l->le) : "";
}

/* ---- keys ---- */

/* Is there a key to come that belongs to it, as behind Ctrl-X? */
static bool is_prefix(const struct key *k)
{
	struct buf bytes = BUF_INIT;
	bool prefix;

	linekeys_bytes(&bytes, k);
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
	linekeys_bytes(&le->queue, k);
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

	linekeys_pasted(&clean, k, l->ops.lines && !searching());
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
