/* SPDX-License-Identifier: MIT */
/*
 * dialog.h - questions: screens of their own on the stack, never a loop of their own.
 *
 * The answer comes through a callback, exactly once; NULL means that the person gave up (Esc), or that the
 * dialog was taken away.  Destructive questions are not answered by Enter nor by the key that asked.
 */
#ifndef UI_DIALOG_H
#define UI_DIALOG_H

#include <stdbool.h>
#include <stddef.h>

#include "command/command.h"
#include "ui/screen.h"

typedef void dialog_fn(void *ctx, const char *answer);

/* All kinds of question in command.h.  ASK_YES_NO answers "yes" or "no"; ASK_CHOICE the choice's text. */
void dialog_ask(struct ui *ui, const struct question *q, dialog_fn *fn, void *ctx);
/* The dialog with this ctx is not wanted any more: it closes, fn is not called. */
void dialog_forget(struct ui *ui, const void *ctx);

/* A menu of items with notes, searched as one types. */
struct menu_item {
	const char *text;
	const char *note;   /* to the right, muted; may be NULL */
	const char *answer; /* what fn gets; NULL: text */
};
/* Items are copied.  The menu's screen, which lives until fn was called. */
struct screen *dialog_menu(struct ui *ui, const char *title, const struct menu_item *items, size_t n,
			   dialog_fn *fn, void *ctx);
/* Told what is typed, to add what was not known before; with the ctx of dialog_menu. */
void menu_on_typed(struct screen *menu, void (*typed)(void *ctx, const char *text));
/* More items; those with the answer of one that is there already are left out. */
void menu_add(struct screen *menu, const struct menu_item *items, size_t n);
/* Its notes are short, like keys: they stand at the right edge. */
void menu_notes_right(struct screen *menu);

#endif
