/* SPDX-License-Identifier: MIT */
#include "sequence.h"

#include <stdbool.h>

struct code_of {
	int n;
	uint32_t code;
};

static const struct code_of tilde[] = {
	{ 1, K_HOME },	   { 2, K_INSERT },   { 3, K_DELETE },	 { 4, K_END },
	{ 5, K_PGUP },	   { 6, K_PGDN },     { 7, K_HOME },	 { 8, K_END },
	{ 11, K_F1 },	   { 12, K_F1 + 1 },  { 13, K_F1 + 2 },	 { 14, K_F1 + 3 },
	{ 15, K_F1 + 4 },  { 17, K_F1 + 5 },  { 18, K_F1 + 6 },	 { 19, K_F1 + 7 },
	{ 20, K_F1 + 8 },  { 21, K_F1 + 9 },  { 23, K_F1 + 10 }, { 24, K_F1 + 11 },
	{ 25, K_F1 + 12 }, { 26, K_F1 + 13 }, { 28, K_F1 + 14 }, { 29, K_F1 + 15 },
	{ 31, K_F1 + 16 }, { 32, K_F1 + 17 }, { 33, K_F1 + 18 }, { 34, K_F1 + 19 },
};

/* The last letter of CSI and SS3 sequences. */
static const struct code_of letters[] = {
	{ 'A', K_UP },	    { 'B', K_DOWN },	 { 'C', K_RIGHT },     { 'D', K_LEFT },
	{ 'H', K_HOME },    { 'F', K_END },	 { 'P', K_F1 },	       { 'Q', K_F1 + 1 },
	{ 'R', K_F1 + 2 },  { 'S', K_F1 + 3 },
};

/* After CSI alone. */
static const struct code_of reports[] = {
	{ 'I', K_FOCUS_IN },
	{ 'O', K_FOCUS_OUT },
};

/* The keypad in application mode, after SS3. */
static const struct code_of keypad[] = {
	{ 'M', K_ENTER }, { 'X', '=' }, { 'j', '*' }, { 'k', '+' }, { 'l', ',' }, { 'm', '-' },
	{ 'n', '.' },	  { 'o', '/' }, { 'p', '0' }, { 'q', '1' }, { 'r', '2' }, { 's', '3' },
	{ 't', '4' },	  { 'u', '5' }, { 'v', '6' }, { 'w', '7' }, { 'x', '8' }, { 'y', '9' },
};

/* Keys without a character have code points of their own (kitty, "functional key definitions"). */
enum { KITTY_FIRST = 57344, KITTY_LAST = 63743, KITTY_F13 = 57376, KITTY_F24 = 57387 };

static const struct code_of kitty[] = {
	{ 57409, '.' },	     { 57410, '/' },	  { 57411, '*' },     { 57412, '-' },
	{ 57413, '+' },	     { 57414, K_ENTER },  { 57415, '=' },     { 57416, ',' },
	{ 57417, K_LEFT },   { 57418, K_RIGHT },  { 57419, K_UP },    { 57420, K_DOWN },
	{ 57421, K_PGUP },   { 57422, K_PGDN },	  { 57423, K_HOME },  { 57424, K_END },
	{ 57425, K_INSERT }, { 57426, K_DELETE },
};
enum { KITTY_0 = 57399, KITTY_9 = 57408 };

static uint32_t look_up(const struct code_of *table, size_t len, int n)
{
	for (size_t i = 0; i < len; i++)
		if (table[i].n == n)
			return table[i].code;
	return K_NONE;
}

/* ---- modifiers ---- */

/* A parameter is 1 more than these.  8 is xterm's meta, which is Alt to us. */
enum { SHIFT = 1, ALT = 2, CTRL = 4, META = 8, HYPER = 16, FAR_META = 32, CAPS_LOCK = 64 };
enum { LET_GO = 3 };

static int bits_of(int param)
{
	return param > 0 ? param - 1 : 0;
}

static uint8_t mods_of(int param)
{
	int bits = bits_of(param);

	return (uint8_t)((bits & SHIFT ? MOD_SHIFT : 0) | (bits & (ALT | META) ? MOD_ALT : 0) |
			 (bits & CTRL ? MOD_CTRL : 0));
}

/* A key told by its code point (kitty, fixterms, modifyOtherKeys); shifted: what Shift makes of it,
 * where that is told. */
