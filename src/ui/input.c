/* SPDX-License-Identifier: MIT */
#include "input.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "base/vec.h"

#define ESC 0x1B
#define PASTE_END "\033[201~"
#define PASTE_WAIT_MS 1000
#define DOUBLE_CLICK_US 400000
#define LATE_US 500000
#define MAX_PASTE (16u << 20)

struct bound {
	char *sequence;
	size_t len;
	uint32_t code;
	uint8_t mods;
};

struct input {
	struct buf bytes; /* what came and is not yet understood */
	size_t pos;
	struct buf text; /* of the paste or report given out last */
	VEC(struct bound) bound;
	uint32_t high[128]; /* characters of an 8-bit charset */
	bool backspace_is_ctrl_h, in_paste, impatient, eight_bit;
	bool late; /* next comes the rest of a sequence whose Esc was taken for the key */
	int64_t now_us, click_us, esc_us; /* esc_us: when such an Esc came, 0: it did not */
	int click_row, click_col;
};

/* Outcomes of looking at the bytes: how many were used; HALF: more must come. */
#define HALF (-1)

struct input *input_new(void)
{
	struct input *in = xcalloc(1, sizeof *in);

	buf_init(&in->bytes);
	buf_init(&in->text);
	return in;
}

void input_free(struct input **in)
{
	struct input *i = *in;

	if (!i)
		return;
	for (size_t n = 0; n < i->bound.len; n++)
		free(i->bound.v[n].sequence);
	VEC_RELEASE(&i->bound);
	buf_release(&i->bytes);
	buf_release(&i->text);
	free(i);
	*in = NULL;
}

void input_bind(struct input *in, const char *sequence, uint32_t code, uint8_t mods)
{
	if (sequence[0] != ESC || !sequence[1])
		return;
	*VEC_PUSH(&in->bound) = (struct bound){ .sequence = xstrdup(sequence),
						.len = strlen(sequence),
						.code = code,
						.mods = mods };
}

void input_erase_is_backspace(struct input *in, bool yes)
{
	in->backspace_is_ctrl_h = yes;
}

void input_take_locale(struct input *in)
{
	for (int i = 0; i < 128 && MB_CUR_MAX == 1; i++) {
		wint_t cp = btowc(0x80 + i);

		in->high[i] = cp == WEOF ? 0 : (uint32_t)cp;
		in->eight_bit = in->eight_bit || in->high[i];
	}
}

/* "[B", "[1;5C", "OP": a sequence without its Esc, as nobody types it at one go. */
static bool is_tail(const char *s, size_t len)
{
	size_t i = 1;

	if (len < 2 || (s[0] != '[' && s[0] != 'O'))
		return false;
	while (s[0] == '[' && i < len && s[i] >= 0x20 && s[i] < 0x40)
		i++;
	return i < len && (isalpha((unsigned char)s[i]) || s[i] == '~');
}

/* Over a slow line a sequence may fall apart behind its Esc, which then was the key Esc: of the
 * rest nothing is typed. */
static void take_late(struct input *in, const char *bytes, size_t len, int64_t now_us)
{
	in->late = in->esc_us && now_us - in->esc_us < LATE_US && is_tail(bytes, len);
	in->esc_us = 0;
	if (in->late)
		buf_addc(&in->bytes, ESC);
}

void input_feed(struct input *in, const char *bytes, size_t len, int64_t now_us)
{
	take_late(in, bytes, len, now_us);
	in->now_us = now_us;
	in->impatient = false;
	buf_add(&in->bytes, bytes, len);
}

/* ---- tables ---- */

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
	{ 'A', K_UP },
	{ 'B', K_DOWN },
	{ 'C', K_RIGHT },
	{ 'D', K_LEFT },
	{ 'H', K_HOME },
	{ 'F', K_END },
	{ 'P', K_F1 },
	{ 'Q', K_F1 + 1 },
	{ 'R', K_F1 + 2 },
	{ 'S', K_F1 + 3 },
	{ 'I', K_FOCUS_IN },
	{ 'O', K_FOCUS_OUT },
	/* the keypad in application mode, after SS3 */
	{ 'M', K_ENTER },
	{ 'j', '*' },
	{ 'k', '+' },
	{ 'l', ',' },
	{ 'm', '-' },
	{ 'n', '.' },
	{ 'o', '/' },
	{ 'p', '0' },
	{ 'q', '1' },
	{ 'r', '2' },
	{ 's', '3' },
	{ 't', '4' },
	{ 'u', '5' },
	{ 'v', '6' },
	{ 'w', '7' },
	{ 'x', '8' },
	{ 'y', '9' },
};

