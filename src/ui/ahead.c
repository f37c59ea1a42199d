/* SPDX-License-Identifier: MIT */
/*
 * ahead.c - what is typed ahead of the server.
 *
 * While the cursor is on its way to a row that is not here yet, whatever acts on "the row under
 * the cursor" waits for the arrival, and so does all that is typed behind it: so the keys do
 * what they would on a server that answers at once.  Where the way does not end where it led,
 * they are dropped, and that is said: the row that is there instead is not the one they were
 * meant for.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "command/rowset.h"
#include "ui_priv.h"

/* ---- what was typed, in order ---- */

void typed_key(struct typed *t, const struct key *key)
{
	struct typed_item item = { .key = *key };

	if (key->text)
		item.key.text = xstrndup(key->text, key->len);
	*VEC_PUSH(&t->v) = item;
}

static void item_release(struct typed_item *item)
{
	free((void *)(uintptr_t)item->key.text);
	free(item->line);
}

void typed_drop(struct typed *t)
{
	for (size_t i = 0; i < t->v.len; i++)
		item_release(&t->v.v[i]);
	VEC_RELEASE(&t->v);
}

/* A key may close whoever keeps them, or be kept again: nothing of *t is looked at meanwhile. */
void typed_replay(struct typed *t, struct ui *ui)
{
	struct typed now = *t;

	*t = (struct typed){ VEC_INIT };
	for (size_t i = 0; i < now.v.len; i++) {
		if (now.v.v[i].line)
			host_run(ui, now.v.v[i].line);
		else
			ui_key(ui, &now.v.v[i].key);
	}
	typed_drop(&now);
}

bool typed_is_at_once(const struct key *key)
{
	if (key->mods & MOD_ALT)
		return true;
	return key->mods == MOD_CTRL &&
	       (key->code == 'c' || key->code == 'l' || key->code == 'z');
}

/* ---- waiting for a row ---- */

static const struct rowset *rows_of(const struct screen *s)
{
	const struct screen *part;

	while (s && s->kind->focus && (part = s->kind->focus(s)))
		s = part;
	return s && s->kind->rows ? s->kind->rows(s) : NULL;
}

static bool acts_on_row(enum action act, const struct rowset *r)
{
	switch ((int)act) {
	case ACTION_OPEN_ROW:
		/* Enter that came twice opened this list: it is not for its first row. */
		return rowset_len(r) > 0;
	case ACTION_EDIT:
	case ACTION_DUPLICATE:
	case ACTION_DELETE:
	case ACTION_SET:
	case ACTION_ACT:
	case ACTION_MARK:
	case ACTION_COPY:
	case ACTION_VIEW:
	case ACTION_DESCRIBE:
	case ACTION_FILTER_CELL:
	case ACTION_FIND_NEXT:
		return true;
	case ACTION_GOTO:
		return rowset_asking(r); /* else it takes the place of the jump under way */
	default:
		return false;
	}
}

static void drop(struct ui *ui, const char *why)
{
	ahead_forget(ui, ui->ahead_of);
	ui_say(ui, SAY_WARNING, "what was typed ahead is dropped: %s", why);
}

/* Where it is kept until the row on top is here. */
static struct typed *kept(struct ui *ui)
{
	if (ui->ahead.v.len && ui->ahead_of != screen_top(ui))
		drop(ui, "something else is shown now");
	ui->ahead_of = screen_top(ui);
	ui_changed(ui);
	return &ui->ahead;
}

bool ahead_action(struct ui *ui, enum action act)
{
	const struct rowset *r = rows_of(screen_top(ui));

	if (!r || !rowset_leaving(r) || !acts_on_row(act, r))
		return false;
	/* The command that asks for it is the last one that is just beginning. */
	for (size_t i = ui->running.len; i-- > 0;) {
		if (ui->running.v[i]->call)
			continue;
		*VEC_PUSH(&kept(ui)->v) =
			(struct typed_item){ .line = xstrdup(ui->running.v[i]->line) };
		return true;
	}
	return false;
}

bool ahead_row_key(struct ui *ui, const struct key *key)
{
	const struct rowset *r = rows_of(screen_top(ui));

	if (!r || !rowset_leaving(r))
		return false;
	typed_key(kept(ui), key);
	return true;
}

size_t ahead_count(const struct ui *ui)
{
	return ui->ahead.v.len;
}

void ahead_forget(struct ui *ui, const struct screen *s)
{
	if (ui->ahead_of != s)
		return;
	typed_drop(&ui->ahead);
	ui->ahead_of = NULL;
}

void ahead_look(struct ui *ui)
{
	const struct rowset *r = ui->ahead.v.len ? rows_of(ui->ahead_of) : NULL;

	if (!ui->ahead.v.len || (r && rowset_leaving(r)))
		return;
	if (!r || rowset_missed(r))
		drop(ui, "the row that it was for did not come");
	else if (ui->ahead_of != screen_top(ui) || bar_is_open(ui->bar))
		drop(ui, "something else is shown now");
	else
		typed_replay(&ui->ahead, ui);
}

static void give_up(struct ui *ui)
{
	struct screen *s = screen_top(ui);
	struct err ignored = ERR_INIT;

	if (s->kind->action && !s->kind->action(s, ACTION_CANCEL, NULL, &ignored))
		err_release(&ignored);
	drop(ui, "the cursor stays here");
}

bool ahead_key(struct ui *ui, const struct key *key)
{
	ahead_look(ui);
	if (!ui->ahead.v.len || ui->ahead_of != screen_top(ui) || bar_is_open(ui->bar))
		return false;
	if (key->mods == MOD_CTRL && key->code == 'c')
		drop(ui, "it was given up");
	if (typed_is_at_once(key))
		return false;
	if (key_is(key, K_ESC)) {
		give_up(ui);
		return true;
	}
	/* What is pointed at is here. */
	if (key->code >= K_CLICK && key->code <= K_RIGHT_CLICK) {
		give_up(ui);
		return false;
	}
	if (key->code == K_DRAG)
		return false;
	typed_key(&ui->ahead, key);
	return true;
}
