/* SPDX-License-Identifier: MIT */
/*
 * input.h - the bytes of a terminal, turned into keys.
 *
 * Knows what xterm, tmux, screen, the Linux console, rxvt, PuTTY and the kitty and fixterms
 * protocols send, and what input_bind was told from terminfo.  Half a sequence is kept until
 * more comes or input_timeout says that nothing does: then Esc was Esc.  What nobody can have
 * typed (an answer of the terminal, a report of the mouse, a letter's second byte, cut in two by a
 * slow line) is waited for longer, and is nothing if its end never comes.  A paste on which the
 * line stands still comes out in parts.  Pure: no descriptor, no clock of its own.
 */
#ifndef UI_INPUT_H
#define UI_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/key.h"

struct input;

struct input *input_new(void);
void input_free(struct input **in);
/* The terminal sends sequence for this key (kept; beats what is built in). */
void input_bind(struct input *in, const char *sequence, uint32_t code, uint8_t mods);
/* Where the locale has characters of its own (ISO 8859, EUC, GB 18030) the keyboard sends those. */
void input_take_locale(struct input *in);
/* The byte that erases is ^H, not DEL. */
void input_erase_is_backspace(struct input *in, bool yes);

/* now_us is for double clicks. */
void input_feed(struct input *in, const char *bytes, size_t len, int64_t now_us);
/* False when there is none (yet).  key->text is borrowed until the next call. */
bool input_next(struct input *in, struct key *key);
/* How many milliseconds to wait before input_timeout, 0: nothing is half. */
unsigned input_wait_ms(const struct input *in);
void input_timeout(struct input *in);

enum {
	INPUT_ESC_MS = 20,
	INPUT_HALF_MS = 100, /* Esc and an introducer: still might be Alt-[ */
	INPUT_CUT_MS = 1000, /* what is certainly a sequence, since it began */
};

#endif
