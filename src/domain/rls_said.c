/* SPDX-License-Identifier: MIT */
/*
 * A SECURITY DEFINER function whose caller may say which tenant he means, and gets his own if he
 * says nothing: COALESCE(p_tenant, mine()).
 */
#include <string.h>
#include <strings.h>

#include "rls_clause_priv.h"
#include "rls_priv.h"

static const char *over(const char *s)
{
	return s + strspn(s, " \t\n");
}

/* How long it is up to the bracket that closes what was opened before s. */
static size_t to_close(const char *s)
{
	size_t n = 0;

	for (int depth = 1; s[n]; n++) {
		depth += (s[n] == '(') - (s[n] == ')');
		if (depth == 0)
			break;
	}
	return n;
}

static bool asks(struct judge *j, const struct function *f, const char *text)
{
	return code_asks_session(j, &(struct function){ .name = f->name, .body = text });
}

/* s: COALESCE(parameter, mine()), and nothing else asks about the parameter or the session. */
static bool is_said_or_own(struct judge *j, const struct function *f, const char *s)
{
	char *beside = arena_strdup(j->arena, f->body);
	const char *name, *use;
	size_t n;

	if (strncasecmp(s, "coalesce", 8) != 0 || *(s = over(s + 8)) != '(')
		return false;
	s = over(s + 1);
	name = code_parameter_named(j, f, s, strcspn(s, ", \t\n():"));
	use = name ? find_word(f->body, name) : NULL;
	s = name ? over(s + strlen(name)) : s;
	if (!use || find_word(use + 1, name) || *s != ',')
		return false;
	n = to_close(s);
	memset(beside + (s - f->body), ' ', n);
	return asks(j, f, arena_strndup(j->arena, s, n)) && !asks(j, f, beside);
}

/* tenant = COALESCE(parameter, mine()) */
static bool is_compared(struct judge *j, const struct function *f, const char *column)
{
	for (const char *at = f->body; column && (at = find_word(at, column)); at++) {
		const char *s = at + strlen(column);
		size_t n;

		s = over(s + (*s == '"'));
		n = code_comparison(s);
		if (n && is_said_or_own(j, f, over(s + n)))
			return true;
	}
	return false;
}

/* What the := at s gives a value: "v :=", "DECLARE v bigint :=". */
static const char *variable(struct judge *j, const struct function *f, const char *s)
{
	static const char *const before[] = { "declare", "begin", "then", "else", "loop", NULL };
	const char *begin = s;

	while (begin > f->body && begin[-1] != ';')
		begin--;
	begin = over(begin);
	for (size_t i = 0; before[i]; i++) {
		const char *at = find_word(begin, before[i]);

		if (at && at < s)
			begin = over(at + strlen(before[i]));
	}
	return arena_strndup(j->arena, begin, strcspn(begin, " \t\n:"));
}

/* v := COALESCE(parameter, mine()); … tenant = v */
static bool is_kept(struct judge *j, const struct function *f)
{
	for (const char *at = f->body; (at = strstr(at, ":=")) != NULL; at += 2) {
		const struct function as = { .body = f->body, .arguments = variable(j, f, at) };

		if (is_said_or_own(j, f, over(at + 2)) && code_tenant_parameter(j, &as))
			return true;
	}
	return false;
}

bool code_says_or_own(struct judge *j, const struct function *f)
{
	for (size_t i = 0; i < profile_tenancies(j->in->profile); i++)
		if (is_compared(j, f, profile_tenancy(j->in->profile, i)->column))
			return true;
	return is_kept(j, f);
}
