/* SPDX-License-Identifier: MIT */
/*
 * linekeys.h - what a key and a paste are to readline, which knows bytes alone.
 */
#ifndef UI_LINEKEYS_H
#define UI_LINEKEYS_H

#include "base/buf.h"
#include "ui/key.h"

/* A key as an xterm would send it. */
void linekeys_bytes(struct buf *b, const struct key *k);
/* The text of a paste.  Line ends are CR as terminals send them, LF, or both; the last one ended the copy and is no
 * text.  Where a value has lines they stay, else they and tabs are blanks. */
void linekeys_pasted(struct buf *clean, const struct key *k, bool lines);

#endif
