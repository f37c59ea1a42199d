/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

#include <ctype.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "base/attr.h"

/* The smallest code point that needs so many bytes: what is below it is over-long. */
static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };

size_t utf8_decode(const char *s, size_t len, uint32_t *cp)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t need = u[0] < 0x80 ? 1 : u[0] < 0xC2 ? 0 : u[0] < 0xE0 ? 2 : u[0] < 0xF0 ? 3 : 4;
	uint32_t c;

	*cp = UTF8_INVALID;
	if (need == 0 || need > len || u[0] > 0xF4)
		return 1;
	c = need == 1 ? u[0] : u[0] & (0xFFu >> (need + 1));
	for (size_t i = 1; i < need; i++) {
		if ((u[i] & 0xC0) != 0x80)
			return 1;
		c = c << 6 | (u[i] & 0x3Fu);
	}
	if (c < least[need] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return 1;
	*cp = c;
	return need;
}

static char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool same_letter(const char *a, const char *b, size_t n, size_t *bytes)
{
	uint32_t ca, cb;

	*bytes = 1;
	if ((unsigned char)*a < 0x80 || (unsigned char)*b < 0x80)
		return ascii_lower(*a) == ascii_lower(*b);
	*bytes = utf8_decode(a, n, &ca);
	if (utf8_decode(b, n, &cb) != *bytes || ca == UTF8_INVALID || cb == UTF8_INVALID)
		return *bytes == 1 && *a == *b;
	return ca == cb || towlower((wint_t)ca) == towlower((wint_t)cb);
}

bool utf8_begins(const char *s, size_t len, const char *what, size_t n)
{
	if (n > len)
		return false;
	for (size_t i = 0, bytes; i < n; i += bytes)
		if (!same_letter(s + i, what + i, n - i, &bytes))
			return false;
	return true;
}

size_t utf8_find(const char *s, size_t len, const char *what)
{
	size_t n = strlen(what);

	for (size_t i = 0; i + n <= len; i++)
		if (utf8_begins(s + i, len - i, what, n))
			return i;
	return SIZE_MAX;
}

size_t utf8_count(const char *s, size_t len)
{
	uint32_t cp;
	size_t n = 0;

	for (size_t i = 0; i < len; n++)
		i += utf8_decode(s + i, len - i, &cp);
	return n;
}

size_t utf8_skip(const char *s, size_t n)
{
	size_t len = strlen(s), i = 0;
	uint32_t cp;

	for (; n > 0 && i < len; n--)
		i += utf8_decode(s + i, len - i, &cp);
	return i;
}

void utf8_encode(struct buf *b, uint32_t cp)
{
	if (cp < 0x80) {
		buf_addc(b, (char)cp);
	} else if (cp < 0x800) {
		buf_addc(b, (char)(0xC0 | cp >> 6));
		buf_addc(b, (char)(0x80 | (cp & 0x3F)));
	} else if (cp < 0x10000) {
		buf_addc(b, (char)(0xE0 | cp >> 12));
		buf_addc(b, (char)(0x80 | (cp >> 6 & 0x3F)));
		buf_addc(b, (char)(0x80 | (cp & 0x3F)));
	} else {
		buf_addc(b, (char)(0xF0 | cp >> 18));
		buf_addc(b, (char)(0x80 | (cp >> 12 & 0x3F)));
		buf_addc(b, (char)(0x80 | (cp >> 6 & 0x3F)));
		buf_addc(b, (char)(0x80 | (cp & 0x3F)));
	}
}

size_t utf8_ascii_run(const char *s, size_t len)
{
	size_t n = 0;
	uint64_t word;

	for (; len - n >= sizeof word; n += sizeof word) {
		memcpy(&word, s + n, sizeof word);
		if (word & 0x8080808080808080u)
			break;
	}
	while (n < len && !((unsigned char)s[n] & 0x80))
		n++;
	return n;
}

bool utf8_valid(const char *s, size_t len)
{
	uint32_t cp;

	for (size_t i = utf8_ascii_run(s, len); i < len; i += utf8_ascii_run(s + i, len - i)) {
		i += utf8_decode(s + i, len - i, &cp);
		if (cp == UTF8_INVALID)
			return false;
	}
	return true;
}

/* How the locale writes it; 0: it has no such character. */
static size_t encode(char bytes[MB_LEN_MAX], uint32_t cp)
{
	mbstate_t state = { 0 };
	size_t n = wcrtomb(bytes, (wchar_t)cp, &state);

	return n == (size_t)-1 ? 0 : n;
}

static bool in_charset(uint32_t cp)
{
	char bytes[MB_LEN_MAX];

	return wcwidth((wchar_t)cp) > 0 && encode(bytes, cp);
}

