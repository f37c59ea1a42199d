/* SPDX-License-Identifier: MIT */
/*
 * The arms of a condition, as text: which of them stay when another one is mended.
 */
#include <string.h>

#include "base/buf.h"
#include "rls_clause_priv.h"
#include "rls_priv.h"

static const char *after_quoted(const char *s)
{
	const char *end = strchr(s + 1, *s);

	return end ? end + 1 : s + strlen(s);
}

/* Where the parenthesis at s is closed, behind it. */
static const char *after_paren(const char *s)
{
	int depth = 0;

	while (*s) {
		if (*s == '\'' || *s == '"') {
			s = after_quoted(s);
			continue;
		}
		depth += (*s == '(') - (*s == ')');
		s++;
		if (depth == 0)
			break;
	}
	return s;
}

const char *judge_without_parens(struct judge *j, const char *text)
{
	while (*text == '(' && *after_paren(text) == '\0')
		text = arena_strndup(j->arena, text + 1, strlen(text) - 2);
	return text;
}

const char *judge_next_part(struct judge *j, const char **s, const char *word)
{
	const char *from = *s;

	for (const char *at = from; *at;) {
		size_t n = strlen(word);

		if (*at == '(')
			at = after_paren(at);
		else if (*at == '\'' || *at == '"')
			at = after_quoted(at);
		else if (*at == ' ' && strncmp(at + 1, word, n) == 0 && at[n + 1] == ' ') {
			*s = at + n + 2;
			return arena_strndup(j->arena, from, (size_t)(at - from));
		} else
			at++;
	}
	*s = NULL;
	return from;
}

struct arms {
	struct judge *j;
	const struct table *t;
	const char *condition; /* the tenant's */
	bool reads;	       /* nothing is written by it */
};

static struct clause_verdict verdict_of(const struct arms *a, const char *text)
{
	struct clause_context c = judge_clause(a->j, a->t);

	return clause_judge(&c, judge_parse(a->j, text));
}

/* Whose rows it admits is said in it: the tenant's own, or those that it has a part in. */
static bool says_whose(const struct arms *a, const char *text)
{
	struct clause_verdict v = verdict_of(a, text);

	return v.level == CLAUSE_OWN ||
	       (v.level == CLAUSE_OPEN &&
		(v.reasons == OPEN_SHARED || v.reasons == OPEN_PERSONAL) &&
		judge_is_party(a->j, a->t, v.arm));
}

/* An empty setting is an error in it. */
static bool raises(const struct arms *a, const char *text)
{
	struct clause_context c = judge_clause(a->j, a->t);
	struct clause_facts facts;

	clause_look(&c, judge_parse(a->j, text), &facts);
	return facts.empty_cast && !facts.guarded;
}

static bool names_tenant(const struct arms *a, const char *text)
{
	struct clause_context c = judge_clause(a->j, a->t);

	return clause_mentions_tenant(&c, judge_parse(a->j, text));
}

static bool stays(const struct arms *a, const char *text)
{
	struct clause_verdict v = verdict_of(a, text);

	if (says_whose(a, text) || (v.level == CLAUSE_OPEN && v.reasons == OPEN_ROLE))
		return true;
	return a->reads && v.level == CLAUSE_OPEN &&
	       (v.reasons == OPEN_PERSONAL || v.reasons == OPEN_NULL_TENANT ||
		judge_is_shared_arm(a->j, a->t, text));
}

static const char *mend_or(const struct arms *a, const char *all)
{
	struct buf out = BUF_INIT;
	const char *text = NULL;
	bool own = false, beside = false, whose = false, dropped = false;

	for (const char *s = all, *part; s;) {
		part = judge_next_part(a->j, &s, "OR");
		bool is_own = verdict_of(a, part).level == CLAUSE_OWN;

		whose = whose || says_whose(a, part);
		if (!stays(a, part) || (is_own && raises(a, part))) {
			dropped = true;
			continue;
		}
		own = own || is_own;
		beside = beside || !is_own || !names_tenant(a, part);
		buf_addf(&out, " OR (%s)", judge_without_parens(a->j, part));
	}
	if (whose && beside && dropped)
		text = own ? arena_strdup(a->j->arena, out.data + strlen(" OR "))
			   : arena_printf(a->j->arena, "(%s)%s", a->condition, out.data);
	buf_release(&out);
	return text;
}

static const char *mend_arms(const struct arms *a, const char *old)
{
	const char *all = judge_without_parens(a->j, old), *s = all, *text;
	struct buf out = BUF_INIT;
	bool mended = false;

	judge_next_part(a->j, &s, "OR");
	if (s)
		return mend_or(a, all);
	for (s = all; s;) {
		const char *part = judge_next_part(a->j, &s, "AND"),
			   *better = strstr(part, " OR ") && part != all ? mend_arms(a, part)
									 : NULL;

		mended = mended || better;
		buf_addf(&out, "%s(%s)", out.len ? " AND " : "",
			 better ? better : judge_without_parens(a->j, part));
	}
	text = mended ? arena_strdup(a->j->arena, out.data) : NULL;
	buf_release(&out);
	return text;
}

/* What is beside the arms that open it stays; NULL: that does not say whose rows these are. */
static const char *with_arms(struct judge *j, const struct table *t, const struct policy *p,
			     const char *old, const char *condition)
{
	const char *own = judge_condition(j, t), *all = judge_with_parties(j, t, own);
	struct arms a = { j, t, condition, p->command == 'r' };
	struct table half;

	/* Of parties, those that are among the arms stay there. */
	if (own && strcmp(all, condition) == 0)
		a.condition = own;
	return old && !composite_half(j, t, &half) ? mend_arms(&a, old) : NULL;
}

const char *judge_mended(struct judge *j, const struct table *t, const struct policy *p,
			 const char *old, const char *condition, bool narrow)
{
	const char *arms = with_arms(j, t, p, old, condition);

	if (arms)
		return arms;
	/* Beside what is mended there may be a condition of another kind: a patient's own. */
	return old && strcmp(old, "true") != 0 &&
			       (narrow || judge_parse(j, old)->kind == EXPR_AND)
		       ? judge_both(j, old, condition)
		       : condition;
}
