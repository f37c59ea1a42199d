/* SPDX-License-Identifier: MIT */
/*
 * press.c - what was pressed or clicked, and who hears it: the bar, the frame, the screen, else
 * the command line that is bound to it.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "bindings.h"
#include "command/rowset.h"
#include "ui_priv.h"

static const char *row_cell(void *ctx, const char *column)
{
	const struct screen *s = ctx;

	return s->kind->cell ? s->kind->cell(s, column) : NULL;
}

static bool is_empty(const struct screen *s)
{
	const struct rowset *rows = s->kind->rows ? s->kind->rows(s) : NULL;

	return rows && !rowset_len(rows);
}

/* Is there nothing to take something from, the record of a screen or the row of a panel? */
static bool is_missing(const struct screen *s)
{
	return s->kind->offers && !s->kind->offers(s, ACTION_VIEW, "");
}

/* "revive: not where state is due" */
static void say_unfit(struct ui *ui, const struct binding *b)
{
	ui_say(ui, SAY_INFO, "%.*s: not where %s is %s", b->hint_len, b->hint, b->when[0],
	       row_cell(screen_top(ui), b->when[0]));
}

static void run_binding(struct ui *ui, const struct key *k, const struct binding *b,
			bool screen_own)
{
	struct err err = ERR_INIT;
	char *line = NULL;

	if (!screen_own)
		host_run(ui, b->run);
	else if (strchr(b->run, '{') && ahead_row_key(ui, k))
		return;
	else if (strchr(b->run, '{') && is_empty(screen_top(ui)))
		ui_say(ui, SAY_INFO, "there is no row under the cursor");
	else if (!binding_fits(screen_top(ui), b))
		say_unfit(ui, b);
	else if (screen_template(b->run, row_cell, screen_top(ui), &line, &err))
		host_run(ui, line);
	else if (is_missing(screen_top(ui)))
		ui_say(ui, SAY_INFO, "there is no record");
	else
		ui_say_err(ui, &err);
	free(line);
	err_release(&err);
}

/* "5" of "5j", unless the screen has a key of its own there; a zero only goes on with a number.
 */
static bool take_digit(struct ui *ui, const struct key *k)
{
	const struct screen *s = screen_top(ui);
	struct binding b;
	bool own;

	if (s->kind->flags & KIND_TYPING || k->mods || k->code > '9' ||
	    k->code < (ui->count ? '0' : '1'))
		return false;
	if (!ui->count && binding_in_force(ui, k, &b, &own) && own)
		return false;
	if (ui->count < 100000)
		ui->count = ui->count * 10 + (long)(k->code - '0');
	return true;
}

static void press(struct ui *ui, const struct key *k);

/* A click on the frame: a tab, a place of the breadcrumb, a hint. */
static bool click_frame(struct ui *ui, const struct key *k)
{
	const struct spot *spot = k->code == K_CLICK ? frame_spot(ui, k->row, k->col) : NULL;
	struct key key;
	char *line;

	if (!spot || (spot->run && screen_top(ui)->kind->flags & KIND_MODAL))
		return false;
	key = spot->key;
	line = xstrdup_null(spot->run);
	if (line)
		host_run(ui, line);
	else
		press(ui, &key);
	free(line);
	return true;
}

static bool give_to_screen(struct ui *ui, const struct key *k)
{
	struct screen *s = screen_top(ui);
	struct key local = *k;

	if (click_frame(ui, k))
		return true;
	if (!s->kind->key)
		return false;
	if (k->code >= K_CLICK && k->code <= K_WHEEL_DOWN) {
		local.row = (int16_t)(local.row - HEADER_ROWS);
		if (local.row < 0 || local.row >= s->rows)
			return true;
	}
	return s->kind->key(s, &local);
}

static void key_unbound(struct ui *ui, const struct key *k)
{
	struct buf name = BUF_INIT;

	if (!key_printable(k) && !(k->code >= K_F1 && k->code <= K_F24))
		return;
	key_to_text(&name, k);
	ui_say(ui, SAY_INFO, "%s does nothing here; ? shows the keys", name.data);
	buf_release(&name);
}

void press_bound(struct ui *ui, const struct key *k)
{
	struct binding b;
	bool screen_own;

	if (binding_in_force(ui, k, &b, &screen_own))
		run_binding(ui, k, &b, screen_own);
	else
		key_unbound(ui, k);
}

static void press(struct ui *ui, const struct key *k)
{
	if (give_to_screen(ui, k)) {
		ui->count = 0;
		return;
	}
	if (take_digit(ui, k))
		return;
	/* A number that was begun is what Esc takes back first. */
	if (!ui->count || !key_is(k, K_ESC))
		press_bound(ui, k);
	ui->count = 0;
}

/* As at a shell, nothing that is being typed holds it up. */
static bool suspends(const struct ui *ui, const struct key *k)
{
	const struct binding *b = keymap_find(ui->keymap, "global", k);
	const struct command *cmd = b && !key_printable(k) ? binding_command(b) : NULL;

	return cmd && cmd->action == ACTION_SUSPEND;
}

/* Nobody sees what a key does here: only the one that the words tell of. */
static void press_unseen(struct ui *ui, const struct key *k)
{
	if (k->code == 'c' && k->mods == MOD_CTRL)
		host_run(ui, "quit --force");
}

void ui_key(struct ui *ui, const struct key *k)
{
	if (ui->quitting)
		return;
	if (k->code == K_REPORT) {
		background_told(ui, k);
		return;
	}
	if (k->code == K_FOCUS_IN || k->code == K_FOCUS_OUT || k->code == K_RELEASE)
		return;
	ui_changed(ui);
	ui->keyed_us = time_monotonic_us();
	if (ui_smallness(ui) == TERM_UNUSABLE && !suspends(ui, k)) {
		press_unseen(ui, k);
		return;
	}
	/* Who types on without having read that is not robbed of the first key. */
	if (ui_smallness(ui) == TERM_SMALL) {
		ui->small_ok = true;
		if (key_is(k, K_ENTER) || key_is(k, K_ESC) || key_is(k, ' '))
			return;
	}
	messages_seen(ui);
	if (session_armed(ui->session))
		session_arm(ui->session, true);
	if (suspends(ui, k)) {
		host_run(ui, "suspend");
		return;
	}
	if (first_key(ui, k) || ahead_key(ui, k))
		return;
	if (bar_is_open(ui->bar))
		bar_key(ui->bar, k);
	else
		press(ui, k);
}