static uint32_t look_up(const struct code_of *table, size_t len, int n)
{
	for (size_t i = 0; i < len; i++)
		if (table[i].n == n)
			return table[i].code;
	return K_NONE;
}

/* xterm's parameter: 1 + shift 1, alt 2, ctrl 4 (and meta 8, which is Alt to us). */
static uint8_t mods_of(int param)
{
	int bits = param > 0 ? param - 1 : 0;

	return (uint8_t)((bits & 1 ? MOD_SHIFT : 0) | (bits & (2 | 8) ? MOD_ALT : 0) |
			 (bits & 4 ? MOD_CTRL : 0));
}

/* A key told by its code point (kitty, fixterms, modifyOtherKeys). */
static void set_code_point(struct key *k, int code, int mods)
{
	k->code = (uint32_t)code;
	k->mods = mods_of(mods);
	if (code == 27 || code == 13 || code == 9 || code == 127 || code == 8)
		k->code = code == 27   ? K_ESC
			  : code == 13 ? K_ENTER
			  : code == 9  ? K_TAB
				       : K_BACKSPACE;
	if (k->mods & MOD_SHIFT && code >= 'a' && code <= 'z')
		k->code -= 'a' - 'A';
	if (k->code > ' ' && k->code < K_FIRST)
		k->mods &= (uint8_t)~MOD_SHIFT;
	if (k->mods & MOD_CTRL && k->code >= 'A' && k->code <= 'Z')
		k->code += 'a' - 'A';
}

/* ---- mouse ---- */

static void set_mouse(struct input *in, struct key *k, int button, int col, int row, bool press)
{
	k->row = (int16_t)(row - 1);
	k->col = (int16_t)(col - 1);
	k->mods = (uint8_t)((button & 4 ? MOD_SHIFT : 0) | (button & 8 ? MOD_ALT : 0) |
			    (button & 16 ? MOD_CTRL : 0));
	if (button & 64) {
		k->code = button & 1 ? K_WHEEL_DOWN : K_WHEEL_UP;
		return;
	}
	if (button & 32) {
		k->code = K_DRAG;
		return;
	}
	if (!press || (button & 3) == 3) {
		k->code = K_RELEASE;
		return;
	}
	if ((button & 3) != 0) {
		k->code = (button & 3) == 2 ? K_RIGHT_CLICK : K_NONE;
		return;
	}
	k->code = K_CLICK;
	if (in->click_us && in->now_us - in->click_us < DOUBLE_CLICK_US &&
	    in->click_row == row && in->click_col == col) {
		k->code = K_DOUBLE_CLICK;
		in->click_us = 0;
	} else {
		in->click_us = in->now_us;
	}
	in->click_row = row;
	in->click_col = col;
}

/* ---- sequences; each gets what follows its introducer, and returns the bytes it used or HALF
 * ---- */

struct csi {
	int params[4];
	int n;
	char private; /* '<' '?' … */
	char final;
};

/* Sub-parameters (after ':') are not needed by anything here. */
static int scan_csi(struct csi *csi, const char *s, size_t len)
{
	size_t i = 0;
	bool sub = false;

	if (len && s[0] >= '<' && s[0] <= '?')
		csi->private = s[i++];
	for (; i < len; i++) {
		int *p = &csi->params[csi->n];

		if (s[i] >= '0' && s[i] <= '9') {
			if (!sub && *p < 100000000)
				*p = *p * 10 + (s[i] - '0');
		} else if (s[i] == ':') {
			sub = true;
		} else if (s[i] == ';') {
			sub = false;
			if (csi->n < 3)
				csi->n++;
		} else if (s[i] >= 0x40 && s[i] <= 0x7E) {
			csi->final = s[i];
			csi->n++;
			return (int)i + 1;
		} else if (s[i] < 0x20 || s[i] > 0x7E) {
			return (int)i; /* broken off: what follows is looked at again */
		}
	}
	return HALF;
}

