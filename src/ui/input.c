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
#include "sequence.h"

#define ESC 0x1B
#define PASTE_END "\033[201~"
#define PASTE_WAIT_MS 1000
#define DOUBLE_CLICK_US 400000
#define LATE_US 500000
#define MAX_PASTE (16u << 20)
#define MAX_STRING 4096
#define MAX_KEPT (1u << 16)
#define LONGEST_TAIL 32
#define LONGEST_KEY 9

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
	bool backspace_is_ctrl_h, impatient, charset;
	bool in_paste;
	bool stalled;	/* … of which nothing came for long, and what there was is given out */
	size_t scanned; /* … no end of it stands before this */
	char late; /* next comes the rest of a sequence: up to this it was taken for a key */
	int64_t late_us; /* when it was */
	int64_t now_us, half_us, click_us; /* half_us: since when more must come, 0: nothing must */
	int click_row, click_col;
};

/* Outcomes of looking at the bytes: how many were used; HALF: more must come. */
#define HALF SEQUENCE_HALF

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

/* One that has no more than ASCII says nothing about the keyboard. */
void input_take_locale(struct input *in)
{
	in->charset = !utf8_locale() && MB_CUR_MAX > 1;
	for (int i = 0x80; i < 0x100 && MB_CUR_MAX == 1; i++)
		in->charset = in->charset || btowc(i) != WEOF;
}

enum { CUT = 0 };

/* A character of the locale's own charset: its bytes; CUT: it goes on. */
static size_t charset_decode(const char *s, size_t len, uint32_t *cp)
{
	mbstate_t state = { 0 };
	wchar_t wc;
	size_t n = mbrtowc(&wc, s, len, &state);

	if (n == (size_t)-2)
		return CUT;
	*cp = n == (size_t)-1 ? 0xFFFD : (uint32_t)wc;
	return n == (size_t)-1 || !n ? 1 : n;
}

static void charset_to_utf8(struct buf *out, const char *s, size_t len)
{
	for (size_t i = 0, n; i < len; i += n) {
		uint32_t cp = 0xFFFD;

		n = charset_decode(s + i, len - i, &cp);
		n = n == CUT ? len - i : n;
		utf8_encode(out, cp);
	}
}

/* Bytes of a character at the end that goes on. */
static size_t half_of_charset(const char *s, size_t len)
{
	uint32_t cp;

	for (size_t i = 0, n; i < len; i += n) {
		n = charset_decode(s + i, len - i, &cp);
		if (n == CUT)
			return len - i;
	}
	return 0;
}

/* The beginning of a character, and no more of it yet? */
static bool half_char(const struct input *in, const char *s, size_t len)
{
	unsigned char c = len ? (unsigned char)s[0] : 0;
	uint32_t cp;

	if (in->charset)
		return c >= 0x80 && charset_decode(s, len, &cp) == CUT;

	size_t want = c > 0xF4 ? 1 : c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC2 ? 2 : 1;

	for (size_t i = 1; i < want && i < len; i++)
		if ((s[i] & 0xC0) != 0x80)
			return false;
	return len < want;
}

/* ---- what fell apart ---- */

/* Behind an Esc, as nobody types it at one go: "[B", "[1;5C", "OP", "]11;". */
static bool is_tail(const char *s, size_t len)
{
	size_t i = 1;

	if (len < 2 || !strchr("[O]", s[0]))
		return false;
	if (s[0] == ']') {
		while (i < len && isdigit((unsigned char)s[i]))
			i++;
		return i > 1 && i < len && s[i] == ';';
	}
	while (s[0] == '[' && i < len && s[i] >= 0x20 && s[i] < 0x40)
		i++;
	return i < len && (isalpha((unsigned char)s[i]) || s[i] == '~');
}

/* Over a slow line a sequence may fall apart behind its Esc, which then was the key Esc, or an
 * answer behind its introducer: of the rest nothing is typed. */
static void take_late(struct input *in, const char *bytes, size_t len, int64_t now_us)
{
	struct buf tail = BUF_INIT;

	if (in->late == ']')
		buf_addc(&tail, ']');
	buf_add(&tail, bytes, len < LONGEST_TAIL ? len : LONGEST_TAIL);
	if (!in->late || now_us - in->late_us >= LATE_US || !is_tail(tail.data, tail.len)) {
		in->late = 0;
	} else {
		buf_addc(&in->bytes, ESC);
		if (in->late == ']')
			buf_addc(&in->bytes, ']');
	}
	in->late_us = 0;
	buf_release(&tail);
}

