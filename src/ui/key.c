/* SPDX-License-Identifier: MIT */
#include "ui/key.h"

#include <string.h>
#include <strings.h>

#include "base/deffile.h"
#include "base/utf8.h"

/* The first name of a code is the canonical one. */
static const struct {
	const char *name;
	uint32_t code;
} names[] = {
	{ "Enter", K_ENTER },
	{ "Return", K_ENTER },
	{ "Esc", K_ESC },
	{ "Escape", K_ESC },
	{ "Tab", K_TAB },
	{ "Backspace", K_BACKSPACE },
	{ "Space", ' ' },
	{ "Up", K_UP },
	{ "Down", K_DOWN },
	{ "Left", K_LEFT },
	{ "Right", K_RIGHT },
	{ "Home", K_HOME },
	{ "End", K_END },
	{ "PgUp", K_PGUP },
	{ "PageUp", K_PGUP },
	{ "PgDn", K_PGDN },
	{ "PageDown", K_PGDN },
	{ "Insert", K_INSERT },
	{ "Delete", K_DELETE },
	{ "Click", K_CLICK },
	{ "DoubleClick", K_DOUBLE_CLICK },
	{ "RightClick", K_RIGHT_CLICK },
	{ "WheelUp", K_WHEEL_UP },
	{ "WheelDown", K_WHEEL_DOWN },
	{ "Colon", ':' },
	{ "Equal", '=' },
	{ "Hash", '#' },
	{ "LeftBracket", '[' },
	{ "RightBracket", ']' },
	{ "Semicolon", ';' },
};

static const struct {
	const char *prefix;
	uint8_t mod;
} mods[] = { { "Ctrl-", MOD_CTRL }, { "Alt-", MOD_ALT }, { "Shift-", MOD_SHIFT } };

static bool unknown(const char *name, struct err *err)
{
	const char *words[ARRAY_SIZE(names) + 1];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		words[i] = names[i].name;
	words[ARRAY_SIZE(names)] = NULL;
	return err_unknown(err, "key", name, words);
}

static bool parse_f(const char *s, uint32_t *code)
{
	unsigned n = 0;
	const char *p = s + 1;

	if (*s != 'F')
		return false;
	for (; *p >= '0' && *p <= '9' && n < 100; p++)
		n = n * 10 + (unsigned)(*p - '0');
	if (*p || p == s + 1 || n < 1 || n > 24)
		return false;
	*code = K_F1 + n - 1;
	return true;
}

/* What is left when the modifiers are off. */
static bool parse_code(const char *s, uint32_t *code)
{
	size_t len = strlen(s);

	if (len && utf8_decode(s, len, code) == len && *code != UTF8_INVALID && *code > ' ' &&
	    *code != 0x7F)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(s, names[i].name) == 0) {
			*code = names[i].code;
			return true;
		}
	}
	return parse_f(s, code);
}

void key_normalize(struct key *k)
{
	if (k->code >= 'a' && k->code <= 'z' && k->mods & MOD_SHIFT) {
		k->code -= 'a' - 'A';
		k->mods &= (uint8_t)~MOD_SHIFT;
	}
	if (!(k->mods & MOD_CTRL))
		return;
	if (k->code >= 'A' && k->code <= 'Z')
		k->code += 'a' - 'A';
	if (k->code == 'i' || k->code == 'm' || k->code == '[') {
		k->code = k->code == 'i' ? K_TAB : k->code == 'm' ? K_ENTER : K_ESC;
		k->mods &= (uint8_t)~MOD_CTRL;
	}
}

bool key_parse(const char *name, struct key *key, struct err *err)
{
	const char *s = name;
	struct key k = { .code = K_NONE };

	for (size_t i = 0; i < ARRAY_SIZE(mods); i++) {
		size_t n = strlen(mods[i].prefix);

		if (strncasecmp(s, mods[i].prefix, n) == 0 && s[n]) {
			k.mods |= mods[i].mod;
			s += n;
		}
	}
	if (!parse_code(s, &k.code))
		return unknown(name, err);
	key_normalize(&k);
	*key = k;
	return true;
}

void key_to_text(struct buf *out, const struct key *key)
{
	for (size_t i = 0; i < ARRAY_SIZE(mods); i++)
		if (key->mods & mods[i].mod)
			buf_adds(out, mods[i].prefix);
	if (key->code >= K_F1 && key->code <= K_F24) {
		buf_addf(out, "F%u", (unsigned)(key->code - K_F1 + 1));
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		/* ':' reads better than "Colon" everywhere but in a file. */
		if (names[i].code == key->code && (key->code >= K_FIRST || key->code == ' ')) {
			buf_adds(out, names[i].name);
			return;
		}
	}
	if (key->mods & MOD_CTRL && key->code >= 'a' && key->code <= 'z')
		utf8_encode(out, key->code - 'a' + 'A'); /* as people write it */
	else if (key->code < K_FIRST)
		utf8_encode(out, key->code);
}

bool key_equal(const struct key *a, const struct key *b)
{
	return a->code == b->code && a->mods == b->mods;
}

bool key_printable(const struct key *k)
{
	return k->code >= ' ' && k->code != 0x7F && k->code < K_FIRST && !k->mods;
}
