/* SPDX-License-Identifier: MIT */
/*
 * A function of its owner's rights that writes, as its caller says, the table by which policies
 * tell who belongs where: nobody may write that, and everybody may have it written.
 */
#include <string.h>
#include <strings.h>

#include "rls_claims.h"
#include "rls_clause_priv.h"

static bool reads(const struct judge *j, const struct policy *p, const struct relation *b)
{
	for (const oid *o = p->relations; *o; o++)
		if (*o == b->oid)
			return true;
	for (const oid *o = p->functions; *o; o++) {
		const struct function *f = catalog_function(j->catalog, *o);

		if (f && f->body && mentions_relation(f->body, b))
			return true;
	}
	return false;
}

static bool policies_read(const struct judge *j, const struct relation *b)
{
	for (size_t i = 0; i < j->ntables; i++)
		for (size_t p = 0; j->tables[i].r != b && p < j->tables[i].r->npolicies; p++)
			if (reads(j, &j->tables[i].r->policies[p], b))
				return true;
	return false;
}

/* A pair of a tenant and what belongs to it, told apart by both. */
static bool is_pair(const struct table *t)
{
	const struct index *key = relation_key(t->r);

	return t->attnum && key && key->nkeys > 1 && index_has(key, t->attnum);
}

/* Policies look up there by the session who belongs where. */
static bool is_trusted(struct judge *j, const struct table *t)
{
	const struct claims *all = judge_claims(j);

	for (size_t i = 0; i < all->list.len; i++) {
		const struct claim *c = &all->list.v[i];

		if (c->relation == t->r && (c->kind == CLAIM_LINK ||
					    (c->kind == CLAIM_PERSON && c->sought)))
			return true;
	}
	return is_pair(t) && policies_read(j, t->r);
}

/* Behind the name of t, where an INSERT or UPDATE of it begins in the statement; NULL. */
static const char *writes(const char *part, const char *act, const struct table *t)
{
	const char *at = find_word(part, act), *name = at ? find_word(at, t->r->name) : NULL,
		   *end = at ? at + strlen(act) : NULL;

	if (!name)
		return NULL;
	end += strspn(end, " \t\n");
	if (*act == 'i' && strncasecmp(end, "into", 4) == 0)
		end += 4 + strspn(end + 4, " \t\n");
	else if (*act == 'i')
		return NULL;
	/* only its schema may stand between */
	while (end < name && !strchr(" \t\n(", *end))
		end++;
	return end == name ? name + strlen(t->r->name) : NULL;
}

/* Where the statement's own WHERE is; its end: it has none. */
static const char *own_where(const char *s)
{
	int depth = 0;

	for (; *s; s++) {
		depth += (*s == '(') - (*s == ')');
		if (depth == 0 && strncasecmp(s, "where", 5) == 0 && find_word(s, "where") == s)
			return s;
	}
	return s;
}

/* A word between the two is a parameter, which no word behind them is. */
static bool has_parameter(struct judge *j, const struct function *f, const char *from,
			  const char *to)
{
	const char *text = arena_strndup(j->arena, from, (size_t)(to - from)),
		   *at = f->arguments;

	while (*at) {
		size_t n = strcspn(at, " ,");
		const char *name = arena_strndup(j->arena, at, n);

		if (n && find_word(text, name) && !find_word(to, name))
			return true;
		at += strcspn(at, ",");
		at += strspn(at, ", ");
	}
	return strchr(text, '$') && !strchr(to, '$');
}

/* Another statement may refuse. */
static bool asks_elsewhere(struct judge *j, const struct function *f, const char *part)
{
	for (const char *s = f->body; *s;) {
		size_t n = strcspn(s, ";");
		const struct function other = { .name = f->name,
						.body = arena_strndup(j->arena, s, n) };

		if (strcmp(other.body, part) != 0 &&
		    (find_word(other.body, "raise") || code_asks_session(j, &other)))
			return true;
		s += n + (s[n] == ';');
	}
	return false;
}

/* In one's own row, whose that is. */
static bool moves_itself(struct judge *j, const struct function *f, const char *part,
			 const struct table *t)
{
	const char *at = writes(part, "update", t), *where = at ? own_where(at) : NULL;
	const char *set = at && t->tenant
				  ? arena_strndup(j->arena, at, (size_t)(where - at))
				  : NULL;

	return set && find_word(set, t->tenant) && has_parameter(j, f, at, where) &&
	       !asks_elsewhere(j, f, part);
}

/* A row of what its caller says, who is not asked for. */
static bool adds_told(struct judge *j, const struct function *f, const char *part,
		      const struct table *t)
{
	const char *at = writes(part, "insert", t);

	return at && !code_asks_session(j, f) && has_parameter(j, f, at, at + strlen(at));
}

/* Which of the tables it writes so; NULL: none. */
static const struct table *written(struct judge *j, const struct function *f)
{
	for (size_t i = 0; i < j->ntables; i++) {
		const struct table *t = &j->tables[i];

		if (!relation_is_table(t->r) || !mentions_relation(f->body, t->r) ||
		    catalog_bound(j->catalog, f->owner_oid, t->r) || !is_trusted(j, t))
			continue;
		for (const char *s = f->body; *s;) {
			size_t n = strcspn(s, ";");
			const char *part = arena_strndup(j->arena, s, n);

			if (moves_itself(j, f, part, t) || adds_told(j, f, part, t))
				return t;
			s += n + (s[n] == ';');
		}
	}
	return NULL;
}

void rule_definer_trusted(struct judge *j, const struct function *f)
{
	const struct actor *a = code_executor(j, f);
	struct subject s = { .object = judge_function_name(j, f) };
	const struct table *t;
	struct finding *found;

	if (!a || !a->application || !f->body || !f->arguments || !*f->arguments ||
	    (f->result && strcmp(f->result, "trigger") == 0) || code_asks_secret(j, f) ||
	    code_is_policys(j, f) || !(t = written(j, f)))
		return;
	s.role = a->role->name;
	found = judge_find(j, RULE_R65, &s,
			   "%s may call it, and it writes %s as it is told, by which policies tell "
			   "who belongs where",
			   a->role->name, judge_name(j, t->r));
	judge_evidence(j, found,
		       "SECURITY DEFINER, owner %s is bound by no policy; no statement asks "
		       "whether its caller may",
		       f->owner);
	code_fix_execute(j, f);
	judge_fixed(j, found);
}