/* Its end never comes if the terminal forgot it: one key alone, behind a long silence, is typed. */
static void end_stalled(struct input *in, const char *bytes, size_t len)
{
	const char *held = in->bytes.data + in->pos;
	size_t n = in->bytes.len - in->pos, begun, rest;
	bool one = len == 1 || half_char(in, bytes, len - 1) ||
		   (bytes[0] == ESC && len < LONGEST_KEY);

	in->stalled = false;
	begun = n < strlen(PASTE_END) && memcmp(held, PASTE_END, n) == 0 ? n : 0;
	rest = strlen(PASTE_END) - begun;
	if (!one || memcmp(bytes, &PASTE_END[begun], len < rest ? len : rest) == 0)
		return;
	in->in_paste = false;
	buf_clear(&in->bytes);
	in->pos = 0;
}

void input_feed(struct input *in, const char *bytes, size_t len, int64_t now_us)
{
	if (!len)
		return;
	if (in->stalled)
		end_stalled(in, bytes, len);
	take_late(in, bytes, len, now_us);
	in->now_us = now_us;
	in->impatient = false;
	buf_add(&in->bytes, bytes, len);
}

/* ---- strings and characters ---- */

/* OSC and DCS: up to BEL or ESC \.  Any other control ends what has no end: it is a key. */
static int take_string(struct input *in, const char *s, size_t len, struct key *k)
{
	size_t i = 0;
	bool st;

	while (i < len && (unsigned char)s[i] >= 0x20)
		i++;
	if (i == len || (s[i] == ESC && i + 1 == len))
		return len > MAX_STRING ? (int)len : HALF;
	st = s[i] == ESC && s[i + 1] == '\\';
	if (s[i] != '\a' && !st)
		return (int)i;
	buf_clear(&in->text);
	buf_add(&in->text, s, i);
	k->code = K_REPORT;
	k->text = in->text.data;
	k->len = in->text.len;
	return (int)i + (st ? 2 : 1);
}

/* ---- clicks ---- */

static void count_click(struct input *in, struct key *k)
{
	if (in->click_us && in->now_us - in->click_us < DOUBLE_CLICK_US &&
	    in->click_row == k->row && in->click_col == k->col) {
		k->code = K_DOUBLE_CLICK;
		in->click_us = 0;
	} else {
		in->click_us = in->now_us;
	}
	in->click_row = k->row;
	in->click_col = k->col;
}

/* ---- keys ---- */

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
	size_t used;

	if (c < 0x20 || c == 0x7F) {
		set_control(in, k, c);
		return 1;
	}
	if (half_char(in, s, len) && !in->impatient)
		return HALF;
	if (c >= 0x80 && in->charset) {
		k->code = 0xFFFD;
		used = charset_decode(s, len, &k->code);
		return used == CUT ? (int)len : (int)used;
	}
	used = utf8_decode(s, len, &k->code);
	if (k->code == UTF8_INVALID)
		k->code = 0xFFFD;
	return (int)used;
}

static int take_escape(struct input *in, const char *s, size_t len, struct key *k);

/* Esc before a sequence: PuTTY and rxvt say so that Alt was held with an arrow or its like.  Before
 * anything else it was the key. */
static int take_second(struct input *in, const char *s, size_t len, struct key *k)
{
	struct key inner = { .code = K_NONE };
	int used = len < 2 || s[1] == '[' || s[1] == 'O' ? take_escape(in, s, len, &inner) : 0;

	if (used == HALF && !in->impatient)
		return HALF;
	if (used <= 0 || inner.code < K_UP || inner.code > K_F24) {
		k->code = K_ESC;
		return 1;
	}
	*k = inner;
	k->mods |= MOD_ALT;
	return used + 1;
}

