/* SPDX-License-Identifier: MIT */
#include "brief.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

enum { PARAMS_MAX = 16, ATTRS_MAX = 8 };

/* A sequence of the terminal's: ESC [ parameters final. */
struct csi {
	const char *param; /* not ended */
	size_t len;
	char final;
	int n[PARAMS_MAX]; /* -1: not a plain number */
	int count;	   /* at least 1; an empty one is 0 */
};

void brief_forget(struct brief *b, int rows, int cols)
{
	*b = (struct brief){ .rows = rows, .cols = cols };
}

/* ---- how text looks ---- */

static bool same_look(const struct brief_look *a, const struct brief_look *b)
{
	return a->attrs == b->attrs && strcmp(a->fg, b->fg) == 0 && strcmp(a->bg, b->bg) == 0;
}

/* Parameters of one sequence. Written for each change of colour: no printf, no memory. */
struct way {
	char s[128];
	size_t len;
};

static void add_param(struct way *w, const char *param)
{
	size_t n = strlen(param);

	if (w->len + n + 1 > sizeof w->s)
		BUG("a look of more parameters than there are");
	if (w->len)
		w->s[w->len++] = ';';
	memcpy(w->s + w->len, param, n);
	w->len += n;
}

/* Of a sequence's numbers: all are small. */
static char *number(char digits[12], int n)
{
	char *p = digits + 11;

	*p = '\0';
	do {
		*--p = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0 && p > digits);
	return p;
}

static void add_number(struct way *w, int n)
{
	char digits[12];

	add_param(w, number(digits, n));
}

/* The parameters that lead from one look to the other. */
static void add_way(struct way *out, const struct brief_look *from, const struct brief_look *to)
{
	static const int off[ATTRS_MAX + 1] = { 0, 22, 22, 23, 24, 25, 0, 27, 28 };
	unsigned gone = from->attrs & ~to->attrs, kept = from->attrs & to->attrs;

	for (int a = 1; a <= ATTRS_MAX; a++)
		if (gone & 1U << a) {
			add_number(out, off[a]);
			/* One ends both bold and faint. */
			if (off[a] == 22)
				kept &= ~(1U << 1 | 1U << 2);
			gone &= ~(off[a] == 22 ? 1U << 1 | 1U << 2 : 1U << a);
		}
	for (int a = 1; a <= ATTRS_MAX; a++)
		if (to->attrs & ~kept & 1U << a)
			add_number(out, a);
	if (strcmp(from->fg, to->fg) != 0)
		add_param(out, *to->fg ? to->fg : "39");
	if (strcmp(from->bg, to->bg) != 0)
		add_param(out, *to->bg ? to->bg : "49");
}

/* Now something is painted: it is to look as it should. */
static void say_look(struct brief *b, struct buf *out)
{
	static const struct brief_look plain;
	struct way way = { .len = 0 }, anew = { .len = 0 };
	const struct way *said;

	if (b->known && !b->due)
		return;
	b->due = false;
	if (b->known && same_look(&b->is, &b->want))
		return;
	add_way(&way, b->known ? &b->is : &plain, &b->want);
	if (!same_look(&plain, &b->want))
		add_number(&anew, 0);
	add_way(&anew, &plain, &b->want);
	said = b->known && way.len <= anew.len ? &way : &anew;
	buf_adds(out, "\033[");
	buf_add(out, said->s, said->len);
	buf_addc(out, 'm');
	b->is = b->want;
	b->known = true;
}

static bool set_color(char to[24], const char *param, size_t len)
{
	if (len >= 24)
		return false;
	memcpy(to, param, len);
	to[len] = '\0';
	return true;
}

/* 38 and 48 with what belongs to them: 38;5;N, 38;2;R;G;B, 38:…; how long that is, 0: unknown.
 */
static size_t color_len(const char *p, const char *end)
{
	const char *q = p + 2;
	int more = 0;

	if (q < end && *q == ':') {
		while (q < end && *q != ';')
			q++;
		return (size_t)(q - p);
	}
	if (end - q >= 2 && q[0] == ';')
		more = q[1] == '5' ? 2 : q[1] == '2' ? 4 : 0;
	if (!more)
		return 0;
	for (; more; more--) {
		if (q >= end || *q != ';')
			return 0;
		for (q++; q < end && isdigit((unsigned char)*q);)
			q++;
	}
	return (size_t)(q - p);
}

