/* SPDX-License-Identifier: MIT */
#include "domain/value.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/attr.h"
#include "base/decimal.h"
#include "base/json.h"
#include "base/timefmt.h"
#include "base/utf8.h"
#include "catalog/catalog.h"

/* --- kinds --------------------------------------------------------------------------------- */

/* Types whose category does not say enough; their oids never change. */
static const struct {
	uint32_t type;
	enum value_kind kind;
} known_types[] = {
	{ 17, VALUE_BYTEA }, { 19, VALUE_NAME }, { 28, VALUE_NUMBER } /* xid */,
	{ 114, VALUE_JSON },
	{ 790, VALUE_MONEY }, { 1082, VALUE_DATE }, { 1083, VALUE_TIME }, { 1266, VALUE_TIME },
	{ 2950, VALUE_UUID }, { 3802, VALUE_JSON }, { 5069, VALUE_NUMBER } /* xid8 */,
};

enum value_kind value_kind(uint32_t type, char category, char type_kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(known_types); i++)
		if (known_types[i].type == type)
			return known_types[i].kind;
	if (type_kind == 'r' || type_kind == 'm')
		return VALUE_RANGE;
	switch (category) {
	case 'A':
		return VALUE_ARRAY;
	case 'B':
		return VALUE_BOOL;
	case 'C':
		return VALUE_COMPOSITE;
	case 'D':
		return VALUE_TIMESTAMP;
	case 'E':
		return VALUE_ENUM;
	case 'N':
		return VALUE_NUMBER;
	case 'R':
		return VALUE_RANGE;
	case 'S':
		return VALUE_TEXT;
	case 'T':
		return VALUE_INTERVAL;
	}
	return VALUE_OTHER;
}

enum value_kind value_kind_of(const struct column *column)
{
	return value_kind(column->base_type_oid, column->type_category, column->type_kind);
}

const char *value_kind_name(enum value_kind kind)
{
	static const char *const names[] = {
		[VALUE_TEXT] = "text", [VALUE_NUMBER] = "number", [VALUE_MONEY] = "money",
		[VALUE_BOOL] = "bool", [VALUE_TIMESTAMP] = "timestamp", [VALUE_DATE] = "date",
		[VALUE_TIME] = "time", [VALUE_INTERVAL] = "interval", [VALUE_UUID] = "uuid",
		[VALUE_JSON] = "json", [VALUE_BYTEA] = "bytea", [VALUE_ARRAY] = "array",
		[VALUE_RANGE] = "range", [VALUE_ENUM] = "enum", [VALUE_COMPOSITE] = "composite",
		[VALUE_NAME] = "name", [VALUE_OTHER] = "other",
	};

	return names[kind];
}

bool value_equal_as_text(const struct column *column)
{
	/* Extensions' texts (citext) and collations of one's own may see more as equal. */
	static const uint32_t texts[] = { 18, 19, 25, 1042, 1043 };

	switch (value_kind_of(column)) {
	case VALUE_NUMBER: /* as decimals, which domain code compares itself */
	case VALUE_MONEY:
	case VALUE_BOOL:
	case VALUE_TIMESTAMP:
	case VALUE_DATE:
	case VALUE_UUID:
	case VALUE_JSON: /* likewise */
	case VALUE_BYTEA:
	case VALUE_ENUM:
		return true;
	case VALUE_TEXT:
	case VALUE_NAME:
		for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
			if (texts[i] == column->base_type_oid)
				return !column->collation || column->collation_c;
		return false;
	case VALUE_TIME: /* timetz: 12:00+00 is not 13:00+01; interval: 1 mon equals 30 days */
	case VALUE_INTERVAL:
	case VALUE_ARRAY:
	case VALUE_RANGE:
	case VALUE_COMPOSITE:
	case VALUE_OTHER:
		break;
	}
	return false;
}

/* --- formats ------------------------------------------------------------------------------- */

const char *const value_format_names[] = {
	[FORMAT_AUTO] = "auto", [FORMAT_TEXT] = "text", [FORMAT_NUMBER] = "number",
	[FORMAT_MONEY] = "money", [FORMAT_PERCENT] = "percent", [FORMAT_BYTES] = "bytes",
	[FORMAT_DURATION] = "duration", [FORMAT_AGE] = "age", [FORMAT_YESNO] = "yesno",
	[FORMAT_JSON] = "json", [FORMAT_RELATION] = "relation", NULL,
};

bool value_format_find(const char *name, enum value_format *format)
{
	for (int i = 0; value_format_names[i]; i++)
		if (!strcmp(value_format_names[i], name)) {
			*format = (enum value_format)i;
			return true;
		}
	return false;
}

