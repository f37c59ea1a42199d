/* SPDX-License-Identifier: MIT */
/*
 * Functions that set the tenant for the session instead of the transaction: behind a pooler the
 * next request inherits it.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "rls_priv.h"

/* What to write in the place of n bytes of a body; next: behind the whole statement. */
struct slip {
	const char *at;
	size_t n;
	const char *instead, *next;
};

/* false, 'f', 'off'::boolean */
static bool says_false(const char *s)
{
	static const char *const words[] = { "false", "f", "off", "no", "n", "0", NULL };
	bool quoted = *s == '\'';
	size_t n = strcspn(s += quoted, "', \t\n:)");

	for (size_t i = 0; words[i] && (quoted || i == 0); i++)
		if (strlen(words[i]) == n && strncasecmp(words[i], s, n) == 0)
			return true;
	return false;
}

/* From s on: set_config('app.tenant_id', …, false). */
static bool by_call(const char *s, const char *setting, struct slip *out)
{
	for (; (s = strstr(s, "set_config")) != NULL; s += 10) {
		const char *open = strchr(s, '('), *p;
		const char *last = open;
		int depth = 0;
		bool quoted = false, named = false;

		for (p = open; p && *p; p++) {
			if (*p == '\'')
				quoted = !quoted;
			if (quoted && strncmp(p + 1, setting, strlen(setting)) == 0)
				named = true;
			if (!quoted && *p == ',' && depth == 1)
				last = p;
			depth += !quoted && *p == '(';
			if (!quoted && *p == ')' && --depth == 0)
				break;
		}
		if (!p || !*p || !named)
			continue;
		last += 1 + strspn(last + 1, " \t\n");
		if (strncmp(last, "is_local", 8) == 0) /* is_local => false */
			last += 8 + strspn(last + 8, " \t\n=:>");
		if (!says_false(last))
			continue;
		*out = (struct slip){ last, (size_t)(p - last), "true", p };
		return true;
	}
	return false;
}

static bool word_like(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* From s on, in body: SET app.tenant_id without LOCAL. */
static bool by_command(const char *body, const char *s, const char *setting, struct slip *out)
{
	for (; (s = find_word(s, setting)) != NULL; s++) {
		const char *end = s, *start, *after = s + strlen(setting);

		after += strspn(after, " \t\n");
		if (*after != '=' && find_word(after, "to") != after) /* a hint, a comment */
			continue;
		while (end > body && (end[-1] == ' ' || end[-1] == '\n' || end[-1] == '\t'))
			end--;
		for (start = end; start > body && word_like(start[-1]);)
			start--;
		if (end - start == 3 && find_word(start, "set") == start)
			*out = (struct slip){ end, 0, " LOCAL", after };
		else if (end - start == 7 && find_word(start, "session") == start)
			*out = (struct slip){ start, 7, "LOCAL", after };
		else
			continue;
		return true;
	}
	return false;
}

/* The first of both kinds from s on. */
static bool next_slip(const char *body, const char *s, const char *setting, struct slip *out)
{
	struct slip call, command;
	bool called = by_call(s, setting, &call),
	     commanded = by_command(body, s, setting, &command);

	if (called && (!commanded || call.at < command.at))
		*out = call;
	else if (commanded)
		*out = command;
	return called || commanded;
}

/* The first of any tenancy's setting: a tenant of two columns has two. */
static bool any_slip(const struct judge *j, const char *body, const char *s, struct slip *out)
{
	bool found = false;

	for (size_t i = 0; i < profile_tenancies(j->in->profile); i++) {
		const char *setting = profile_tenancy(j->in->profile, i)->setting;
		struct slip slip;

		if (!setting || !next_slip(body, s, setting, &slip) ||
		    (found && slip.at >= out->at))
			continue;
		*out = slip;
		found = true;
	}
	return found;
}

/* The same function, for the transaction. */
static void fix_setter(struct judge *j, const struct function *f)
{
	const char *definition = NULL, *body, *s;
	struct buf out = BUF_INIT;
	struct slip slip;

	for (size_t i = 0; i < j->in->extras->setters.len; i++)
		if (j->in->extras->setters.v[i].function == f->oid)
			definition = j->in->extras->setters.v[i].definition;
	body = definition ? strstr(definition, f->body) : NULL;
	if (!body)
		return;
	s = definition;
	for (const char *from = body;
	     any_slip(j, body, from, &slip) && slip.at < body + strlen(f->body);
	     from = slip.next) {
		buf_addf(&out, "%.*s%s", (int)(slip.at - s), s, slip.instead);
		s = slip.at + slip.n;
	}
	buf_adds(&out, s);
	while (out.len && isspace((unsigned char)out.data[out.len - 1]))
		buf_truncate(&out, out.len - 1);
	judge_fix(j, "replaced", &(struct fix){ .object = out.data });
	buf_release(&out);
}

void rule_setter(struct judge *j, const struct function *f)
{
	for (size_t i = 0; f->body && i < profile_tenancies(j->in->profile); i++) {
		const struct tenancy *y = profile_tenancy(j->in->profile, i);
		struct subject s = { .object = judge_function_name(j, f) };
		struct finding *found;
		struct slip slip;

		if (!y->setting || !next_slip(f->body, f->body, y->setting, &slip))
			continue;
		found = judge_find(j, RULE_R67, &s,
				   "%s sets %s for the whole session: behind a pooler "
				   "the next request inherits the tenant",
				   f->name, y->setting);
		judge_evidence(j, found, "set_config with is_local false, or %s without LOCAL",
			       "SET");
		if (found)
			fix_setter(j, f);
		judge_fixed(j, found);
	}
}
