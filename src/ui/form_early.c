/* SPDX-License-Identifier: MIT */
/*
 * form_early.c - who types ahead of a slow server: the keys wait for the record in the order in
 * which they were typed.
 */
#include "form.h"
#include "ui_priv.h"

/* What is about the terminal or the waiting itself is never for later. */
static bool at_once(const struct form *f, const struct key *key)
{
	if (key->code >= K_CLICK && key->code <= K_WHEEL_DOWN)
		return true;
	if (typed_is_at_once(key))
		return true;
	/* Leaving is for now, unless something was typed that comes first. */
	return !form_early_count(f) && (key_is(key, K_ESC) || key_is(key, 'q'));
}

bool form_early_key(struct form *f, const struct key *key)
{
	if (f->state != FORM_LOADING || at_once(f, key))
		return false;
	typed_key(&f->early, key);
	screen_changed(f->screen, SCREEN_LOOK);
	return true;
}

size_t form_early_count(const struct form *f)
{
	return f->early.v.len;
}

void form_early_drop(struct form *f)
{
	typed_drop(&f->early);
}

void form_early_replay(struct form *f)
{
	struct ui *ui = f->screen->ui;

	if (form_early_count(f) && !screen_in_front(f->screen)) {
		ui_say(ui, SAY_WARNING, "%zu keys typed meanwhile were not for what is shown now",
		       form_early_count(f));
		form_early_drop(f);
		return;
	}
	typed_replay(&f->early, ui);
}