static int take_escape(struct input *in, const char *s, size_t len, struct key *k)
{
	int used = take_bound(in, s, len, k);

	if (used > 0)
		return used;
	if (len > 1) {
		switch (s[1]) {
		case '[':
			used = sequence_csi(s + 2, len - 2, k);
			break;
		case 'O':
			used = sequence_ss3(s + 2, len - 2, k);
			break;
		case ']':
		case 'P':
		case '_':
			used = take_string(in, s + 2, len - 2, k);
			break;
		case ESC:
			return take_second(in, s + 1, len - 1, k);
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
	if (len < 2 || s[1] == ']') {
		in->late = s[len - 1];
		in->late_us = in->now_us;
	}
	if (len < 2)
		return 1;
	k->mods = MOD_ALT;
	return take_char(in, s + 1, len - 1, k) + 1;
}

/* ---- pastes ---- */

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

/* The bytes at the end that might be no text of it: its end, begun; the last newline, which is
 * none; half a character. */
static size_t undecided(const struct input *in, const char *s, size_t len)
{
	size_t n = strlen(PASTE_END) - 1;

	for (n = n < len ? n : len; n > 0; n--)
		if (memcmp(s + len - n, PASTE_END, n) == 0)
			return n;
	if (len && (s[len - 1] == '\n' || s[len - 1] == '\r'))
		return len > 1 && s[len - 2] == '\r' ? 2 : 1;
	if (in->charset)
		return half_of_charset(s, len);
	for (n = 1; n < 4 && n <= len; n++)
		if (half_char(in, s + len - n, n))
			return n;
	return 0;
}

/* A paste that comes in parts is given out in parts. */
static bool take_paste(struct input *in, struct key *k)
{
	const char *s = in->bytes.data + in->pos, *end;
	size_t len = in->bytes.len - in->pos, used;

	end = find(s + in->scanned, len - in->scanned, PASTE_END);
	in->scanned = len >= strlen(PASTE_END) ? len - strlen(PASTE_END) + 1 : 0;
	if (!end && !in->impatient && len < MAX_PASTE)
		return false;
	used = end ? (size_t)(end - s) : len - undecided(in, s, len);
	if (!end && !used)
		return false;
	buf_clear(&in->text);
	if (in->charset)
		charset_to_utf8(&in->text, s, used);
	else
		buf_add(&in->text, s, used);
	in->pos += used + (end ? strlen(PASTE_END) : 0);
	in->in_paste = !end;
	in->scanned = 0;
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
	else if (used == 1 && k->code == K_ESC && introduced(s + 1, len - 1))
		in->impatient = false; /* what follows it has waited for nothing yet */
	if (used == HALF) {
		in->half_us = in->half_us ? in->half_us : in->now_us;
		return false;
	}
	in->half_us = 0;
	if (k->code == K_PASTE) {
		in->in_paste = true;
		in->scanned = 0;
		k->code = K_NONE;
	} else if (k->code == K_CLICK) {
		count_click(in, k);
	}
	if (in->late && !in->late_us) {
		in->late = 0;
		if (k->code != K_REPORT)
			k->code = K_NONE;
	}
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
			if (in->bytes.len > MAX_KEPT)
				buf_release(&in->bytes);
			buf_clear(&in->bytes);
			in->pos = 0;
		}
		if (k.code != K_NONE) {
			*key = k;
			return true;
		}
	}
	return false;
}

/* What is left of ms since the first half came: what is typed meanwhile does not make it longer. */
static unsigned left_of(const struct input *in, unsigned ms)
{
	int64_t gone = (in->now_us - in->half_us) / 1000;

	return gone < ms ? ms - (unsigned)gone : 1;
}

unsigned input_wait_ms(const struct input *in)
{
	const char *s = in->bytes.data + in->pos;
	size_t len = in->bytes.len - in->pos;
	bool alt = len > 1 && s[0] == ESC;

	if (in->in_paste)
		return in->stalled ? 0 : PASTE_WAIT_MS;
	if (!len)
		return 0;
	if (half_char(in, s + alt, len - alt))
		return left_of(in, INPUT_CUT_MS);
	return left_of(in, !introduced(s, len) ? INPUT_ESC_MS
			   : len > 2		 ? INPUT_CUT_MS
						 : INPUT_HALF_MS);
}

void input_timeout(struct input *in)
{
	in->impatient = true;
	in->stalled = in->in_paste;
}