/* One parameter of SGR; how long it is, 0: not understood. */
static size_t take_param(struct brief_look *l, const char *p, const char *end)
{
	static const struct {
		int from;
		unsigned attrs;
	} offs[] = { { 22, 1U << 1 | 1U << 2 }, { 23, 1U << 3 }, { 24, 1U << 4 },
		     { 25, 1U << 5 },		{ 27, 1U << 7 }, { 28, 1U << 8 } };
	size_t len = strspn(p, "0123456789");
	long n = len ? strtol(p, NULL, 10) : 0;

	if (n == 38 || n == 48) {
		len = color_len(p, end);
		return len && set_color(n == 38 ? l->fg : l->bg, p, len) ? len : 0;
	}
	if (p + len < end && p[len] != ';')
		return 0;
	if (n == 0)
		return len; /* all plain: see below */
	if (n <= ATTRS_MAX && n != 6)
		l->attrs |= (uint16_t)(1U << n);
	else if ((n >= 30 && n <= 37) || (n >= 90 && n <= 97))
		set_color(l->fg, p, len);
	else if ((n >= 40 && n <= 47) || (n >= 100 && n <= 107))
		set_color(l->bg, p, len);
	else if (n == 39)
		l->fg[0] = '\0';
	else if (n == 49)
		l->bg[0] = '\0';
	else {
		for (size_t i = 0; i < ARRAY_SIZE(offs); i++)
			if (offs[i].from == n) {
				l->attrs &= (uint16_t)~offs[i].attrs;
				return len;
			}
		return 0;
	}
	return len;
}

/* An empty parameter, or none, is 0: all plain again, and what we do not know of too. */
static void reset(struct brief *b, struct brief_look *l)
{
	*l = (struct brief_look){ 0 };
	b->known = b->known && !b->strange;
	b->strange = false;
}

/* ESC [ … m; false: not understood. */
static bool take_look(struct brief *b, const struct csi *c)
{
	struct brief_look l = b->want;
	const char *p = c->param, *end = p + c->len;

	while (p < end) {
		size_t n = *p == ';' ? 0 : take_param(&l, p, end);

		if (!n && *p != ';')
			return false;
		if (!n || (n == 1 && *p == '0'))
			reset(b, &l);
		p += n;
		if (p < end && *p == ';')
			p++;
	}
	if (!c->len || end[-1] == ';')
		reset(b, &l);
	b->want = l;
	b->due = true;
	return true;
}

/* ---- where the cursor is ---- */

static void lose_place(struct brief *b)
{
	b->row = b->col = 0;
}

static void add_csi(struct buf *out, int n, char final)
{
	char digits[12];

	buf_adds(out, "\033[");
	buf_adds(out, number(digits, n));
	buf_addc(out, final);
}

/* ESC [ ROW ; COL H */
static void jump(struct brief *b, struct buf *out, const struct csi *c, const char *whole,
		 size_t len)
{
	int row = c->n[0] > 0 ? c->n[0] : 1, col = c->count > 1 && c->n[1] > 0 ? c->n[1] : 1;

	if (row == b->row && col == 1)
		buf_addc(out, '\r');
	else if (row == b->row)
		add_csi(out, col, 'G');
	else
		buf_add(out, whole, len);
	b->row = row;
	b->col = col;
}

/* What a sequence does to the place. */
static void follow(struct brief *b, const struct csi *c)
{
	int n = c->n[0] > 0 ? c->n[0] : 1;

	if (c->final == 'G')
		b->col = n;
	else if (!b->col)
		lose_place(b);
	else if (c->final == 'd')
		b->row = n;
	else if (c->final == 'C')
		b->col += n;
	else if (c->final == 'D' && b->col > n)
		b->col -= n;
	else if (!strchr("XKJP@", c->final))
		lose_place(b);
}

static void text(struct brief *b, struct buf *out, unsigned char byte)
{
	say_look(b, out);
	buf_addc(out, (char)byte);
	if (b->col && (byte & 0xc0) != 0x80)
		b->col += byte < 0x80 ? 1 : 2; /* at most */
	if (b->col > b->cols)
		lose_place(b); /* it may have gone to the next row */
}

