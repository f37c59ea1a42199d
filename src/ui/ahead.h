/* SPDX-License-Identifier: MIT */
/*
 * ahead.h - what is typed ahead of the server: kept in order, and done when what it was for is there.
 */
#ifndef UI_AHEAD_H
#define UI_AHEAD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/vec.h"
#include "command/command.h"
#include "ui/key.h"

struct screen;
struct ui;

/* A key (the text of a paste is its own), or a command line. */
struct typed_item {
	struct key key;
	char *line;
};
struct typed {
	VEC(struct typed_item) v;
};
void typed_key(struct typed *t, const struct key *key);
void typed_drop(struct typed *t);
/* As if it were typed now; *t is empty before the first of it is. */
void typed_replay(struct typed *t, struct ui *ui);
/* What is about the terminal, the tabs or the waiting itself is never for later. */
bool typed_is_at_once(const struct key *key);

/* ---- the row under the cursor is on its way (rowset_leaving): see ahead.c ---- */
/* Before a key is looked at.  True: it was kept behind others, or Esc dropped them. */
bool ahead_key(struct ui *ui, const struct key *key);
/* A binding that names columns of the row.  True: the key was kept. */
bool ahead_row_key(struct ui *ui, const struct key *key);
/* An action that a command asks for.  True: the command's line was kept. */
bool ahead_action(struct ui *ui, enum action act);
/* The rows changed: is it time? */
void ahead_look(struct ui *ui);
size_t ahead_count(const struct ui *ui);
/* The screen goes. */
void ahead_forget(struct ui *ui, const struct screen *s);

/* ---- the first screen is on its way: see first.c ---- */
void first_begin(struct ui *ui);
/* Before a key is looked at.  True: it was kept, or dropped what was. */
bool first_key(struct ui *ui, const struct key *key);
/* All was painted: is it time? */
void first_look(struct ui *ui);
void first_release(struct ui *ui);
/* The screen waits for the catalog: its first page is asked for by the one that an earlier session kept. */
void first_ahead(struct ui *ui);

#endif
