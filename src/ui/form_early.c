/* SPDX-License-Identifier: MIT */
/*
 * form_early.c - who types ahead of a slow server: the keys wait for the record in the order in
 * which they were typed.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "form.h"
#include "ui_priv.h"

/* What is about the terminal or the waiting itself is never for later. */
static bool at_once(const struct form *f, const struct key *key)
{
	if (key->code >= K_CLICK && key->code <= K_WHEEL_DOWN)
		return true;
	if (key->mods & MOD_ALT)
		return true;
	if (key->mods == MOD_CTRL)
		return key->code == 'c' || key->code == 'l' || key->code == 'z';
	/* Leaving is for now, unless something was typed that comes first. */
	return !f->early.len && (key_is(key, K_ESC) || key_is(key, 'q'));
}

bool form_early_key(struct form *f, const struct key *key)
{
	struct key kept = *key;

	if (f->state != FORM_LOADING || at_once(f, key))
		return false;
	if (key->text)
		kept.text = xstrndup(key->text, key->len);
	*VEC_PUSH(&f->early) = kept;
	screen_changed(f->screen, SCREEN_LOOK);
	return true;
}

size_t form_early_count(const struct form *f)
{
	return f->early.len;
}

void form_early_drop(struct form *f)
{
	for (size_t i = 0; i < f->early.len; i++)
		free((void *)(uintptr_t)f->early.v[i].text);
	VEC_RELEASE(&f->early);
}

void form_early_replay(struct form *f)
{
	struct ui *ui = f->screen->ui;
	VEC(struct key) keys = VEC_INIT;

	if (f->early.len && !screen_in_front(f->screen)) {
		ui_say(ui, SAY_WARNING, "%zu keys typed meanwhile were not for what is shown now",
		       f->early.len);
		form_early_drop(f);
		return;
	}
	/* A key may close the form: nothing of it is looked at meanwhile. */
	for (size_t i = 0; i < f->early.len; i++)
		*VEC_PUSH(&keys) = f->early.v[i];
	VEC_RELEASE(&f->early);
	for (size_t i = 0; i < keys.len; i++) {
		ui_key(ui, &keys.v[i]);
		free((void *)(uintptr_t)keys.v[i].text);
	}
	VEC_RELEASE(&keys);
}
