/* SPDX-License-Identifier: MIT */
/*
 * Conditions that do not compare the tenant: what are they about, and what decides in
 * functions.
 */
#include <string.h>

#include "rls_clause_priv.h"

/* auth.uid(), also one that finds who it is for what the session says: a row of sessions. */
static bool tells_person(const struct clause_context *c, const struct expr *e)
{
	unsigned values = clause_deciding(clause_values(c, e, 0));
	struct clause_context inner;
	const struct expr *call = expr_bare(e),
			  *body = call->kind == EXPR_CALL && call->n == 0
					  ? clause_inline(c, call, &inner)
					  : NULL;

	if (values == VALUE_SESSION)
		return true;
	if (call->kind == EXPR_SUBQUERY && clause_finds_unique(c, call->sub))
		return clause_bind(c, call).values & VALUE_SESSION;
	body = body ? expr_bare(body) : NULL;
	return values == VALUE_STORED && body && body->kind == EXPR_SUBQUERY &&
	       body->sub->kind == SUBQUERY_SCALAR &&
	       clause_bind(&inner, body).values & VALUE_SESSION;
}

/* user_id = auth.uid(): a column of the row against the session, though not against the
 * tenant's setting. */
static bool is_personal(const struct clause_context *c, const struct expr *e)
{
	for (size_t i = 0; e->kind == EXPR_OPERATOR && e->n == 2 && i < 2; i++) {
		const char *setting = clause_setting(c, e->args[1 - i]);

		if (strcmp(e->name, "=") == 0 && expr_bare(e->args[i])->kind == EXPR_COLUMN &&
		    clause_values(c, e->args[i], 0) == VALUE_ROW &&
		    tells_person(c, e->args[1 - i]) &&
		    !(setting && c->setting && strcmp(setting, c->setting) == 0))
			return true;
	}
	return false;
}

struct seek_person {
	const struct clause_context *c;
	const struct expr *who;
	const char *setting;
	bool found;
};

static bool seek_person(void *ctx, const struct expr *e, int depth)
{
	struct seek_person *s = ctx;
	struct clause_context inner;
	const struct expr *body = e->kind == EXPR_CALL ? clause_inline(s->c, e, &inner) : NULL;
	bool compares = (e->kind == EXPR_OPERATOR || e->kind == EXPR_ANY) &&
			(depth > 0 || s->c->nested) && e->n == 2 && strcmp(e->name, "=") == 0;

	for (size_t i = 0; compares && i < 2; i++) {
		const char *setting = clause_setting(s->c, e->args[i]);

		s->found = s->found || expr_equal(expr_bare(e->args[i]), s->who) ||
			   (setting && s->setting && strcmp(setting, s->setting) == 0);
	}
	if (body && !s->found) {
		struct seek_person below = { &inner, s->who, s->setting, false };

		expr_walk(body, seek_person, &below);
		s->found = below.found;
	}
	return !s->found;
}

bool clause_asks_person(const struct clause_context *c, const struct expr *personal,
			const struct expr *e)
{
	size_t own = expr_bare(personal->args[0])->kind == EXPR_COLUMN ? 0 : 1;
	const struct expr *who = personal->args[1 - own];
	struct seek_person s = { c, expr_bare(who), clause_setting(c, who), false };

	expr_walk(e, seek_person, &s);
	return s.found;
}

/* A column that refers to a tenant, by its foreign key or by its name: to_tenant_id beside
 * tenant_id. */
static bool names_a_tenant(const struct clause_context *c, const struct column *column)
{
	const struct relation *r = c->relation;
	size_t own = c->tenant ? strlen(c->tenant) : 0, n = strlen(column->name);

	if (own && n > own + 1 && column->name[n - own - 1] == '_' &&
	    strcmp(column->name + n - own, c->tenant) == 0)
		return true;
	for (size_t i = 0; i < r->nreferences; i++) {
		const struct foreign_key *k = r->references[i];

		if (k->n == 1 && k->from_columns[0] == column->attnum &&
		    c->lookup->is_tenant(c->lookup->ctx, k->to, k->to_columns[0]))
			return true;
	}
	return false;
}

/* The session's tenant: by the setting, or found for the session by a function. */
static bool is_mine(const struct clause_context *c, const struct expr *e)
{
	const char *setting = clause_setting(c, e);

	if (setting && c->setting)
		return strcmp(setting, c->setting) == 0;
	return expr_bare(e)->kind == EXPR_CALL && clause_values(c, e, 0) == VALUE_STORED;
}