enum align value_align(enum value_kind kind, enum value_format format)
{
	switch (format) {
	case FORMAT_NUMBER:
	case FORMAT_MONEY:
	case FORMAT_PERCENT:
	case FORMAT_BYTES:
	case FORMAT_DURATION:
		return ALIGN_RIGHT;
	case FORMAT_AGE:
	case FORMAT_YESNO:
	case FORMAT_JSON:
	case FORMAT_RELATION:
		return ALIGN_LEFT;
	case FORMAT_AUTO:
	case FORMAT_TEXT:
		break;
	}
	return kind == VALUE_NUMBER || kind == VALUE_MONEY ? ALIGN_RIGHT : ALIGN_LEFT;
}

static const char *group_sign(void)
{
	return utf8_locale() ? "\xE2\x80\x89" : " ";
}

/* "[+-]digits[.digits]": bytes of the sign and of the digits before the point; 0 if it is none. */
static size_t plain_number(const char *text, size_t len, size_t *sign)
{
	size_t i, digits;

	*sign = len && (text[0] == '-' || text[0] == '+');
	for (i = *sign; i < len && isdigit((unsigned char)text[i]);)
		i++;
	digits = i - *sign;
	if (i < len && text[i] == '.')
		for (i++; i < len && isdigit((unsigned char)text[i]);)
			i++;
	return i == len ? digits : 0;
}

void value_group_digits(struct buf *out, const char *text, size_t len)
{
	size_t sign, digits = plain_number(text, len, &sign);

	if (!digits) {
		utf8_sanitize(out, text, len, SANITIZE_LINE);
		return;
	}
	buf_add(out, text, sign);
	for (size_t i = 0; i < digits; i++) {
		if (i && (digits - i) % 3 == 0)
			buf_adds(out, group_sign());
		buf_addc(out, text[sign + i]);
	}
	buf_add(out, text + sign + digits, len - sign - digits);
}

void value_bytes(struct buf *out, double bytes)
{
	static const char *const units[] = { "B", "kB", "MB", "GB", "TB", "PB", "EB" };
	size_t u = 0;

	while (fabs(bytes) >= 1023.5 && u + 1 < ARRAY_SIZE(units)) {
		bytes /= 1024;
		u++;
	}
	buf_addf(out, u && fabs(bytes) < 9.95 ? "%.1f %s" : "%.0f %s", bytes, units[u]);
}

/* A finite number of any notation that a double holds. */
static bool to_double(const char *text, double *d)
{
	if (!decimal_valid(text))
		return false;
	*d = strtod(text, NULL);
	return isfinite(*d);
}

static bool show_money(struct buf *out, const char *text, size_t len)
{
	const char *point = memchr(text, '.', len);
	size_t sign, after = point ? len - (size_t)(point - text) - 1 : 0;

	if (!plain_number(text, len, &sign))
		return false;
	value_group_digits(out, text, len);
	if (!point)
		buf_addc(out, '.');
	if (after < 2)
		buf_addn(out, '0', 2 - after);
	return true;
}

static bool show_percent(struct buf *out, const char *text, size_t len)
{
	double d;

	if (!to_double(text, &d))
		return false;
	if (len > 15) /* a quotient: more digits than anybody reads */
		buf_addf(out, "%.1f", d);
	else
		buf_add(out, text, len);
	buf_adds(out, " %");
	return true;
}

/* "[-][N days ][-]HH:MM:SS[.ffffff]", as IntervalStyle postgres prints short ones. */
static bool interval_seconds(const char *s, double *seconds)
{
	bool minus;
	long n, h, m;
	double sec;
	char *end;

	*seconds = 0;
	n = strtol(s, &end, 10);
	if (end != s && (!strncmp(end, " day", 4))) {
		*seconds = (double)n * 86400;
		s = end + 4 + (end[4] == 's');
		if (!*s)
			return true;
		if (*s++ != ' ')
			return false;
	}
	minus = *s == '-';
	s += minus || *s == '+';
	h = strtol(s, &end, 10);
	if (!isdigit((unsigned char)*s) || *end != ':')
		return false;
	s = end + 1;
	m = strtol(s, &end, 10);
	if (!isdigit((unsigned char)*s) || *end != ':')
		return false;
	s = end + 1;
	sec = strtod(s, &end);
	if (!isdigit((unsigned char)*s) || *end)
		return false;
	sec += (double)h * 3600 + (double)m * 60;
	*seconds += minus ? -sec : sec;
	return true;
}

