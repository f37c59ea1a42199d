/* SPDX-License-Identifier: MIT */
/*
 * bindings.h - the bindings in force at the screen in front: the screen file's own, those of its kind, the
 * global ones, in this order.
 */
#ifndef UI_BINDINGS_H
#define UI_BINDINGS_H

#include "ui/keymap.h"
#include "ui/screen.h"

/* For a key at the top screen; *screen_own: it is of the screen's file.  False: it does nothing. */
bool binding_in_force(const struct ui *ui, const struct key *key, struct binding *out, bool *screen_own);
/* Is the row under the cursor one that it is for (screen_key.when)? */
bool binding_fits(const struct screen *s, const struct binding *b);
/* Would it do something there now? */
bool binding_offered(const struct screen *s, const struct binding *b);
/* What it runs, or puts into the bar; NULL: a place. */
const struct command *binding_command(const struct binding *b);
/* For people: its own words, else those of the command. */
const char *binding_help(const struct binding *b);

/* keys: all of them that share its line, "Down j Ctrl-N"; b: the first of them. */
typedef void binding_fn(void *ctx, const struct binding *b, const char *keys);
void bindings_own(const struct screen *s, binding_fn *fn, void *ctx);
/* Of a section of the keymap, without those that are shadowed. */
void bindings_section(const struct ui *ui, const char *section, binding_fn *fn, void *ctx);

#endif