static uint32_t code_point(int code, int shifted, uint8_t *mods, bool caps)
{
	switch (code) {
	case 27:
		return K_ESC;
	case 13:
		return K_ENTER;
	case 9:
		return K_TAB;
	case 127:
	case 8:
		return K_BACKSPACE;
	default:
		break;
	}
	if (code >= KITTY_F13 && code <= KITTY_F24)
		return K_F1 + 12 + (uint32_t)(code - KITTY_F13);
	if (code >= KITTY_0 && code <= KITTY_9)
		return '0' + (uint32_t)(code - KITTY_0);
	if (code >= KITTY_FIRST && code <= KITTY_LAST)
		return look_up(kitty, ARRAY_SIZE(kitty), code);
	if (code < ' ' || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
		return K_NONE;
	if (*mods & MOD_SHIFT && shifted > ' ' && shifted <= 0x10FFFF)
		code = shifted;
	if (code >= 'a' && code <= 'z' && caps != !!(*mods & MOD_SHIFT))
		code -= 'a' - 'A';
	if (code > ' ')
		*mods &= (uint8_t)~MOD_SHIFT;
	return (uint32_t)code;
}

/* ---- mouse ---- */

enum { BUTTON = 3, DRAGGED = 32, WHEEL = 64, MORE_BUTTONS = 128 };

/* Whether it is the second click of two is for the caller. */
static void set_mouse(struct key *k, int button, int col, int row, bool press)
{
	if (col < 1 || row < 1 || col > INT16_MAX || row > INT16_MAX || button < 0 ||
	    button & MORE_BUTTONS)
		return;
	k->row = (int16_t)(row - 1);
	k->col = (int16_t)(col - 1);
	k->mods = (uint8_t)((button & 4 ? MOD_SHIFT : 0) | (button & 8 ? MOD_ALT : 0) |
			    (button & 16 ? MOD_CTRL : 0));
	if (button & WHEEL) /* to the sides there is none */
		k->code = button & 2 ? K_NONE : button & 1 ? K_WHEEL_DOWN : K_WHEEL_UP;
	else if (button & DRAGGED)
		k->code = K_DRAG;
	else if (!press || (button & BUTTON) == 3)
		k->code = K_RELEASE;
	else
		k->code = (button & BUTTON) == 0   ? K_CLICK
			  : (button & BUTTON) == 2 ? K_RIGHT_CLICK
						   : K_NONE;
}

/* The mouse before SGR: three bytes.  What lies beyond the 223rd place does not fit in them. */
static int take_old_mouse(const char *s, size_t len, struct key *k)
{
	if (len < 4)
		return SEQUENCE_HALF;
	if ((unsigned char)s[1] >= 32)
		set_mouse(k, (unsigned char)s[1] - 32, (unsigned char)s[2] - 32,
			  (unsigned char)s[3] - 32, true);
	return 4;
}

/* ---- CSI ---- */

struct csi {
	int params[4];
	int sub[4]; /* the first behind a ':' of each */
	int n;
	char private; /* '<' '?' … */
	char between; /* "$" of "2;1$y" */
	char final;
};

static void add_digit(int *n, char digit)
{
	if (*n < 100000000)
		*n = *n * 10 + (digit - '0');
}

/* rxvt ends a key with Shift in '$', which for others stands before the end. */
static bool ends_in_dollar(const struct csi *csi, const char *s, size_t at)
{
	return s[at] == '$' && !csi->private && csi->n == 0 && at > 0 && csi->params[0] > 0;
}

static int scan(struct csi *csi, const char *s, size_t len)
{
	size_t i = 0;
	int subs = 0;

	if (len && s[0] >= '<' && s[0] <= '?')
		csi->private = s[i++];
	for (; i < len; i++) {
		if (s[i] >= '0' && s[i] <= '9') {
			if (subs < 2)
				add_digit(subs ? &csi->sub[csi->n] : &csi->params[csi->n], s[i]);
		} else if (s[i] == ':') {
			subs++;
		} else if (s[i] == ';') {
			subs = 0;
			if (csi->n < 3)
				csi->n++;
		} else if ((s[i] >= 0x40 && s[i] <= 0x7E) || ends_in_dollar(csi, s, i)) {
			csi->final = s[i];
			csi->n++;
			return (int)i + 1;
		} else if (s[i] < 0x20 || s[i] > 0x7E) {
			return (int)i; /* broken off: what follows is looked at again */
		} else if (s[i] < 0x30) {
			csi->between = s[i];
		}
	}
	return SEQUENCE_HALF;
}

static void set_code(const struct csi *csi, int code, struct key *k)
{
	k->mods = mods_of(csi->params[1]);
	k->code = code_point(code, csi->final == 'u' ? csi->sub[0] : 0, &k->mods,
			     bits_of(csi->params[1]) & CAPS_LOCK);
	key_normalize(k);
}

static void set_numbered(const struct csi *csi, struct key *k)
{
	k->code = look_up(tilde, ARRAY_SIZE(tilde), csi->params[0]);
	k->mods = mods_of(csi->params[1]);
	if (csi->final == '^' || csi->final == '@') /* rxvt */
		k->mods |= MOD_CTRL;
	if (csi->final == '$' || csi->final == '@')
		k->mods |= MOD_SHIFT;
}

/* "1;5C", of older ones "5C".  Where the cursor is ("24;80R") is an answer. */
static void set_lettered(const struct csi *csi, struct key *k)
{
	bool place = csi->n > 1 && csi->params[0] > 1;

	k->code = csi->n == 1 && !csi->params[0]
			  ? look_up(reports, ARRAY_SIZE(reports), csi->final)
			  : K_NONE;
	if (k->code == K_NONE && !place)
		k->code = look_up(letters, ARRAY_SIZE(letters), csi->final);
	k->mods = mods_of(csi->params[csi->n > 1 ? 1 : 0]);
}

/* Let go, or with a modifier that nothing is bound to. */
static bool is_no_press(const struct csi *csi)
{
	return csi->n > 1 && (csi->sub[1] == LET_GO ||
			      bits_of(csi->params[1]) & (HYPER | FAR_META));
}

static void understand(const struct csi *csi, struct key *k)
{
	char final = csi->final;

	if (csi->private == '<' && (final == 'M' || final == 'm')) {
		set_mouse(k, csi->params[0], csi->params[1], csi->params[2], final == 'M');
	} else if (csi->private || csi->between) {
		return; /* an answer that nobody waits for */
	} else if (final == 'M') { /* rxvt's mouse */
		if (csi->n == 3)
			set_mouse(k, csi->params[0] - 32, csi->params[1], csi->params[2], true);
	} else if (final == '~' && csi->params[0] == 200) {
		k->code = K_PASTE;
	} else if (is_no_press(csi)) {
		return;
	} else if (final == 'u') {
		set_code(csi, csi->params[0], k);
	} else if (final == '~' && csi->params[0] == 27 && csi->n == 3) {
		set_code(csi, csi->params[2], k);
	} else if (final == '~' || final == '^' || final == '@' || final == '$') {
		set_numbered(csi, k);
	} else if (final == 'Z') {
		k->code = K_TAB;
		k->mods = MOD_SHIFT;
	} else if (final >= 'A' && final <= 'S') {
		set_lettered(csi, k);
	} else if (final >= 'a' && final <= 'd') { /* rxvt: with Shift */
		k->code = look_up(letters, ARRAY_SIZE(letters), final - 'a' + 'A');
		k->mods = MOD_SHIFT;
	}
}

int sequence_csi(const char *s, size_t len, struct key *k)
{
	struct csi csi = { .n = 0 };
	int used;

	if (len && s[0] == '[') { /* the Linux console's F1 to F5 */
		if (len < 2)
			return SEQUENCE_HALF;
		if (s[1] >= 'A' && s[1] <= 'E')
			k->code = K_F1 + (uint32_t)(s[1] - 'A');
		return 2;
	}
	if (len && s[0] == 'M')
		return take_old_mouse(s, len, k);
	used = scan(&csi, s, len);
	if (used != SEQUENCE_HALF && csi.final)
		understand(&csi, k);
	return used;
}

/* ---- SS3 ---- */

int sequence_ss3(const char *s, size_t len, struct key *k)
{
	size_t i = 0;
	int mods = 0;

	while (i < len && ((s[i] >= '0' && s[i] <= '9') || s[i] == ';')) {
		mods = s[i] == ';' ? 0 : mods * 10 + (s[i] - '0');
		if (i++ > 4)
			return (int)i;
	}
	if (i == len)
		return SEQUENCE_HALF;
	if (s[i] >= 'a' && s[i] <= 'd') { /* rxvt: with Ctrl */
		k->code = look_up(letters, ARRAY_SIZE(letters), s[i] - 'a' + 'A');
		k->mods = MOD_CTRL;
		return (int)i + 1;
	}
	k->code = look_up(letters, ARRAY_SIZE(letters), s[i]);
	if (k->code == K_NONE)
		k->code = look_up(keypad, ARRAY_SIZE(keypad), s[i]);
	k->mods = mods_of(mods);
	return (int)i + 1;
}
