/* SPDX-License-Identifier: MIT */
/*
 * key.h - one thing that the person did: a key, a mouse event, a paste, a change of focus.
 *
 * Names, as in screens/keymap and in [key …] of screen files: a printable character stands for itself ("g",
 * "G", "?"); else Enter Esc Tab Backspace Space Up Down Left Right Home End PgUp PgDn Insert Delete F1
 * … F24, Click RightClick DoubleClick WheelUp WheelDown; "Colon" "Equal" "Hash" "LeftBracket" "RightBracket"
 * "Semicolon" for what a definition file cannot say plainly.  In front: Ctrl- Alt- Shift- in this order.
 * What a terminal cannot tell apart is one key: Ctrl-I is Tab, Ctrl-M is Enter, Ctrl-[ is Esc, and
 * Shift-x is X.
 */
#ifndef UI_KEY_H
#define UI_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"

/* Codes above Unicode; below, a code point. */
enum {
	K_NONE = 0,
	K_FIRST = 0x200000,
	K_ENTER = K_FIRST, K_ESC, K_TAB, K_BACKSPACE,
	K_UP, K_DOWN, K_LEFT, K_RIGHT, K_HOME, K_END, K_PGUP, K_PGDN, K_INSERT, K_DELETE,
	K_F1, K_F24 = K_F1 + 23,
	/* mouse: row and col tell where */
	K_CLICK, K_DOUBLE_CLICK, K_RIGHT_CLICK, K_DRAG, K_RELEASE, K_WHEEL_UP, K_WHEEL_DOWN,
	/* not keys, never bound */
	K_PASTE,            /* text, len */
	K_FOCUS_IN, K_FOCUS_OUT,
	K_REPORT,           /* an answer of the terminal (OSC 11 …): text, len */
	K_LAST,
};

enum { MOD_SHIFT = 1, MOD_ALT = 2, MOD_CTRL = 4 };

struct key {
	uint32_t code;
	uint8_t mods;
	int16_t row, col;   /* mouse, from 0 */
	const char *text;   /* K_PASTE, K_REPORT: borrowed for the call, any bytes */
	size_t len;
};

/* Strict: an unknown name is an error that names the nearest. */
bool key_parse(const char *name, struct key *key, struct err *err) MUST_CHECK;
/* The canonical name; key_parse gives the same key back. */
void key_to_text(struct buf *out, const struct key *key);
/* What a terminal cannot tell apart becomes one key, whoever tells it. */
void key_normalize(struct key *k);
/* Same code and modifiers. */
bool key_equal(const struct key *a, const struct key *b);
/* For short: is it this code without modifiers? */
static inline bool key_is(const struct key *k, uint32_t code)
{
	return k->code == code && !k->mods;
}
/* A button was pressed there: what lies under it is meant. */
static inline bool key_points(const struct key *k)
{
	return k->code == K_CLICK || k->code == K_DOUBLE_CLICK || k->code == K_RIGHT_CLICK;
}
/* A character that would be typed into a text. */
bool key_printable(const struct key *k);

#endif