static void understand_csi(struct input *in, const struct csi *csi, struct key *k)
{
	int last = csi->n > 1 ? csi->params[1] : 0;

	if (csi->private == '<' && (csi->final == 'M' || csi->final == 'm')) {
		set_mouse(in, k, csi->params[0], csi->params[1], csi->params[2],
			  csi->final == 'M');
	} else if (csi->private) {
		return; /* an answer that nobody waits for */
	} else if (csi->final == 'u') {
		set_code_point(k, csi->params[0], last);
	} else if (csi->final == '~' && csi->params[0] == 27 && csi->n == 3) {
		set_code_point(k, csi->params[2], last);
	} else if (csi->final == '~' && csi->params[0] == 200) {
		in->in_paste = true;
	} else if (csi->final == '~' || csi->final == '^' || csi->final == '@') {
		k->code = look_up(tilde, ARRAY_SIZE(tilde), csi->params[0]);
		k->mods = mods_of(last);
		if (csi->final != '~') /* rxvt */
			k->mods |= (uint8_t)(MOD_CTRL | (csi->final == '@' ? MOD_SHIFT : 0));
	} else if (csi->final == 'Z') {
		k->code = K_TAB;
		k->mods = MOD_SHIFT;
	} else if (csi->final >= 'A' && csi->final <= 'S') {
		k->code = look_up(letters, ARRAY_SIZE(letters), csi->final);
		k->mods = mods_of(last);
	} else if (csi->final >= 'a' && csi->final <= 'd') { /* rxvt: with Shift */
		k->code = look_up(letters, ARRAY_SIZE(letters), csi->final - 'a' + 'A');
		k->mods = MOD_SHIFT;
	}
}

static int take_csi(struct input *in, const char *s, size_t len, struct key *k)
{
	struct csi csi = { .n = 0 };
	int used;

	if (len && s[0] == '[') { /* the Linux console's F1 to F5 */
		if (len < 2)
			return HALF;
		if (s[1] >= 'A' && s[1] <= 'E')
			k->code = K_F1 + (uint32_t)(s[1] - 'A');
		return 2;
	}
	if (len && s[0] == 'M') { /* the mouse before SGR: three bytes */
		if (len < 4)
			return HALF;
		set_mouse(in, k, (unsigned char)s[1] - 32, (unsigned char)s[2] - 32,
			  (unsigned char)s[3] - 32, true);
		return 4;
	}
	used = scan_csi(&csi, s, len);
	if (used != HALF && csi.final)
		understand_csi(in, &csi, k);
	return used;
}

static int take_ss3(const char *s, size_t len, struct key *k)
{
	size_t i = 0;
	int mods = 0;

	while (i < len && ((s[i] >= '0' && s[i] <= '9') || s[i] == ';')) {
		mods = s[i] == ';' ? 0 : mods * 10 + (s[i] - '0');
		if (i++ > 4)
			return (int)i;
	}
	if (i == len)
		return HALF;
	if (s[i] >= 'a' && s[i] <= 'd') { /* rxvt: with Ctrl */
		k->code = look_up(letters, ARRAY_SIZE(letters), s[i] - 'a' + 'A');
		k->mods = MOD_CTRL;
	} else if (s[i] != 'I' && s[i] != 'O') {
		k->code = look_up(letters, ARRAY_SIZE(letters), s[i]);
		k->mods = mods_of(mods);
	}
	return (int)i + 1;
}

/* OSC and DCS: up to BEL or ESC \. */
static int take_string(struct input *in, const char *s, size_t len, struct key *k)
{
	for (size_t i = 0; i < len; i++) {
		bool st = s[i] == ESC && i + 1 < len && s[i + 1] == '\\';

		if (s[i] != '\a' && !st)
			continue;
		buf_clear(&in->text);
		buf_add(&in->text, s, i);
		k->code = K_REPORT;
		k->text = in->text.data;
		k->len = in->text.len;
		return (int)i + (st ? 2 : 1);
	}
	return len > 4096 ? (int)len : HALF;
}

static int take_bound(const struct input *in, const char *s, size_t len, struct key *k)
{
	bool half = false;

	for (size_t i = 0; i < in->bound.len; i++) {
		const struct bound *b = &in->bound.v[i];

		if (len >= b->len && memcmp(s, b->sequence, b->len) == 0) {
			k->code = b->code;
			k->mods = b->mods;
			return (int)b->len;
		}
		half |= len < b->len && memcmp(s, b->sequence, len) == 0;
	}
	return half ? HALF : 0;
}

static void set_control(const struct input *in, struct key *k, unsigned char c)
{
	if (c == '\r') {
		k->code = K_ENTER;
	} else if (c == '\t') {
		k->code = K_TAB;
	} else if (c == 0x7F || (c == '\b' && in->backspace_is_ctrl_h)) {
		k->code = K_BACKSPACE;
	} else {
		k->mods |= MOD_CTRL;
		k->code = c == 0    ? ' '
			  : c <= 26 ? (uint32_t)(c + 'a' - 1)
				    : (uint32_t)(c + '@');
	}
}