/* Not of another relation, of which a view asks it. */
static bool is_rows(const struct clause_context *c, const struct expr *column)
{
	return column->kind == EXPR_COLUMN && clause_values(c, column, 0) == VALUE_ROW &&
	       (!column->qualifier || strcmp(column->qualifier, CLAUSE_ROW) == 0 ||
		strcmp(column->qualifier, c->relation->name) == 0);
}

/* grantee_id = mine, mine = ANY (shared_with): the row's tenant has let the session's have it. */
static bool is_given(const struct clause_context *c, const struct expr *e)
{
	bool any = e->kind == EXPR_ANY && !e->is;

	if (!(any || e->kind == EXPR_OPERATOR) || e->n != 2)
		return false;
	for (size_t i = any ? 1 : 0; i < 2; i++) {
		const struct expr *own = expr_bare(e->args[i]);
		const struct column *column =
			is_rows(c, own)
				? relation_column(c->relation, own->name)
				: NULL;
		bool array = column && strstr(column->type, "[]") != NULL;

		if (column && is_mine(c, e->args[1 - i]) &&
		    strcmp(e->name, "=") == 0 && (any ? array : names_a_tenant(c, column)))
			return true;
	}
	return false;
}

struct seek_setting {
	const struct clause_context *c;
	bool found, forgeable, common;
	bool email, part; /* part of a text, such as the domain of an address */
};

bool clause_is_request(const char *setting)
{
	static const char *const tellers[] = { "request.header", "request.cookie",
					       "request.path", "request.method", NULL };

	for (size_t i = 0; tellers[i]; i++)
		if (strncmp(setting, tellers[i], strlen(tellers[i])) == 0)
			return true;
	return false;
}

bool clause_is_claim(const char *setting)
{
	return !clause_is_request(setting) &&
	       (strncmp(setting, "request.", 8) == 0 || strncmp(setting, "jwt.", 4) == 0 ||
		strncmp(setting, "hasura.", 7) == 0);
}

