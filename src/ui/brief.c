/* SPDX-License-Identifier: MIT */
#include "brief.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"

enum { PARAMS_MAX = 16, ATTRS_MAX = 8 };

/* A sequence of the terminal's: ESC [ parameters final. */
struct csi {
	const char *param; /* not ended */
	size_t len;
	char final;
	int n[PARAMS_MAX]; /* -1: not a plain number */
	int count;	   /* at least 1; an empty one is 0 */
};

static const struct brief_look plain;

void brief_forget(struct brief *b, int rows, int cols)
{
	*b = (struct brief){ .rows = rows, .cols = cols, .top = -1 };
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

/* 38 and 48 with what belongs to them: 38;5;N, 38;2;R;G;B, 38:…; how long, 0: unknown. */
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

static void be_at(struct brief *b, int row, int col)
{
	b->row = row;
	b->col = col;
	b->exact = col > 0;
}

static void lose_place(struct brief *b)
{
	be_at(b, 0, 0);
}

/* The line that is owed, with a plain background. */
static void pay(struct brief *b, struct buf *out)
{
	const struct brief_look want = b->want;

	if (!b->owed)
		return;
	b->owed = false;
	b->want = plain;
	b->due = true;
	say_look(b, out);
	buf_adds(out, "\033[S");
	b->want = want;
	b->due = true;
}

/* Whether the region's last row is where the next step leads, and all is plain: there a line
 * feed does it, behind the jump. */
static bool pays_there(struct brief *b, struct buf *out, int row)
{
	if (!b->owed || row < b->top || row > b->bottom)
		return false;
	if (row < b->bottom || !b->known || !same_look(&b->is, &plain)) {
		pay(b, out);
		return false;
	}
	b->owed = false;
	return true;
}

/* The whole screen is the region again. That goes home: place and look are kept aside. */
static void end_region(struct brief *b, struct buf *out)
{
	pay(b, out);
	if (b->theirs)
		return;
	if (b->top)
		buf_adds(out, "\0337\033[r\0338");
	b->top = b->bottom = 0;
}

static void add_csi(struct buf *out, int n, char final)
{
	char digits[12];

	buf_adds(out, "\033[");
	if (n != 1)
		buf_adds(out, number(digits, n));
	buf_addc(out, final);
}

/* To a column of its row: by steps, where it is certain how many and their number is shorter. */
static void go_to_column(struct brief *b, struct buf *out, int col)
{
	int steps = b->exact ? col - b->col : 0;
	bool shorter = steps == 1 || (steps < 10 && col >= 10) || (steps < 100 && col >= 100);

	if (col == 1)
		buf_addc(out, '\r');
	else if (steps > 0 && shorter)
		add_csi(out, steps, 'C');
	else if (!b->exact || steps)
		add_csi(out, col, 'G');
	be_at(b, b->row, col);
}

/* ESC [ ROW ; COL H */
static void jump(struct brief *b, struct buf *out, const struct csi *c, const char *whole,
		 size_t len)
{
	int row = c->n[0] > 0 ? c->n[0] : 1, col = c->count > 1 && c->n[1] > 0 ? c->n[1] : 1;
	bool feeds = pays_there(b, out, row);

	if (row == b->row)
		go_to_column(b, out, col);
	else
		buf_add(out, whole, len);
	if (feeds)
		buf_addc(out, '\n');
	be_at(b, row, col);
}

/* What a sequence does to the place. */
static void follow(struct brief *b, const struct csi *c)
{
	int n = c->n[0] > 0 ? c->n[0] : 1;

	if (!b->col)
		lose_place(b);
	else if (c->final == 'd')
		b->row = n;
	else if (c->final == 'C')
		b->col += n;
	else if (c->final == 'D' && b->col > n)
		b->col -= n;
	else if (!strchr("XKJP@", c->final))
		lose_place(b);
	b->exact = b->exact && b->col <= b->cols;
}

static void text(struct brief *b, struct buf *out, unsigned char byte)
{
	/* Behind the last column it would scroll what it only steps down from. */
	if (!b->col)
		end_region(b, out);
	if (!b->row)
		pay(b, out);
	say_look(b, out);
	buf_addc(out, (char)byte);
	if (b->col && ((byte & 0xc0) != 0x80 || !utf8_locale()))
		b->col += byte < 0x80 ? 1 : 2; /* at most */
	b->exact = b->exact && byte < 0x80;
	if (b->col > b->cols)
		lose_place(b); /* it may have gone to the next row */
}

/* A line feed, or a reverse one: where nothing scrolls it is a step, which minds no region. */
static void feed(struct brief *b, struct buf *out, int by)
{
	bool step = b->row && (by > 0 ? b->row != b->bottom && b->row < b->rows
				      : b->row != b->top && b->row > 1);

	if (step) {
		pay(b, out);
		b->row += by;
	} else {
		end_region(b, out);
		say_look(b, out); /* what scrolls in has the background */
		lose_place(b);
	}
	buf_adds(out, by > 0 ? "\n" : "\033M");
}

static void control(struct brief *b, struct buf *out, unsigned char byte)
{
	if (byte == '\017' && b->ascii)
		return;
	if (byte == '\n') {
		feed(b, out, 1);
		return;
	}
	if (byte == '\r')
		be_at(b, b->row, 1);
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
 * ESC [ TOP ; BOTTOM r and how curses gets to the edge of that region: by a jump, or it is in
 * that row already and keeps its place over the setting.  How long that is, 0: something else.
 */
static size_t to_edge(const struct brief *b, struct csi *region, bool *up, const char *p,
		      const char *end)
{
	bool kept = end - p > 2 && memcmp(p, "\0337", 2) == 0;
	const char *q = p + (kept ? 2 : 0);
	size_t len = read_csi(region, q, end);
	struct csi there;
	int row = b->row;

	if (!len || region->final != 'r' || region->count != 2 || region->n[0] < 1)
		return 0;
	q += len;
	if (kept) {
		if (end - q < 3 || memcmp(q, "\0338", 2) != 0)
			return 0;
		q += q[2] == '\r' ? 3 : 2;
	} else {
		len = read_csi(&there, q, end);
		if (!len || there.final != 'H' || there.count != 2 || there.n[1] != 1)
			return 0;
		q += len;
		row = there.n[0];
	}
	*up = row == region->n[1];
	return *up || row == region->n[0] ? (size_t)(q - p) : 0;
}

/*
 * There n times a line feed (at the bottom) or a reverse one (at the top), and the whole screen
 * again: how long all that is, 0: something else stands here.  The region stays, as the next
 * line is likely to scroll in it too, until something could run into it.
 */
static size_t scroll(struct brief *b, struct buf *out, const char *p, const char *end)
{
	struct csi region, all;
	bool up;
	size_t len = to_edge(b, &region, &up, p, end);
	const char *q = p + len;
	int n = 0;

	if (!len)
		return 0;
	for (; up ? q < end && *q == '\n' : end - q >= 2 && memcmp(q, "\033M", 2) == 0; n++)
		q += up ? 1 : 2;
	len = read_csi(&all, q, end);
	if (!n || !len || all.final != 'r' || all.count != 2 || all.n[0] != 1 ||
	    all.n[1] != b->rows)
		return 0;
	pay(b, out);
	say_look(b, out);
	if (b->top != region.n[0] || b->bottom != region.n[1]) {
		buf_addf(out, "\033[%d;%dr", region.n[0], region.n[1]);
		b->top = region.n[0];
		b->bottom = region.n[1];
	}
	b->theirs = false;
	b->owed = up && n == 1 && same_look(&b->is, &plain);
	if (!b->owed) {
		buf_adds(out, "\033[");
		if (n > 1)
			buf_addf(out, "%d", n);
		buf_addc(out, up ? 'S' : 'T');
	}
	lose_place(b);
	return (size_t)(q + len - p);
}

/* One that stands alone. */
static void take_region(struct brief *b, const struct csi *c)
{
	b->top = c->n[0] > 0 ? c->n[0] : 1;
	b->bottom = c->count > 1 && c->n[1] > 0 ? c->n[1] : b->rows;
	b->theirs = b->top > 1 || b->bottom < b->rows;
	if (!b->theirs)
		b->top = b->bottom = 0;
}

/* What does the same whether or not a region is set. */
static bool minds_no_region(const struct csi *c)
{
	return strchr("mHGdCDJKXP@", c->final) != NULL;
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
	if (end - p >= 2 && p[1] == 'M') {
		feed(b, out, -1);
		return 2;
	}
	len = read_csi(&c, p, end);
	if (!len ? end - p < 2 || p[1] != '(' : !minds_no_region(&c))
		end_region(b, out);
	if (len && c.final == 'm' && take_look(b, &c))
		return len;
	if (len && c.final == 'H' && c.count <= 2) {
		jump(b, out, &c, p, len);
		return len;
	}
	if (len) {
		if (!b->row || strchr("dJ", c.final))
			pay(b, out);
		if (c.final == 'G' && c.n[0] > 0) {
			go_to_column(b, out, c.n[0]);
			return len;
		}
		if (paints(c.final))
			say_look(b, out);
		follow(b, &c);
		b->strange = b->strange || c.final == 'm';
		if (c.final == 'r')
			take_region(b, &c);
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

/* To the first column and then up or down: how long that is, 0: it is not that. */
static size_t home_of_row(struct brief *b, struct buf *out, const char *p, const char *end)
{
	struct csi down;
	size_t len = read_csi(&down, p + 1, end);
	bool feeds;

	if (!len || down.final != 'd' || down.count != 1 || down.n[0] < 1)
		return 0;
	feeds = pays_there(b, out, down.n[0]);
	add_csi(out, down.n[0], 'H');
	if (feeds)
		buf_addc(out, '\n');
	be_at(b, down.n[0], 1);
	return len + 1;
}

void brief_add(struct brief *b, struct buf *out, const char *bytes, size_t len)
{
	const char *p = bytes, *end = bytes + len;

	while (p < end) {
		unsigned char byte = (unsigned char)*p;
		size_t n = byte == '\033' ? escape(b, out, p, end)
			   : byte == '\r' ? home_of_row(b, out, p, end)
					  : 0;

		if (n) {
			p += n;
			continue;
		}
		if (byte < 0x20)
			control(b, out, byte);
		else
			text(b, out, byte);
		p++;
	}
	pay(b, out);
	say_look(b, out); /* others write plainly */
}