static bool show_duration(struct buf *out, const char *text)
{
	double seconds;

	if (!to_double(text, &seconds) && !interval_seconds(text, &seconds))
		return false;
	timefmt_duration(out, seconds);
	return true;
}

static bool show_age(struct buf *out, const char *text, int64_t now_us)
{
	int64_t us;

	if (!timefmt_parse_timestamp(text, &us))
		return false;
	timefmt_age(out, us, now_us);
	return true;
}

static int truth(const char *text)
{
	static const char *const words[2][7] = {
		{ "f", "false", "no", "n", "off", "0", NULL },
		{ "t", "true", "yes", "y", "on", "1", NULL },
	};

	for (int value = 0; value < 2; value++)
		for (int i = 0; words[value][i]; i++)
			if (!strcasecmp(words[value][i], text))
				return value;
	return -1;
}

static bool show_yesno(struct buf *out, const char *text)
{
	int value = truth(text);

	if (value >= 0)
		buf_adds(out, value ? "yes" : "no");
	return value >= 0;
}

static bool show_bytes(struct buf *out, const char *text)
{
	double bytes;

	if (!to_double(text, &bytes))
		return false;
	value_bytes(out, bytes);
	return true;
}

/* Without the blanks between its parts, and otherwise as it is written: a key may stand there
 * twice.  How many parts it has of its own. */
static size_t add_compact(struct buf *out, const char *text, size_t len)
{
	size_t depth = 0, parts = 0;
	bool quoted = false;

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (!quoted && (c == ' ' || c == '\t' || c == '\r' || c == '\n'))
			continue;
		buf_addc(out, c);
		if (quoted && c == '\\' && i + 1 < len)
			buf_addc(out, text[++i]);
		if (quoted) {
			quoted = c != '"';
			continue;
		}
		if (depth == 1 && (c == ',' || (parts == 0 && c != ']' && c != '}')))
			parts++;
		depth += c == '{' || c == '[';
		depth -= c == '}' || c == ']';
		quoted = c == '"';
	}
	return parts;
}

void value_json_short(struct buf *out, const char *text, size_t len, int width)
{
	struct err err = ERR_INIT;
	struct json *j = json_parse(text, len, &err);
	struct buf compact = BUF_INIT, shown = BUF_INIT;
	size_t parts;

	if (!j) {
		err_release(&err);
		utf8_sanitize(out, text, len, SANITIZE_LINE);
		return;
	}
	parts = add_compact(&compact, text, len);
	utf8_sanitize(&shown, compact.data, compact.len, SANITIZE_LINE);
	if (width > 0 && utf8_width(shown.data, shown.len) > width &&
	    (json_type(j) == JSON_OBJECT || json_type(j) == JSON_ARRAY)) {
		bool object = json_type(j) == JSON_OBJECT;

		buf_addf(out, object ? "{%zu key%s}" : "[%zu item%s]", parts,
			 parts == 1 ? "" : "s");
	} else {
		buf_addbuf(out, &shown);
	}
	buf_release(&compact);
	buf_release(&shown);
	json_free(&j);
}

static bool show_json(struct buf *out, const struct value_view *view, const char *text, size_t len)
{
	if (!view->cut) /* the beginning of JSON is none */
		value_json_short(out, text, len, view->width);
	return !view->cut;
}

/* "\x89504e47…": a few bytes to know it by, and how many there are. */
static bool show_bytea(struct buf *out, const char *text, size_t len, bool cut)
{
	enum { WHOLE = 8, HEAD = 4 };
	size_t bytes = len >= 2 ? (len - 2) / 2 : 0;

	if (strncmp(text, "\\x", 2) != 0)
		return false;
	if (bytes <= WHOLE && !cut) {
		buf_add(out, text, len);
		return true;
	}
	buf_add(out, text, bytes < HEAD ? len : 2 + 2 * HEAD);
	buf_adds(out, utf8_cut_mark());
	if (!cut) {
		buf_addc(out, ' ');
		value_bytes(out, (double)bytes);
	}
	return true;
}

/* To the second, without the zone, which is the session's: the whole is one key away. */
static bool show_timestamp(struct buf *out, const char *text)
{
	size_t n = strcspn(text, ".+Z");
	const char *clock = strchr(text, ' '), *minus = clock ? strchr(clock, '-') : NULL;
	int64_t us;

	if (!timefmt_parse_timestamp(text, &us) || !clock)
		return false;
	if (minus && (size_t)(minus - text) < n)
		n = (size_t)(minus - text);
	buf_add(out, text, n);
	if (text[n] && strstr(text, " BC"))
		buf_adds(out, " BC");
	return true;
}

