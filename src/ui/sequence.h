/* SPDX-License-Identifier: MIT */
/*
 * sequence.h - what stands behind ESC [ and ESC O: keys, the mouse, the beginning of a paste.
 *
 * What is no key that a person pressed (a key let go, a modifier alone, an answer that nobody
 * waits for, a button or a wheel without a meaning here) is K_NONE: nothing.  Pure.
 */
#ifndef UI_SEQUENCE_H
#define UI_SEQUENCE_H

#include <stddef.h>

#include "ui/key.h"

/* More bytes must come. */
#define SEQUENCE_HALF (-1)

/* From len bytes behind the introducer; returns how many were used.  K_PASTE without text: a paste begins. */
int sequence_csi(const char *s, size_t len, struct key *k);
int sequence_ss3(const char *s, size_t len, struct key *k);

#endif
