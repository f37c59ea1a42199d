/* SPDX-License-Identifier: MIT */
#include "../../../src/ui/brief.h"

#include <stdlib.h>
#include <locale.h>
#include <string.h>

#include "support/leak.h"

/* ---- a terminal of the simplest kind, to compare what both streams paint ---- */

enum { ROWS = 6, COLS = 20 };

struct spot {
	char c;
	char look[64];
};

struct screen {
	struct spot at[ROWS][COLS];
	int row, col, top, bottom; /* from 0 */
	int saved_row, saved_col;
	char fg[24], bg[24];
	unsigned attrs;
};

static void in_utf8(void)
{
	setlocale(LC_ALL, "C.UTF-8");
}

TestSuite(brief, .init = in_utf8);

static void say(char to[64], const struct screen *s)
{
	snprintf(to, 64, "%x/%s/%s", s->attrs, s->fg, s->bg);
}

static void blank(struct screen *s, int row, int from, int to)
{
	for (int c = from; c < to && c < COLS; c++) {
		s->at[row][c].c = ' ';
		say(s->at[row][c].look, s);
	}
}

static void shift(struct screen *s, int by)
{
	for (; by > 0; by--) {
		memmove(s->at[s->top], s->at[s->top + 1],
			(size_t)(s->bottom - s->top) * sizeof *s->at);
		blank(s, s->bottom, 0, COLS);
	}
	for (; by < 0; by++) {
		memmove(s->at[s->top + 1], s->at[s->top],
			(size_t)(s->bottom - s->top) * sizeof *s->at);
		blank(s, s->top, 0, COLS);
	}
}

static void color(char to[24], char **p, int n)
{
	if (n == 8) {
		int len = 0;

		sscanf(*p, (*p)[1] == '5' ? ";5;%*d%n" : ";2;%*d;%*d;%*d%n", &len);
		snprintf(to, 24, "8%.*s", len, *p);
		*p += len;
	} else {
		snprintf(to, 24, "%s", n == 9 ? "" : (char[]){ (char)('0' + n), '\0' });
	}
}

static void look(struct screen *s, char *p)
{
	static const unsigned off[] = { 0, 0, 0x6, 0x8, 0x10, 0, 0, 0x80 };

	do {
		int n = (int)strtol(p, &p, 10);

		if (n == 0) {
			s->attrs = 0;
			*s->fg = *s->bg = '\0';
		} else if (n < 10) {
			s->attrs |= 1U << n;
		} else if (n < 30) {
			s->attrs &= ~off[n - 20];
		} else {
			color(n < 40 ? s->fg : s->bg, &p, n % 10);
		}
	} while (*p++ == ';');
}

static int clamp(int n, int max)
{
	return n < 0 ? 0 : n > max ? max : n;
}

static const char *sequence(struct screen *s, const char *p)
{
	char param[64] = "";
	size_t len = strspn(p, "0123456789;");
	int a = 0, b = 0, n;

	memcpy(param, p, len);
	sscanf(param, "%d;%d", &a, &b);
	n = a ? a : 1;
	if (!strchr("mrST", p[len]))
		s->col = clamp(s->col, COLS - 1);
	switch (p[len]) {
	case 'm':
		look(s, param);
		break;
	case 'H':
		s->row = clamp(n - 1, ROWS - 1);
		s->col = clamp((b ? b : 1) - 1, COLS - 1);
		break;
	case 'd':
		s->row = clamp(n - 1, ROWS - 1);
		break;
	case 'G':
		s->col = clamp(n - 1, COLS - 1);
		break;
	case 'C':
		s->col = clamp(s->col + n, COLS - 1);
		break;
	case 'D':
		s->col = clamp(s->col - n, COLS - 1);
		break;
	case 'K':
		blank(s, s->row, s->col, COLS);
		break;
	case 'X':
		blank(s, s->row, s->col, s->col + n);
		break;
	case 'S':
	case 'T':
		shift(s, p[len] == 'S' ? n : -n);
		break;
	case 'r':
		s->top = n - 1;
		s->bottom = b ? b - 1 : ROWS - 1;
		s->row = s->col = 0;
		break;
	default:
		cr_assert_fail("the terminal does not know %.*s", (int)len + 1, p);
	}
	return p + len + 1;
}

static void feed(struct screen *s)
{
	if (s->row == s->bottom)
		shift(s, 1);
	else
		s->row = clamp(s->row + 1, ROWS - 1);
}

/* Behind the last column the next letter goes to the next row, and nothing else does (xenl). */
static void show(struct screen *s, const char *p)
{
	while (*p) {
		if (strncmp(p, "\033[", 2) == 0) {
			p = sequence(s, p + 2);
			continue;
		}
		if (strncmp(p, "\033M", 2) == 0) {
			if (s->row == s->top)
				shift(s, -1);
			p++;
		} else if (strncmp(p, "\0337", 2) == 0) {
			s->saved_row = s->row;
			s->saved_col = s->col;
			p++;
		} else if (strncmp(p, "\0338", 2) == 0) {
			s->row = s->saved_row;
			s->col = s->saved_col;
			p++;
		} else if (*p == '\033') {
			p += 2; /* a character set */
		} else if (*p == '\n') {
			feed(s);
		} else if (*p == '\r') {
			s->col = 0;
		} else {
			if (s->col == COLS) {
				s->col = 0;
				feed(s);
			}
			s->at[s->row][s->col].c = *p;
			say(s->at[s->row][s->col].look, s);
			s->col++;
		}
		p++;
	}
}