static bool show_auto(struct buf *out, const struct value_view *view, const char *text, size_t len)
{
	switch (view->kind) {
	case VALUE_BOOL:
		return show_yesno(out, text);
	case VALUE_JSON:
		return show_json(out, view, text, len);
	case VALUE_BYTEA:
		return show_bytea(out, text, len, view->cut);
	case VALUE_TIMESTAMP:
		return show_timestamp(out, text);
	case VALUE_TEXT:
	case VALUE_NUMBER:
	case VALUE_MONEY:
	case VALUE_DATE:
	case VALUE_TIME:
	case VALUE_INTERVAL:
	case VALUE_UUID:
	case VALUE_ARRAY:
	case VALUE_RANGE:
	case VALUE_ENUM:
	case VALUE_COMPOSITE:
	case VALUE_NAME:
	case VALUE_OTHER:
		break;
	}
	return false;
}

/* What stands behind the last point that is in no quoted name. */
static bool show_relation(struct buf *out, const struct value_view *view, const char *text,
			  size_t len)
{
	bool quoted = false;
	size_t from = 0;

	for (size_t i = 0; i < len; i++) {
		quoted ^= text[i] == '"';
		from = text[i] == '.' && !quoted && i + 1 < len ? i + 1 : from;
	}
	utf8_sanitize(out, text + from, len - from, SANITIZE_LINE);
	if (view->cut)
		buf_adds(out, utf8_cut_mark());
	return true;
}

static bool show_as(struct buf *out, const struct value_view *view, const char *text, size_t len)
{
	switch (view->format) {
	case FORMAT_AUTO:
		return show_auto(out, view, text, len);
	case FORMAT_NUMBER:
		value_group_digits(out, text, len);
		return true;
	case FORMAT_MONEY:
		return show_money(out, text, len);
	case FORMAT_PERCENT:
		return show_percent(out, text, len);
	case FORMAT_BYTES:
		return show_bytes(out, text);
	case FORMAT_DURATION:
		return show_duration(out, text);
	case FORMAT_AGE:
		return show_age(out, text, view->now_us);
	case FORMAT_YESNO:
		return show_yesno(out, text);
	case FORMAT_JSON:
		return show_json(out, view, text, len);
	case FORMAT_RELATION:
		return show_relation(out, view, text, len);
	case FORMAT_TEXT:
		break;
	}
	return false;
}

void value_show(struct buf *out, const struct value_view *view, const char *text, size_t len)
{
	if (!text)
		return;
	if (show_as(out, view, text, len))
		return;
	utf8_sanitize(out, text, len, SANITIZE_LINE);
	if (view->cut)
		buf_adds(out, utf8_cut_mark());
}

/* --- what people type ---------------------------------------------------------------------- */

/* Bytes of a sign that people put between groups of digits; 0 if s begins with none. */
static size_t group_len(const char *s)
{
	static const char *const signs[] = {
		" ", "_", "\xC2\xA0", "\xE2\x80\x89", "\xE2\x80\xAF",
	};

	for (size_t i = 0; i < ARRAY_SIZE(signs); i++)
		if (!strncmp(s, signs[i], strlen(signs[i])))
			return strlen(signs[i]);
	return 0;
}

static void ungroup(struct buf *out, const char *s)
{
	size_t start = out->len, n;

	for (; *s; s += n ? n : 1) {
		bool between = out->len > start && isdigit((unsigned char)out->data[out->len - 1]);

		n = group_len(s);
		if (!n || !between || !isdigit((unsigned char)s[n])) {
			buf_add(out, s, n ? n : 1);
		}
	}
}

void value_unformat(struct buf *out, enum value_kind kind, const char *typed)
{
	int value;

	if (kind == VALUE_NUMBER) {
		ungroup(out, typed);
		return;
	}
	value = kind == VALUE_BOOL ? truth(typed) : -1;
	buf_adds(out, value < 0 ? typed : value ? "true" : "false");
}

/* --- styles -------------------------------------------------------------------------------- */

static bool rule_fits(const struct style_rule *rule, const char *text)
{
	int order;

	if (rule->op == '=')
		return !strcmp(text, rule->value);
	if (!decimal_valid(text) || !decimal_valid(rule->value))
		return false;
	order = decimal_compare(text, rule->value);
	switch (rule->op) {
	case '<':
		return order < 0;
	case 'l':
		return order <= 0;
	case '>':
		return order > 0;
	case 'g':
		return order >= 0;
	}
	return false;
}

const char *value_style(const struct style_rule *rules, size_t n, const char *text)
{
	for (size_t i = 0; text && i < n; i++)
		if (rule_fits(&rules[i], text))
			return rules[i].style;
	return NULL;
}