static int take_char(const struct input *in, const char *s, size_t len, struct key *k)
{
	unsigned char c = (unsigned char)s[0];
	size_t want = c >= 0xF8 ? 1 : c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;
	size_t used;

	if (c < 0x20 || c == 0x7F) {
		set_control(in, k, c);
		return 1;
	}
	if (c >= 0x80 && in->eight_bit) {
		k->code = in->high[c - 0x80] ? in->high[c - 0x80] : 0xFFFD;
		return 1;
	}
	if (len < want && !in->impatient)
		return HALF;
	used = utf8_decode(s, len, &k->code);
	if (k->code == UTF8_INVALID)
		k->code = 0xFFFD;
	return (int)used;
}

static int take_escape(struct input *in, const char *s, size_t len, struct key *k)
{
	int used = take_bound(in, s, len, k);

	if (used > 0)
		return used;
	if (len > 1) {
		switch (s[1]) {
		case '[':
			used = take_csi(in, s + 2, len - 2, k);
			break;
		case 'O':
			used = take_ss3(s + 2, len - 2, k);
			break;
		case ']':
		case 'P':
		case '_':
			used = take_string(in, s + 2, len - 2, k);
			break;
		case ESC:
			k->code = K_ESC;
			return 1;
		default:
			if (used == HALF)
				return HALF;
			used = take_char(in, s + 1, len - 1, k);
			k->mods |= MOD_ALT;
			return used == HALF ? HALF : used + 1;
		}
		if (used != HALF)
			return used + 2;
	}
	return HALF;
}

/* Has a sequence begun, with len bytes of which more must come? */
static bool introduced(const char *s, size_t len)
{
	return len > 1 && s[0] == ESC && strchr("[]OP_", s[1]);
}

/* Nothing more came: Esc was the key, or Alt and a character; of a sequence nothing is typed. */
static int give_up(struct input *in, const char *s, size_t len, struct key *k)
{
	if (introduced(s, len) && len > 2) {
		*k = (struct key){ .code = K_NONE };
		return (int)len;
	}
	*k = (struct key){ .code = K_ESC };
	if (len < 2)
		in->esc_us = in->now_us;
	if (len < 2 || s[0] != ESC)
		return 1;
	k->mods = MOD_ALT;
	return take_char(in, s + 1, len - 1, k) + 1;
}

static const char *find(const char *s, size_t len, const char *what)
{
	size_t n = strlen(what);

	for (const char *p = s, *last = s + len; (size_t)(last - p) >= n; p++) {
		p = memchr(p, what[0], (size_t)(last - p) - n + 1);
		if (!p || memcmp(p, what, n) == 0)
			return p;
	}
	return NULL;
}

static bool take_paste(struct input *in, struct key *k)
{
	const char *s = in->bytes.data + in->pos, *end;
	size_t len = in->bytes.len - in->pos, used;

	end = find(s, len, PASTE_END);
	if (!end && !in->impatient && len < MAX_PASTE)
		return false;
	used = end ? (size_t)(end - s) : len;
	buf_clear(&in->text);
	buf_add(&in->text, s, used);
	in->pos += used + (end ? strlen(PASTE_END) : 0);
	in->in_paste = false;
	*k = (struct key){ .code = K_PASTE, .text = in->text.data, .len = in->text.len };
	return true;
}

static bool step(struct input *in, struct key *k)
{
	const char *s = in->bytes.data + in->pos;
	size_t len = in->bytes.len - in->pos;
	int used;

	used = s[0] == ESC ? take_escape(in, s, len, k) : take_char(in, s, len, k);
	if (used == HALF && in->impatient)
		used = give_up(in, s, len, k);
	if (used == HALF)
		return false;
	if (in->late)
		*k = (struct key){ .code = K_NONE };
	in->late = false;
	in->pos += (size_t)used;
	return true;
}

bool input_next(struct input *in, struct key *key)
{
	while (in->pos < in->bytes.len) {
		struct key k = { .code = K_NONE };

		if (in->in_paste ? !take_paste(in, &k) : !step(in, &k))
			return false;
		if (in->pos == in->bytes.len) {
			buf_clear(&in->bytes);
			in->pos = 0;
		}
		if (k.code != K_NONE) {
			*key = k;
			return true;
		}
	}
	if (in->in_paste && in->impatient)
		in->in_paste = false;
	return false;
}

unsigned input_wait_ms(const struct input *in)
{
	const char *s = in->bytes.data + in->pos;
	size_t len = in->bytes.len - in->pos;

	if (in->in_paste)
		return PASTE_WAIT_MS;
	if (!len)
		return 0;
	return !introduced(s, len) ? INPUT_ESC_MS : len > 2 ? INPUT_CUT_MS : INPUT_HALF_MS;
}

void input_timeout(struct input *in)
{
	in->impatient = true;
}