static void start(struct screen *s)
{
	memset(s, 0, sizeof *s);
	s->bottom = ROWS - 1;
	for (int r = 0; r < ROWS; r++)
		blank(s, r, 0, COLS);
}

/* ---- what curses could write ---- */

static int below(int n)
{
	return rand() % n;
}

static void add_step(struct buf *b)
{
	static const char *const looks[] = { "\033(B\033[m",
					     "\033[39m",
					     "\033[49m",
					     "\033[39;49m",
					     "\033[38;5;79m",
					     "\033[48;5;24m",
					     "\033[1m",
					     "\033[0;7m",
					     "\033[2m",
					     "\033[22m",
					     "\033[27m",
					     "\033[32m",
					     "\033[38;2;1;22;33m",
					     "\033[4m\033[3m",
					     "\033[;1;42m" };
	int top = 1 + below(ROWS - 1), bottom = top + 1 + below(ROWS - top), to;

	switch (below(9)) {
	case 0:
	case 1:
		buf_adds(b, looks[below((int)ARRAY_SIZE(looks))]);
		break;
	case 2:
		buf_addf(b, "\033[%d;%dH", 1 + below(ROWS), 1 + below(COLS));
		break;
	case 3:
		buf_addf(b, below(2) ? "\033[%dG" : "\033[%dX", 1 + below(COLS));
		break;
	case 4:
		buf_adds(b, (const char *[]){ "\033[K", "\r", "\n" }[below(3)]);
		break;
	case 5:
		buf_addf(b, "\033[%dd", 1 + below(ROWS));
		break;
	case 6:
		if (bottom > ROWS)
			bottom = ROWS;
		to = below(2) ? bottom : top;
		if (below(2))
			buf_addf(b, "\033[%d;%dr\033[%d;1H", top, bottom, to);
		else
			buf_addf(b, "\033[%d;2H\0337\033[%d;%dr\0338%s", to, top, bottom,
				 below(2) ? "\r" : "");
		for (int n = 1 + below(3), up = below(2); n; n--)
			buf_adds(b, up ? "\n" : "\033M");
		buf_addf(b, "\033[1;%dr\033[%d;%dH", ROWS, 1 + below(ROWS), 1 + below(COLS));
		break;
	default:
		for (int n = 1 + below(8); n; n--)
			buf_addc(b, (char)('a' + below(26)));
	}
}

static void expect_same(const struct screen *a, const struct screen *b, const char *raw,
			const char *brief)
{
	for (int r = 0; r < ROWS; r++)
		for (int c = 0; c < COLS; c++)
			cr_assert(a->at[r][c].c == b->at[r][c].c &&
					  strcmp(a->at[r][c].look, b->at[r][c].look) == 0,
				  "row %d column %d: '%c' %s became '%c' %s\n%s\n%s", r, c,
				  a->at[r][c].c, a->at[r][c].look, b->at[r][c].c,
				  b->at[r][c].look, raw, brief);
}

LEAK_TEST(brief, paints_the_same_in_fewer_bytes)
{
	struct buf raw = BUF_INIT, out = BUF_INIT;
	size_t before = 0, after = 0;

	srand(7);
	for (int round = 0; round < 3000; round++) {
		static struct screen plain, shorter;
		struct brief b;

		start(&plain);
		start(&shorter);
		brief_forget(&b, ROWS, COLS);
		/* Several paints, each ends plainly as those of curses do. */
		for (int paint = 0; paint < 3; paint++) {
			buf_clear(&raw);
			buf_clear(&out);
			buf_adds(&raw, "\033[1;1H");
			for (int n = below(20); n; n--)
				add_step(&raw);
			buf_adds(&raw, "\033[39;49m\033(B\033[m");
			brief_add(&b, &out, raw.data, raw.len);
			show(&plain, raw.data);
			show(&shorter, out.data);
			expect_same(&plain, &shorter, raw.data, out.data);
			cr_assert_eq(shorter.attrs, 0);
			before += raw.len;
			after += out.len;
		}
	}
	cr_assert_lt(after * 10, before * 9);
	buf_release(&raw);
	buf_release(&out);
}

/* ---- by hand ---- */

/* The first time nobody knows of a region. */
#define WHOLE "\0337\033[r\0338"

static void expect(struct brief *b, const char *raw, const char *brief)
{
	struct buf out = BUF_INIT;

	brief_add(b, &out, raw, strlen(raw));
	cr_assert_str_eq(out.data, brief);
	buf_release(&out);
}