static void control(struct brief *b, struct buf *out, unsigned char byte)
{
	if (byte == '\017' && b->ascii)
		return;
	if (byte == '\n')
		say_look(b, out); /* what scrolls in has the background */
	if (byte == '\r')
		b->col = 1;
	else if (byte == '\017' || byte == '\016')
		b->ascii = byte == '\017';
	else
		lose_place(b);
	buf_addc(out, (char)byte);
}

/* ---- sequences ---- */

/* How long the sequence at p is, 0: it is none of these, or not whole. */
static size_t read_csi(struct csi *c, const char *p, const char *end)
{
	const char *q = p + 2;
	int n = 0;

	if (end - p < 3 || p[0] != '\033' || p[1] != '[')
		return 0;
	c->param = q;
	c->count = 1;
	for (; q < end && (unsigned char)*q >= 0x20 && (unsigned char)*q < 0x40; q++) {
		if (isdigit((unsigned char)*q) && n >= 0 && n < 10000) {
			n = n * 10 + (*q - '0');
		} else if (*q == ';' && c->count < PARAMS_MAX) {
			c->n[c->count++ - 1] = n;
			n = 0;
		} else {
			n = -1;
		}
	}
	if (q >= end)
		return 0;
	c->n[c->count - 1] = n;
	c->len = (size_t)(q - c->param);
	c->final = *q;
	return (size_t)(q + 1 - p);
}

/*
 * ESC [ TOP ; BOTTOM r, there, n times a line feed (at the bottom) or a reverse one (at the
 * top), and the whole screen again: how long all that is, 0: something else stands here.
 */
static size_t scroll(struct brief *b, struct buf *out, const char *p, const char *end)
{
	struct csi region, there, all;
	const char *q = p;
	size_t len = read_csi(&region, q, end);
	int n = 0;
	bool up;

	if (!len || region.final != 'r' || region.count != 2 || region.n[0] < 1)
		return 0;
	q += len;
	len = read_csi(&there, q, end);
	if (!len || there.final != 'H' || there.count != 2 || there.n[1] != 1)
		return 0;
	q += len;
	up = there.n[0] == region.n[1];
	if (!up && there.n[0] != region.n[0])
		return 0;
	for (; up ? q < end && *q == '\n' : end - q >= 2 && memcmp(q, "\033M", 2) == 0; n++)
		q += up ? 1 : 2;
	len = read_csi(&all, q, end);
	if (!n || !len || all.final != 'r' || all.count != 2 || all.n[0] != 1 ||
	    all.n[1] != b->rows)
		return 0;
	say_look(b, out);
	buf_addf(out, "\033[%d;%dr\033[", region.n[0], region.n[1]);
	if (n > 1)
		buf_addf(out, "%d", n);
	buf_adds(out, up ? "S\033[r" : "T\033[r");
	lose_place(b);
	return (size_t)(q + len - p);
}

/* What paints by itself, or moves what is painted. */
static bool paints(char final)
{
	return strchr("HdGCDABrhl", final) == NULL;
}

static size_t escape(struct brief *b, struct buf *out, const char *p, const char *end)
{
	struct csi c;
	size_t len = scroll(b, out, p, end);

	if (len)
		return len;
	len = read_csi(&c, p, end);
	if (len && c.final == 'm' && take_look(b, &c))
		return len;
	if (len && c.final == 'H' && c.count <= 2) {
		jump(b, out, &c, p, len);
		return len;
	}
	if (len) {
		if (paints(c.final))
			say_look(b, out);
		follow(b, &c);
		b->strange = b->strange || c.final == 'm';
		buf_add(out, p, len);
		return len;
	}
	if (end - p >= 3 && p[1] == '(') {
		if (p[2] != 'B' || !b->ascii)
			buf_add(out, p, 3);
		b->ascii = p[2] == 'B';
		return 3;
	}
	say_look(b, out);
	lose_place(b);
	buf_addc(out, *p);
	return 1;
}

void brief_add(struct brief *b, struct buf *out, const char *bytes, size_t len)
{
	const char *p = bytes, *end = bytes + len;

	while (p < end) {
		unsigned char byte = (unsigned char)*p;

		if (byte == '\033') {
			p += escape(b, out, p, end);
			continue;
		}
		if (byte < 0x20)
			control(b, out, byte);
		else
			text(b, out, byte);
		p++;
	}
	say_look(b, out); /* others write plainly */
}
