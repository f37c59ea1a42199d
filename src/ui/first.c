/* SPDX-License-Identifier: MIT */
/*
 * first.c - what is typed before the first screen is there: `souk --open NAME` waits for the
 * server to tell what NAME is, and the menu that is seen meanwhile is not what the keys are for.
 * Its first page need not wait: a screen that is open asks for it by itself (rowset.h).
 */
#include "base/alloc.h"
#include "command/rowset.h"
#include "ui_priv.h"

enum { KEYS_MAX = 256, HEAD_ROWS = 1 };

static bool no_server(const struct ui *ui)
{
	enum db_state state = db_state(session_db(ui->session), DB_READ);

	return state == DB_LOST || state == DB_FAILED || state == DB_PASSWORD;
}

/* The menu is alone, and somebody is on the way to the other place. */
static bool under_way(const struct ui *ui)
{
	return ui->first_due && ui->stack.len == 1 && (ui->running.len || ui->wanted) &&
	       !no_server(ui) && !bar_is_open(ui->bar);
}

static void drop(struct ui *ui, const char *why)
{
	ui->first_due = false;
	if (ui->first.v.len)
		ui_say(ui, SAY_WARNING, "what was typed ahead is dropped: %s", why);
	typed_drop(&ui->first);
}

void first_begin(struct ui *ui)
{
	ui->first_due = true;
}

bool first_key(struct ui *ui, const struct key *key)
{
	size_t n = ui->first.v.len;

	if (!under_way(ui) && n == 0)
		return false;
	if (typed_is_at_once(key) || (key->code >= K_CLICK && key->code <= K_WHEEL_DOWN)) {
		drop(ui, "it was given up");
		return false;
	}
	/* Leaving is for now, unless something was typed that comes first. */
	if (key_is(key, K_ESC) || (n == 0 && key_is(key, 'q'))) {
		drop(ui, "it was given up");
		return n > 0;
	}
	if (n == KEYS_MAX)
		return true;
	typed_key(&ui->first, key);
	ui_say(ui, SAY_INFO, "%zu %s for %s; Esc drops %s", n + 1,
	       n ? "keys wait" : "key waits", ui->opts.open, n ? "them" : "it");
	return true;
}

static void replay(void *ctx)
{
	struct ui *ui = ctx;

	if (ui->stack.len == 1)
		drop(ui, "its screen did not come");
	else if (ui->wanted || bar_is_open(ui->bar) || screen_top(ui)->kind->flags & KIND_MODAL)
		drop(ui, "something else is shown now");
	else
		typed_replay(&ui->first, ui);
}

void first_look(struct ui *ui)
{
	if (!ui->first_due || under_way(ui))
		return;
	ui->first_due = false;
	if (ui->first.v.len)
		loop_defer(ui->loop, replay, ui);
}

/* As it is going to be opened (screen_open_place), in the height that it is going to have. */
void first_ahead(struct ui *ui)
{
	struct session *s = session_ahead(ui->session);
	const struct place *p = ui->wanted;
	const struct screendef *def = NULL;
	struct err ignored = ERR_INIT;
	int rows, cols;

	rowset_free(&ui->first_rows);
	if (s && p && !p->filter && !p->edit)
		def = session_screen(s, p->screen, &ignored);
	err_release(&ignored);
	ui_area(ui, &rows, &cols);
	if (def && def->kind != SCREEN_DASHBOARD &&
	    (def->scope != SCOPE_TENANT || session_tenant(s)->kind != TENANT_NONE))
		ui->first_rows = rowset_try(s, def, p->where, p->sort,
					    def->kind == SCREEN_GRID ? rows - HEAD_ROWS : 1);
	if (s && p)
		rowset_rests(s, ui->first_rows);
}

void first_release(struct ui *ui)
{
	rowset_free(&ui->first_rows);
	typed_drop(&ui->first);
}
