/* SPDX-License-Identifier: MIT */
/*
 * filter_time.c - how people write times: words, durations from now, and dates that mean a
 * stretch.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "domain/dayinput.h"
#include "filter_priv.h"

static const struct {
	const char *word, *interval;
} units[] = {
	{ "s", "seconds" },  { "sec", "seconds" }, { "m", "minutes" }, { "min", "minutes" },
	{ "h", "hours" },    { "d", "days" },	   { "w", "weeks" },   { "mo", "months" },
	{ "mon", "months" }, { "y", "years" },
};

static const char *unit_of(const char *s, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (strlen(units[i].word) == len && strncasecmp(s, units[i].word, len) == 0)
			return units[i].interval;
	return NULL;
}

/* -2h, +1d12h: into an interval whose every part carries the sign. */
static bool parse_offset(const char *s, struct time_value *out)
{
	struct buf text = BUF_INIT;
	char sign = *s++;
	bool ok = *s != '\0';

	while (ok && *s) {
		size_t digits = strspn(s, "0123456789");
		size_t letters = strcspn(s + digits, "0123456789");
		const char *unit = unit_of(s + digits, letters);
		ok = digits > 0 && digits < 8 && unit;
		if (ok)
			buf_addf(&text, "%s%c%.*s %s", text.len > 0 ? " " : "", sign,
				 (int)digits, s, unit);
		s += digits + letters;
	}
	ok = ok && text.len < sizeof out->offset;
	if (ok)
		memcpy(out->offset, text.data, text.len + 1);
	out->kind = TIME_NOW;
	buf_release(&text);
	return ok;
}

static bool parse_word(const char *s, struct time_value *out)
{
	static const struct {
		const char *word, *offset;
	} days[] = { { "today", "0 days" },
		     { "yesterday", "-1 day" },
		     { "tomorrow", "1 day" } };

	if (strcasecmp(s, "now") == 0) {
		out->kind = TIME_NOW;
		snprintf(out->offset, sizeof out->offset, "0 days");
		return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(days); i++)
		if (strcasecmp(s, days[i].word) == 0) {
			out->kind = TIME_DAY;
			out->length = "1 day";
			snprintf(out->offset, sizeof out->offset, "%s", days[i].offset);
			return true;
		}
	return (*s == '-' || *s == '+') && parse_offset(s, out);
}

/* Does s begin like the pattern (0: a digit, ' ': a blank or T)?  Its length, else 0. */
static size_t like(const char *s, const char *pattern)
{
	size_t i = 0;

	for (; pattern[i]; i++) {
		bool fits = pattern[i] == '0'	? isdigit((unsigned char)s[i])
			    : pattern[i] == ' ' ? s[i] == ' ' || s[i] == 'T'
						: s[i] == pattern[i];
		if (!fits)
			return 0;
	}
	return i;
}

static bool zone(const char *s)
{
	size_t n = like(s, "+00:00");

	if (*s == '\0' || strcmp(s, "Z") == 0)
		return true;
	if (*s != '+' && *s != '-')
		return false;
	n = like(s + 1, "00:00") ? 6 : like(s + 1, "00") ? 3 : 0;
	return n > 0 && s[n] == '\0';
}

bool time_no_such_day(const char *text)
{
	int year = 0, month = 0, day = 0;

	if (!like(text, "0000-00") || sscanf(text, "%4d-%2d-%2d", &year, &month, &day) < 2)
		return false;
	return month < 1 || month > 12 ||
	       (like(text, "0000-00-00") && (day < 1 || day > days_in_month(year, month)));
}

static bool parse_stretch(const char *s, struct time_value *out)
{
	static const struct {
		const char *pattern, *rest, *length;
	} forms[] = {
		{ "0000-00-00 00:00:00", "", "1 second" },
		{ "0000-00-00 00:00", "", "1 minute" },
		{ "0000-00-00", "", "1 day" },
		{ "0000-00", "-01", "1 month" },
		{ "0000", "-01-01", "1 year" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		size_t n = like(s, forms[i].pattern);
		bool timed = i < 2;
		if (n == 0)
			continue;
		if ((timed ? !zone(s + n) : s[n] != '\0') || time_no_such_day(s))
			return false;
		out->kind = TIME_STRETCH;
		out->length = forms[i].length;
		return (size_t)snprintf(out->text, sizeof out->text, "%s%s", s, forms[i].rest) <
		       sizeof out->text;
	}
	return false;
}

bool time_value_parse(const char *text, bool quoted, struct time_value *out)
{
	*out = (struct time_value){ 0 };
	return parse_stretch(text, out) || (!quoted && parse_word(text, out));
}