LEAK_TEST(brief, says_looks_once_and_only_what_differs)
{
	struct brief b;

	brief_forget(&b, 40, 120);
	expect(&b, "\033(B\033[mx", "\033(B" WHOLE "\033[mx");
	expect(&b, "\033(B\033[mx", "x");
	expect(&b,
	       "\033[38;5;79m\033[48;5;24mon\033[39;49m\033[48;5;24m off\033[49m\033(B\033[m",
	       "\033[38;5;79;48;5;24mon\033[39m off\033[m");
	expect(&b, "\033[0;1m\033[31ma\033(B\033[0;2mb\033(B\033[m",
	       "\033[1;31ma\033[0;2mb\033[m");
	/* Colours in their long forms; a look that nothing is painted with is not said. */
	expect(&b, "\033[38:2::1:2:3ma\033[31m\033[38:2::1:2:3mb\033[m",
	       "\033[38:2::1:2:3mab\033[m");
}

LEAK_TEST(brief, a_jump_within_the_row_names_its_column)
{
	struct brief b;

	brief_forget(&b, 40, 120);
	expect(&b, "\033[m\033[5;9Hab\033[5;70Hc\033[5;1Hd\033[6;9He",
	       "\033[5;9H\033[mab\033[70Gc\rd\033[6;9He");
	/* By steps, where those are fewer digits; it is there already. */
	expect(&b, "\033[5;9Hab\033[12Gc\033[5;22Hd\033[33Ge",
	       "\033[5;9Hab\033[Cc\033[9Cd\033[33Ge");
	expect(&b, "\033[7;90Hab\033[7;104Hc\033[105G\033[105Gd", "\033[7;90Hab\033[12Ccd");
	/* Letters whose width the terminal may see otherwise: not by steps behind them. */
	expect(&b, "\033[6;20H\303\251\033[6;24Ha\033[6;26Hb",
	       "\033[6;20H\303\251\033[24Ga\033[Cb");
	/* The end of the row: who knows where the cursor went. */
	expect(&b, "\033[5;119Hab\033[5;3Hc", "\033[5;119Hab\033[5;3Hc");
	expect(&b, "\033[5;118H\u2026b\033[5;3Hc", "\033[118G\u2026b\033[5;3Hc");
}

LEAK_TEST(brief, a_region_is_scrolled_from_afar)
{
	struct brief b;

	brief_forget(&b, 40, 120);
	expect(&b, "\033[m\033[4;38r\033[38;1H\n\033[1;40r", "\033[m\033[4;38r\033[S");
	/* It stays, */
	expect(&b, "\033[4;38r\033[4;1H\033M\033M\033[1;40r\033[2;9Hx", "\033[2T\033[2;9Hx");
	/* seen from the row itself too, */
	expect(&b, "\033[4;9Hx\0337\033[4;38r\0338\r\033M\033[1;40r\033[2;9Hx",
	       "\033[4;9Hx\033[T\033[2;9Hx");
	/* and is no more where something could run into it. */
	expect(&b, "\033[37;1Hx\n\033My\n", "\033[37;1Hx\n\033My\n");
	expect(&b, "\033[38;9Hx\n", "\033[9Gx" WHOLE "\n");
	/* Not the whole screen again: as it stands. */
	expect(&b, "\033[4;38r\033[38;1H\n\033[1;39r", "\033[4;38r\033[38;1H\n\033[1;39r");
}

#define ONE_UP "\033[4;38r\033[38;1H\n\033[1;40r"

LEAK_TEST(brief, a_line_is_scrolled_where_the_next_step_leads)
{
	struct brief b;

	brief_forget(&b, 40, 120);
	expect(&b, "\033[m" ONE_UP "\033[2;9Hx\r\033[38dy",
	       "\033[m\033[4;38r\033[2;9Hx\033[38H\ny");
	expect(&b, ONE_UP "\033[2;9Hx\033[38;5Hy", "\033[2;9Hx\033[38;5H\ny");
	/* Elsewhere in the region, or in colour, it must be done before. */
	expect(&b, ONE_UP "\033[2;9Hx\033[37;5Hy", "\033[2;9Hx\033[S\033[37;5Hy");
	expect(&b, ONE_UP "\033[2;9H\033[31mx\033[38;5Hy\033[m",
	       "\033[2;9H\033[31mx\033[m\033[S\033[38;5H\033[31my\033[m");
	expect(&b, "\033[41m" ONE_UP "\033[38;5Hy\033[m", "\033[41m\033[S\033[38;5Hy\033[m");
}

LEAK_TEST(brief, what_is_not_understood_is_passed_on)
{
	struct brief b;

	brief_forget(&b, 40, 120);
	expect(&b, "\033[ma\033[53mb\033[31mc\033[md",
	       WHOLE "\033[ma\033[53mb\033[31mc\033[md");
	expect(&b, "\033[?25l\033]0;t\007\033[3", "\033[?25l\033]0;t\007\033[3");
	expect(&b, "\033[2;2H\033[?1049h\033[2;3Hx", "\033[2;2H\033[?1049h\033[2;3Hx");
}
