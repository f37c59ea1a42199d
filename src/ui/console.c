/* SPDX-License-Identifier: MIT */
#include "console.h"

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

/* A cell of a plot has eight dots: 1 2 3 7 down the left, 4 5 6 8 down the right. */
static uint32_t braille(uint32_t dots)
{
	bool upper = dots & 0x1B, lower = dots & 0xE4;

	return upper && lower ? 0x2588 : upper ? 0x2580 : lower ? 0x2584 : ' ';
}

uint32_t console_sign(uint32_t cp)
{
	static const struct {
		uint32_t cp, instead;
	} signs[] = {
		{ 0x2026, '~' },    { 0x2013, '-' },	{ 0x2039, '<' },    { 0x203A, '>' },
		{ 0x21B5, '$' },    { 0x25B8, '>' },	{ 0x25BE, 'v' },    { 0x25CF, '*' },
		{ 0x25C6, '+' },    { 0x2713, 'y' },	{ 0x2717, 'x' },    { 0x2503, 0x2588 },
		{ 0x256D, 0x250C }, { 0x256E, 0x2510 }, { 0x2570, 0x2514 }, { 0x256F, 0x2518 },
		{ 0x25B2, '^' },    { 0x25BC, 'v' },	{ 0x259A, '%' },    { 0x2264, '<' },
		{ 0x2265, '>' },    { 0x2192, '>' },	{ 0x2009, ' ' },
	};

	if (cp < 0x2000)
		return cp;
	if (cp >= 0x2800 && cp <= 0x28FF)
		return braille(cp - 0x2800);
	if (cp >= 0x2581 && cp <= 0x2587) /* eighths from below */
		return cp < 0x2583 ? '_' : cp < 0x2587 ? 0x2584 : 0x2588;
	if (cp >= 0x2589 && cp <= 0x258F) /* and from the left */
		return cp < 0x258B ? 0x2588 : 0x258C;
	for (size_t i = 0; i < ARRAY_SIZE(signs); i++)
		if (signs[i].cp == cp)
			return signs[i].instead;
	return cp;
}
