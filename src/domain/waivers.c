/* SPDX-License-Identifier: MIT */
#include "domain/waivers.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/deffile.h"

void waivers_init(struct waivers *w)
{
	*w = (struct waivers){ .list = VEC_INIT };
}

void waivers_release(struct waivers *w)
{
	for (size_t i = 0; i < w->list.len; i++) {
		struct waiver *x = &w->list.v[i];

		free(x->id);
		free(x->object);
		free(x->policy);
		free(x->reason);
		free(x->decision);
	}
	VEC_RELEASE(&w->list);
}

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static bool is_day(const char *s)
{
	static const char form[] = "dddd-dd-dd";
	static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int year, month, day;

	for (size_t i = 0; i < sizeof form; i++)
		if (form[i] == 'd' ? !isdigit((unsigned char)s[i]) : s[i] != form[i])
			return false;
	year = (int)strtol(s, NULL, 10);
	month = (int)strtol(s + 5, NULL, 10);
	day = (int)strtol(s + 8, NULL, 10);
	return month >= 1 && month <= 12 && day >= 1 &&
	       day <= days[month - 1] - (month == 2 && !is_leap(year));
}

/* "R82-unique", or "R82" for short. */
static bool is_rule(const char *word, const char *id)
{
	size_t n = strlen(word);

	return strncmp(word, id, n) == 0 && (!id[n] || id[n] == '-');
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool is_new(const struct waivers *w, const struct waiver *x, struct err *err)
{
	for (const struct waiver *o = w->list.v; o < x; o++)
		if ((is_rule(o->id, x->id) || is_rule(x->id, o->id)) &&
		    same_text(o->object, x->object) && same_text(o->policy, x->policy))
			return err_set(err, ERR_USAGE, NULL,
				       "waiver %s in line %d is that of line %d again", x->id,
				       x->line, o->line);
	return true;
}

static bool complete(const struct waivers *w, struct err *err)
{
	const struct waiver *x = &w->list.v[w->list.len - 1];

	const char *missing = !x->object || !*x->object	  ? "object"
			      : !x->reason || !*x->reason ? "reason"
			      : !x->expires[0]		  ? "expires"
							  : NULL;

	if (missing)
		return err_set(err, ERR_USAGE, NULL, "waiver %s in line %d has no %s", x->id,
			       x->line, missing);
	return is_new(w, x, err);
}

static bool known_rule(const char *id)
{
	struct rls_rule_info rule;

	for (size_t i = 0; rls_rule_at(i, &rule); i++)
		if (is_rule(id, rule.id))
			return true;
	return false;
}

static bool begin_waiver(struct waivers *w, const struct deffile_entry *e, struct err *err)
{
	if (strcmp(e->section, "waiver") != 0 || !*e->arg)
		return err_set(err, ERR_USAGE, NULL,
			       "only [waiver ID] sections belong here, not [%s]", e->section);
	if (!known_rule(e->arg))
		return err_set(err, ERR_USAGE, NULL, "there is no rule %s", e->arg);
	if (w->list.len && !complete(w, err))
		return false;
	*VEC_PUSH(&w->list) = (struct waiver){ .id = xstrdup(e->arg), .line = e->line };
	return true;
}

/* "public.a ""b"" " as it stands; false: it is not in quotes. */
static bool unquote(char *s)
{
	size_t n = strlen(s), out = 0;

	if (n < 2 || s[0] != '"' || s[n - 1] != '"')
		return false;
	for (size_t i = 1; i + 1 < n; i++) {
		s[out++] = s[i];
		i += s[i] == '"' && s[i + 1] == '"' && i + 2 < n;
	}
	s[out] = '\0';
	return true;
}

static bool take_entry(void *ctx, const struct deffile_entry *e, struct err *err)
{
	static const char *const keys[] = { "object",	"policy",  "reason",
					    "decision", "expires", NULL };
	struct waivers *w = ctx;
	struct waiver *x;
	char **texts[4];

	if (!e->key)
		return begin_waiver(w, e, err);
	if (w->list.len == 0)
		return err_set(err, ERR_USAGE, NULL, "%s stands before the first [waiver ID]",
			       e->key);
	x = &w->list.v[w->list.len - 1];
	texts[0] = &x->object;
	texts[1] = &x->policy;
	texts[2] = &x->reason;
	texts[3] = &x->decision;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (strcmp(e->key, keys[i]) == 0) {
			if (*texts[i])
				return err_set(err, ERR_USAGE, NULL, "%s is there twice",
					       e->key);
			*texts[i] = xstrdup(e->value);
			if (i == 0)
				x->object_exact = unquote(x->object);
			else if (i == 1)
				x->policy_exact = unquote(x->policy);
			return true;
		}
	if (strcmp(e->key, "expires") != 0)
		return err_unknown(err, "key", e->key, keys);
	if (x->expires[0])
		return err_set(err, ERR_USAGE, NULL, "expires is there twice");
	if (!is_day(e->value))
		return err_set(err, ERR_USAGE, NULL,
			       "expires is a day like 2027-03-31, not '%s'", e->value);
	memcpy(x->expires, e->value, sizeof x->expires);
	return true;
}

static bool last_complete(const struct waivers *w, const char *file, struct err *err)
{
	if (w->list.len == 0 || complete(w, err))
		return true;
	return err_within(err, file);
}

bool waivers_parse(struct waivers *w, const char *file, const char *text, size_t len,
		   struct err *err)
{
	return deffile_parse(file, text, len, take_entry, w, err) &&
	       last_complete(w, file, err);
}

bool waivers_load(struct waivers *w, const char *path, struct err *err)
{
	return deffile_load(path, take_entry, w, err) && last_complete(w, path, err);
}

static bool matches(const char *pattern, bool exact, const char *text)
{
	size_t n = strlen(pattern);

	if (!exact && n && pattern[n - 1] == '*')
		return strncmp(pattern, text, n - 1) == 0;
	return strcmp(pattern, text) == 0;
}

bool waiver_covers(const struct waiver *x, const struct finding *f)
{
	return is_rule(x->id, f->id) && matches(x->object, x->object_exact, f->object) &&
	       (!x->policy || (f->policy && matches(x->policy, x->policy_exact, f->policy)));
}

const struct waiver *waivers_find(const struct waivers *w, const struct finding *f,
				  const char *today)
{
	for (size_t i = 0; i < w->list.len; i++) {
		const struct waiver *x = &w->list.v[i];

		if (waiver_covers(x, f) && (!today || strcmp(today, x->expires) <= 0))
			return x;
	}
	return NULL;
}
