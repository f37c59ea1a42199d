/* SPDX-License-Identifier: MIT */
/*
 * overhear.h - what a library says on standard error, which is the screen here.
 */
#ifndef UI_OVERHEAR_H
#define UI_OVERHEAR_H

/* Runs fn; what was said meanwhile, owned by the caller; NULL: nothing, or it cannot be kept. */
char *overhear(void (*fn)(void));

#endif