void utf8_to_locale(struct buf *out, const char *s, size_t len)
{
	char bytes[MB_LEN_MAX];
	uint32_t cp;

	for (size_t i = 0, n; i < len;) {
		i += utf8_decode(s + i, len - i, &cp);
		n = cp == UTF8_INVALID ? 0 : encode(bytes, cp);
		buf_add(out, n ? bytes : "?", n ? n : 1);
	}
}

bool utf8_locale(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

void utf8_or_ascii(void)
{
	if (!utf8_locale())
		setlocale(LC_CTYPE, "C");
}

void utf8_spell(struct buf *out, const char *s, size_t len)
{
	static const struct {
		uint32_t cp;
		const char *ascii;
	} signs[] = { { 0x2026, "..." }, { 0x2013, "-" },  { 0x2014, "-" }, { 0x2192, "->" },
		      { 0x2264, "<=" },	 { 0x2265, ">=" }, { 0x25B8, ">" }, { 0x00D7, "x" } };
	bool ascii = !utf8_locale();
	uint32_t cp;

	for (size_t i = 0, n, k; i < len; i += n) {
		n = utf8_decode(s + i, len - i, &cp);
		for (k = 0; ascii && k < ARRAY_SIZE(signs) && signs[k].cp != cp;)
			k++;
		if (ascii && k < ARRAY_SIZE(signs))
			buf_adds(out, signs[k].ascii);
		else
			buf_add(out, s + i, n);
	}
}

int utf8_cp_width(uint32_t cp)
{
	int w;

	if (cp >= 0x20 && cp < 0x7F)
		return 1;
	w = cp <= 0x10FFFF && cp != 0 ? wcwidth((wchar_t)cp) : -1;
	return w < 0 ? 1 : w;
}

size_t utf8_cluster(const char *s, size_t len, int *width)
{
	uint32_t cp;
	size_t n;

	*width = 0;
	if (!len)
		return 0;
	n = utf8_decode(s, len, &cp);
	*width = utf8_cp_width(cp);
	while (n < len) {
		size_t step = utf8_decode(s + n, len - n, &cp);

		if (utf8_cp_width(cp) != 0)
			break;
		n += step;
	}
	return n;
}

int utf8_width(const char *s, size_t len)
{
	int total = 0, width;

	for (size_t i = 0; i < len; total += width) {
		/* Nothing can stand on it: most texts are nothing else. */
		if (s[i] >= 0x20 && s[i] < 0x7F && (i + 1 == len || s[i + 1] >= 0)) {
			width = 1;
			i++;
		} else {
			i += utf8_cluster(s + i, len - i, &width);
		}
	}
	return total;
}

size_t utf8_fit(const char *s, size_t len, int width, int *used)
{
	size_t i = 0;
	int sum = 0;

	while (i < len) {
		int w;
		size_t n = utf8_cluster(s + i, len - i, &w);

		if (sum + w > width)
			break;
		sum += w;
		i += n;
	}
	if (used)
		*used = sum;
	return i;
}

const char *utf8_cut_mark(void)
{
	return utf8_locale() ? "…" : "~";
}

void utf8_ellipsis(struct buf *out, const char *s, size_t len, int width)
{
	size_t n = utf8_fit(s, len, width, NULL);

	if (n == len) {
		buf_add(out, s, len);
	} else if (width > 0) {
		buf_add(out, s, utf8_fit(s, len, width - 1, NULL));
		buf_adds(out, utf8_cut_mark());
	}
}

void utf8_ellipsis_middle(struct buf *out, const char *s, size_t len, int width)
{
	int whole = utf8_width(s, len), head = 0, seen = 0;
	size_t at;

	if (whole <= width || width < 3) {
		utf8_ellipsis(out, s, len, width);
		return;
	}
	at = utf8_fit(s, len, width / 2, &head);
	buf_add(out, s, at);
	buf_adds(out, utf8_cut_mark());
	while (at < len && whole - head - seen > width - head - 1) {
		int w;

		at += utf8_cluster(s + at, len - at, &w);
		seen += w;
	}
	buf_add(out, s + at, len - at);
}

struct range {
	uint32_t first, last;
};

/* Characters that change what stands around them, or that nobody can see. */
static const struct range hidden[] = {
	{ 0x0080, 0x009F },   /* C1 controls */
	{ 0x00AD, 0x00AD },   /* soft hyphen */
	{ 0x034F, 0x034F },   /* combining grapheme joiner */
	{ 0x061C, 0x061C },   /* arabic letter mark */
	{ 0x070F, 0x070F },
	{ 0x115F, 0x1160 },   /* hangul fillers */
	{ 0x17B4, 0x17B5 },
	{ 0x180B, 0x180F },
	{ 0x200B, 0x200F },   /* zero width space, joiners, direction marks */
	{ 0x2028, 0x202E },   /* line and paragraph separator, embeddings, overrides */
	{ 0x2060, 0x206F },   /* invisible operators, isolates */
	{ 0x3164, 0x3164 },
	{ 0xFE00, 0xFE0D },   /* variation selectors; text and emoji style (0E, 0F) stay */
	{ 0xFEFF, 0xFEFF },
	{ 0xFFA0, 0xFFA0 },
	{ 0xFFF0, 0xFFFB },
	{ 0x1BCA0, 0x1BCA3 },
	{ 0x1D173, 0x1D17A },
	{ 0xE0000, 0xE0FFF }, /* tags and more variation selectors: whole texts hide in them */
};

static bool in_ranges(const struct range *r, size_t n, uint32_t cp)
{
	for (size_t i = 0; i < n; i++)
		if (cp >= r[i].first && cp <= r[i].last)
			return true;
	return false;
}

static bool is_emoji(uint32_t cp)
{
	static const struct range emoji[] = {
		{ 0x2190, 0x2BFF }, { 0x3030, 0x303D }, { 0x1F000, 0x1FAFF }, { 0xFE0F, 0xFE0F },
	};

	return in_ranges(emoji, ARRAY_SIZE(emoji), cp);
}

enum { MAX_MARKS = 4 }; /* on one base: more do not fit into a cell of the terminal */

struct sanitizer {
	struct buf *out;
	bool utf8;
	bool lines;    /* newlines and tabs stay */
	uint32_t prev; /* the character that was shown as itself just before; 0: none */
	int marks;     /* zero-width characters on the present base */
};

static void control(struct sanitizer *z, uint32_t cp)
{
	z->prev = 0;
	if (z->lines && (cp == '\n' || cp == '\t'))
		buf_addc(z->out, (char)cp);
	else if (cp == '\t')
		buf_addc(z->out, ' ');
	else if (z->utf8)
		utf8_encode(z->out, cp == 0x7F ? 0x2421 : 0x2400 + cp);
	else if (cp == '\n')
		buf_adds(z->out, "\\n");
	else
		buf_addf(z->out, "^%c", (int)(cp ^ 0x40));
}

/* May cp be shown as itself here?  next is what follows it (0 at the end). */
static bool showable(const struct sanitizer *z, uint32_t cp, uint32_t next)
{
	if (!z->utf8)
		return !in_ranges(hidden, ARRAY_SIZE(hidden), cp) &&
		       in_charset(cp);
	if (cp == 0x200D) /* zero width joiner: within an emoji only */
		return is_emoji(z->prev) && is_emoji(next) && next != 0xFE0F;
	if (in_ranges(hidden, ARRAY_SIZE(hidden), cp) || wcwidth((wchar_t)cp) < 0)
		return false;
	return utf8_cp_width(cp) > 0 || (z->prev != 0 && z->marks < MAX_MARKS);
}

static void other(struct sanitizer *z, const char *s, size_t n, uint32_t cp, uint32_t next)
{
	if (showable(z, cp, next)) {
		z->marks = utf8_cp_width(cp) > 0 ? 0 : z->marks + 1;
		z->prev = cp;
		buf_add(z->out, s, n);
	} else {
		z->prev = 0;
		buf_addf(z->out, "<U+%04X>", (unsigned)cp);
	}
}

/* Bytes that are shown as they are: most texts are nothing else. */
static size_t plain_run(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && s[n] >= 0x20 && s[n] < 0x7F)
		n++;
	return n;
}

