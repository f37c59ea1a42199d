/* SPDX-License-Identifier: MIT */
/*
 * outlet.h - what goes to the terminal, in one piece and without ever waiting for it.
 *
 * Curses writes each time it moves the cursor: a hundred small writes for a page, each of which wakes
 * who reads them.  So it writes on paper, a file in memory, and what stands there after a paint is sent
 * at once.  A terminal that takes nothing (stopped, or far away and behind) holds up nobody: what it did
 * not take is kept, and while something is kept nothing more should be painted.
 */
#ifndef UI_OUTLET_H
#define UI_OUTLET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/err.h"

struct outlet;
struct brief;

/* fd is the terminal's, borrowed. False in err: there is no room for the paper. */
struct outlet *outlet_new(int fd, struct err *err) MUST_CHECK;
void outlet_free(struct outlet **o);
/* What curses is given to write on. */
FILE *outlet_paper(const struct outlet *o);
/* What stands on the paper is not sent. */
void outlet_wipe(struct outlet *o);
/* What is on the paper is said shortly (brief.h) from now on; borrowed, NULL: as it stands there. */
void outlet_shorten(struct outlet *o, struct brief *b);
/* Send what stands on the paper. */
void outlet_take(struct outlet *o);
/* Send these bytes, behind what was sent before. */
void outlet_send(struct outlet *o, const char *bytes, size_t len);
/* The terminal takes something again. */
void outlet_go_on(struct outlet *o);
/* Something is kept that the terminal has not taken. */
bool outlet_busy(const struct outlet *o);
/* What is kept is not wanted any more; an escape sequence that was cut through is ended. */
void outlet_drop(struct outlet *o);
/* Wait at most so long until it has taken all; what is left then is dropped. */
void outlet_drain(struct outlet *o, int ms);

/* The same without an outlet, for who is dying: async-signal-safe, and soon over. */
void outlet_rescue(int fd, const char *bytes, size_t len);

#endif