bool clause_common_claim(const char *word)
{
	static const char *const words[] = { "authenticated", "anon",	      "aal",
					     "aal1",	      "aal2",	      "email_verified",
					     "aud",	      "is_anonymous", NULL };

	for (size_t i = 0; words[i]; i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return false;
}

/* The claim of a role that the policy is for: whom it binds has that role. */
static bool is_role_of_all(const struct clause_context *c, const char *word)
{
	const char *const *roles = c->policy ? c->policy->roles : NULL;

	return roles && roles[0] && !roles[1] && strcmp(roles[0], word) == 0;
}

/* Anything but one value, or many. */
static bool is_loose(const char *op)
{
	return strcmp(op, "<>") == 0 || strcmp(op, "is distinct from") == 0 ||
	       strncmp(op, "~~", 2) == 0 || strcmp(op, "~") == 0;
}

static bool takes_part(const struct expr *e)
{
	static const char *const names[] = { "split_part", "right",	     "substr",
					     "substring",  "regexp_replace", "regexp_match",
					     NULL };

	for (size_t i = 0; names[i]; i++)
		if (expr_is_call(e, names[i]))
			return true;
	return false;
}

static bool seek_setting(void *ctx, const struct expr *e, int depth)
{
	struct seek_setting *s = ctx;
	struct clause_context inner;
	const struct expr *body = NULL;

	(void)depth;
	s->part = s->part || takes_part(e);
	s->email = s->email ||
		   (e->kind == EXPR_LITERAL && e->name && strcmp(e->name, "email") == 0) ||
		   expr_is_call(e, "email");
	if (expr_is_call(e, "current_setting")) {
		const char *name = expr_setting(e);

		s->found = true;
		s->forgeable = s->forgeable || !name || !clause_is_claim(name);
	} else if (e->kind == EXPR_CALL) {
		body = clause_inline(s->c, e, &inner);
	} else if ((e->kind == EXPR_LITERAL && e->name &&
		    (clause_common_claim(e->name) || is_role_of_all(s->c, e->name))) ||
		   (e->kind == EXPR_OPERATOR && is_loose(e->name))) {
		s->common = true;
	}
	if (body) {
		struct seek_setting below = { .c = &inner };

		expr_walk(body, seek_setting, &below);
		s->found = s->found || below.found;
		s->forgeable = s->forgeable || below.forgeable;
	}
	return true;
}

bool clause_reads_setting(const struct clause_context *c, const struct expr *e)
{
	struct seek_setting s = { .c = c };

	expr_walk(e, seek_setting, &s);
	return s.found;
}

/* The tenant's own place in the claims, or a key that is called like its column. */
static bool is_tenant_key(const struct clause_context *c, const char *key)
{
	const char *dot = c->claim ? strrchr(c->claim, '.') : NULL;

	return (c->tenant && strcmp(key, c->tenant) == 0) ||
	       (c->claim && (strcmp(key, c->claim) == 0 || (dot && strcmp(key, dot + 1) == 0)));
}

/* claims ? 'tenant_id': whoever has a tenant at all has it. */
static bool asks_for_tenant_key(const struct clause_context *c, const struct expr *e)
{
	const struct expr *key = e->kind == EXPR_OPERATOR && e->n == 2 && *e->name == '?'
					 ? clause_literal(e->args[1])
					 : NULL;

	return key && (is_tenant_key(c, key->name) ||
		       strcmp(key->name, "sub") == 0 || strcmp(key->name, "email") == 0 ||
		       strcmp(key->name, "role") == 0);
}

/* A switch by something of the session. */
static unsigned switch_reason(const struct clause_context *c, const struct expr *e)
{
	struct seek_setting s = { .c = c };

	expr_walk(e, seek_setting, &s);
	if (asks_for_tenant_key(c, e) && !s.forgeable)
		return OPEN_NO_TENANT;
	if ((s.common || (s.email && s.part)) && !s.forgeable)
		return OPEN_NO_TENANT;
	return s.found && !s.forgeable ? OPEN_ROLE : OPEN_SWITCH;
}

/* mine <> ALL (barred): everybody but those whom the row names. */
static bool is_not_barred(const struct clause_context *c, const struct expr *e)
{
	return e->kind == EXPR_ANY && e->is && strcmp(e->name, "<>") == 0 &&
	       !(clause_values(c, e->args[0], 0) & (VALUE_ROW | VALUE_SELF)) &&
	       clause_values(c, e->args[1], 0) == VALUE_ROW;
}

/* session_user <> 'guest': everybody but one. */
static bool is_anybody_but(const struct expr *e)
{
	for (size_t i = 0; e->kind == EXPR_OPERATOR && e->n == 2 && i < 2; i++)
		if ((strcmp(e->name, "<>") == 0 || strcmp(e->name, "is distinct from") == 0) &&
		    clause_literal(e->args[i]) &&
		    expr_bare(e->args[1 - i])->kind == EXPR_IDENTITY)
			return true;
	return false;
}

struct seek_live {
	bool live, other;
};

static bool seek_live(void *ctx, const struct expr *e, int depth)
{
	static const char *const words[] = { "delete", "remove", "trash", "purge", NULL };
	struct seek_live *s = ctx;
	bool live = false;

	for (size_t i = 0; e->kind == EXPR_COLUMN && words[i]; i++)
		live = live || strstr(e->name, words[i]);
	s->live = s->live || live;
	s->other = s->other || depth > 0 || (e->kind == EXPR_COLUMN && !live) ||
		   e->kind == EXPR_CALL || e->kind == EXPR_IDENTITY;
	return !s->other;
}

/* deleted_at IS NULL, NOT deleted: of nearly every row. */
static bool asks_for_live(const struct expr *e)
{
	struct seek_live s = { false, false };

	expr_walk(e, seek_live, &s);
	return s.live && !s.other;
}

/* A condition that does not compare the tenant: what is it about? */
struct clause_verdict clause_other(const struct clause_context *c, const struct expr *e)
{
	unsigned values = clause_values(c, e, 0);

	if (values & VALUE_OPAQUE)
		return clause_verdict(CLAUSE_UNKNOWN, 0, e);
	if (is_given(c, e))
		return clause_verdict(CLAUSE_OPEN, OPEN_SHARED, e);
	if (is_personal(c, e))
		return clause_verdict(CLAUSE_OPEN, OPEN_PERSONAL, e);
	if (is_not_barred(c, e))
		return clause_verdict(CLAUSE_OPEN, OPEN_TAUTOLOGY, e);
	if (values & VALUE_ROW && asks_for_live(e))
		return clause_verdict(CLAUSE_OPEN, OPEN_NO_TENANT | OPEN_LIVE, e);
	if (values & VALUE_ROW)
		return clause_verdict(CLAUSE_OPEN,
				      values & VALUE_PERSON ? OPEN_PERSON | OPEN_NO_TENANT
							    : OPEN_NO_TENANT,
				      e);
	if (values & VALUE_ROLE)
		return clause_verdict(CLAUSE_OPEN, OPEN_ROLE, e);
	if (values & VALUE_STORED)
		return clause_verdict(CLAUSE_OPEN, OPEN_NO_TENANT, e);
	if (is_anybody_but(e))
		return clause_verdict(CLAUSE_OPEN, OPEN_TAUTOLOGY, e);
	if (values & VALUE_PERSON)
		return clause_verdict(CLAUSE_OPEN,
				      clause_is_login_test(e) ? OPEN_PERSON | OPEN_LOGIN
							      : OPEN_PERSON,
				      e);
	if (values & VALUE_SESSION)
		return clause_verdict(CLAUSE_OPEN, switch_reason(c, e), e);
	return clause_verdict(CLAUSE_OPEN, OPEN_NO_TENANT, e);
}

/* "Is there a tenant at all?": whoever has one gets in. */
static bool asks_for_any(const struct clause_context *c, const struct clause_context *inner,
			 const struct expr *body)
{
	const char *setting = body && body->kind == EXPR_NULL_TEST && !body->is
				      ? clause_setting(inner, body->args[0])
				      : NULL;

	return setting && c->setting && strcmp(setting, c->setting) == 0;
}

/* What a function without the row says is its own affair (an administrator's switch), unless it
 * says yes to everybody or goes by what any session can set. */
static struct clause_verdict judge_switch(const struct clause_context *c, const struct expr *e,
					  const struct expr *body,
					  const struct clause_context *inner)
{
	enum { LOUD = OPEN_TRUE | OPEN_TAUTOLOGY | OPEN_UNSET | OPEN_SWITCH };
	struct clause_verdict v =
		body ? clause_judge(inner, body) : clause_verdict(CLAUSE_OPEN, OPEN_ROLE, e);

	for (size_t i = 0; c->setting && i < e->n; i++) {
		const char *setting = clause_setting(c, e->args[i]);

		if (setting &&
		    strcmp(setting, c->setting) == 0) /* is_member(current_tenant()) */
			return clause_verdict(CLAUSE_OPEN, OPEN_UNBOUND, e);
	}
	if (v.level == CLAUSE_OPEN && v.reasons == OPEN_UNBOUND &&
	    clause_asks_any_tenant(inner, body))
		return v;
	if (v.level == CLAUSE_NEVER || asks_for_any(c, inner, body) ||
	    (v.level == CLAUSE_OPEN && v.reasons & LOUD && !(v.reasons & ~(unsigned)LOUD)))
		return v;
	return clause_verdict(CLAUSE_OPEN, OPEN_ROLE, e);
}

/* A function that is told of the row; what it says to everybody alike, without a look at what
 * it is told, opens all rows. */
static struct clause_verdict judge_told(const struct expr *e, const struct expr *body,
					const struct clause_context *inner)
{
	struct clause_verdict v = clause_judge(inner, body);

	return v.level == CLAUSE_OPEN && !(v.reasons & (OPEN_TRUE | OPEN_TAUTOLOGY)) &&
			       clause_values(inner, body, 1) == VALUE_UNBOUND
		       ? clause_verdict(CLAUSE_OPEN, OPEN_UNBOUND, e)
		       : v;
}

struct clause_verdict clause_function(const struct clause_context *c, const struct expr *e)
{
	struct clause_context inner;
	const struct expr *body = clause_inline(c, e, &inner);
	bool row = false, tenant = false, session = false;

	for (size_t i = 0; i < e->n; i++) {
		unsigned v = clause_values(c, e->args[i], 0);

		row = row || v & (VALUE_ROW | VALUE_SELF);
		tenant = tenant || v & VALUE_SELF;
		session = session || v & VALUE_SESSION;
	}
	if (expr_is_call(e, "pg_has_role") && e->n == 3 && expr_equal(e->args[0], e->args[1]))
		return clause_verdict(CLAUSE_OPEN, OPEN_TAUTOLOGY, e);
	if (tenant && session && expr_is_call(e, "starts_with"))
		return clause_verdict(CLAUSE_OPEN, OPEN_PATTERN, e);
	if (!e->qualifier && !row && clause_deciding(clause_values(c, e, 0)) == VALUE_SESSION &&
	    clause_setting(c, e)) /* NULLIF(setting, '')::boolean */
		return clause_verdict(CLAUSE_OPEN, switch_reason(c, e), e);
	if (!row)
		return judge_switch(c, e, body, &inner);
	if (body)
		return judge_told(e, body, &inner);
	if (clause_ignores_arguments(c, e))
		return clause_verdict(CLAUSE_OPEN, OPEN_UNBOUND, e);
	if (clause_call_values(c, e) & VALUE_ROLE)
		return clause_verdict(CLAUSE_OPEN, OPEN_ROLE, e);
	/* The function decides by the row. */
	return clause_call_values(c, e) ? clause_verdict(CLAUSE_OWN, 0, e) : clause_other(c, e);
}
