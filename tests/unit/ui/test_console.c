/* SPDX-License-Identifier: MIT */
#include "../../../src/ui/console.h"

#include <locale.h>

#include "base/utf8.h"
#include "support/leak.h"
#include "ui/canvas.h"

LEAK_TEST(console, plots_are_halves)
{
	cr_assert_eq(console_sign(0x2800), ' ');
	cr_assert_eq(console_sign(0x2809), 0x2580); /* ⠉ */
	cr_assert_eq(console_sign(0x28C0), 0x2584); /* ⣀ */
	cr_assert_eq(console_sign(0x28FF), 0x2588); /* ⣿ */
	cr_assert_eq(console_sign(0x2581), '_');
	cr_assert_eq(console_sign(0x258F), 0x258C);
}

/* What PCs' fonts have of what is no letter. */
static bool has(uint32_t cp)
{
	static const uint32_t signs[] = { 0x2500, 0x2502, 0x250C, 0x2510, 0x2514, 0x2518,
					  0x251C, 0x2524, 0x2580, 0x2584, 0x2588, 0x258C,
					  0x2590, 0x2591, 0x2592, 0x2593, 0x25A0, 0x03A3 };

	for (size_t i = 0; i < ARRAY_SIZE(signs); i++)
		if (signs[i] == cp)
			return true;
	return cp < 0x180;
}

/* No sign of ours is a hole in the screen, and none is wider than it was. */
LEAK_TEST(console, every_sign_is_in_the_fonts)
{
	uint32_t cp;

	setlocale(LC_ALL, "C.UTF-8");
	for (int g = 0; g < GLYPHS; g++) {
		const char *s = glyph((enum glyph)g);

		utf8_decode(s, 4, &cp);
		cr_assert(has(console_sign(cp)), "U+%04X", (unsigned)cp);
		cr_assert_eq(utf8_cp_width(console_sign(cp)), 1);
	}
	for (cp = 0x2580; cp <= 0x2593; cp++)
		cr_assert(has(console_sign(cp)), "U+%04X", (unsigned)cp);
	cr_assert_eq(console_sign(0x65E5), 0x65E5);
	cr_assert_eq(console_sign('x'), 'x');
}
