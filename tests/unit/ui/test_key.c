/* SPDX-License-Identifier: MIT */
#include "ui/key.h"

#include <locale.h>
#include <stdlib.h>

#include "support/leak.h"

static void same(const char *name, const char *canonical)
{
	struct key k, again;
	struct err err = ERR_INIT;
	struct buf b = BUF_INIT;

	cr_assert(key_parse(name, &k, &err), "%s", name);
	key_to_text(&b, &k);
	cr_assert_str_eq(b.data, canonical);
	cr_assert(key_parse(b.data, &again, &err));
	cr_assert(key_equal(&k, &again));
	buf_release(&b);
}

LEAK_TEST(key, names_there_and_back)
{
	same("g", "g");
	same("G", "G");
	same("Shift-g", "G");
	same("ctrl-f", "Ctrl-F");
	same("Ctrl-F", "Ctrl-F");
	same("Ctrl-I", "Tab");
	same("Ctrl-M", "Enter");
	same("Ctrl-[", "Esc");
	same("Alt-x", "Alt-x");
	same("Ctrl-Alt-Up", "Ctrl-Alt-Up");
	same("Shift-Tab", "Shift-Tab");
	same("F5", "F5");
	same("F24", "F24");
	same("Space", "Space");
	same("PageDown", "PgDn");
	same("Colon", ":");
	same("RightBracket", "]");
	same("-", "-");
	same("Ctrl--", "Ctrl--");
	same("é", "é");
	same("WheelUp", "WheelUp");
}

static void refuse(const char *name, const char *why)
{
	struct key k;
	struct err err = ERR_INIT;

	cr_assert_not(key_parse(name, &k, &err), "%s", name);
	cr_assert_str_eq(err.why, why);
	err_release(&err);
}

LEAK_TEST(key, unknown_names)
{
	refuse("Entr", "unknown key \"Entr\" (did you mean \"Enter\"?)");
	refuse("F25", "unknown key \"F25\"");
	refuse("", "unknown key \"\"");
	refuse("Ctrl-", "unknown key \"Ctrl-\"");
}

Test(key, printable)
{
	struct key k = { .code = 'x' };

	cr_assert(key_printable(&k));
	k.mods = MOD_ALT;
	cr_assert_not(key_printable(&k));
	k = (struct key){ .code = K_UP };
	cr_assert_not(key_printable(&k));
	k = (struct key){ .code = 0x7F };
	cr_assert_not(key_printable(&k));
}