void utf8_sanitize(struct buf *out, const char *s, size_t len, enum sanitize mode)
{
	struct sanitizer z = {
		.out = out, .utf8 = utf8_locale(), .lines = mode == SANITIZE_KEEP_NEWLINES,
	};
	uint32_t cp, next = 0;

	for (size_t i = 0, n; i < len; i += n) {
		n = plain_run(s + i, len - i);
		if (n) {
			z.prev = (unsigned char)s[i + n - 1];
			z.marks = 0;
			buf_add(out, s + i, n);
			continue;
		}
		n = utf8_decode(s + i, len - i, &cp);
		if (cp == UTF8_INVALID) {
			z.prev = 0;
			buf_addf(out, "<%02X>", (unsigned)(unsigned char)s[i]);
		} else if (cp < 0x20 || cp == 0x7F) {
			control(&z, cp);
		} else {
			next = 0;
			if (i + n < len)
				utf8_decode(s + i + n, len - i - n, &next);
			other(&z, s + i, n, cp, next);
		}
	}
}

size_t utf8_mark_len(const char *s, size_t len)
{
	bool named = len > 3 && s[1] == 'U' && s[2] == '+';
	size_t n = named ? 3 : 1, digits = 0;

	while (n < len && isxdigit((unsigned char)s[n])) {
		n++;
		digits++;
	}
	if (n == len || s[n] != '>')
		return 0;
	return (named ? digits >= 4 && digits <= 6 : digits == 2) ? n + 1 : 0;
}
