/* SPDX-License-Identifier: MIT */
/*
 * console.h - signs for the Linux console, whose fonts have few: what PCs always had (single lines, half and whole
 * blocks, shades), Latin letters, and little else.
 */
#ifndef UI_CONSOLE_H
#define UI_CONSOLE_H

#include <stdint.h>

/* The sign of one column to show instead of cp; cp itself where fonts have it or nobody knows. */
uint32_t console_sign(uint32_t cp);

#endif
