/* SPDX-License-Identifier: MIT */
/*
 * Rows that a policy for SELECT shows to every tenant on purpose: "published OR tenant = mine".
 * Who sees them sees what he may, whosever they are.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "profile_priv.h"
#include "rls_clause_priv.h"
#include "rls_priv.h"

/* ---- words ---- */

/* A word begins at the name's beginning, behind "_" and where isPublic has a capital. */
static bool begins_word(const char *s, const char *at)
{
	return at == s || at[-1] == '_' ||
	       (isupper((unsigned char)*at) && islower((unsigned char)at[-1]));
}

static bool ends_word(const char *at)
{
	return *at == '\0' || *at == '_' || isupper((unsigned char)*at);
}

/* stems: what begins with one of the words counts too. */
static bool has_name(const char *s, const char *const *words, bool stems)
{
	for (size_t i = 0; words[i]; i++)
		for (const char *at = s; *at; at++) {
			size_t n = strlen(words[i]);

			if (begins_word(s, at) && strncasecmp(at, words[i], n) == 0 &&
			    (stems || ends_word(at + n)))
				return true;
		}
	return false;
}

static bool is_public_word(const char *s)
{
	static const char *const words[] = { "public",	"published", "publicly", "shared",
					     "global",	"listed",    "visible",	 "visibility",
					     "template", "sharing",  "publica",	 "publie",
					     "publik",	NULL },
				 /* The same in the languages that names are often in. */
			  *const stems[] = { "publi\303\251",
					     "publique",
					     "publicad",
					     "p\303\272blic",
					     "publico",
					     "publica_",
					     "pubblic",
					     "publiczn",
					     "opublikowan",
					     "\303\266ffentlich",
					     "oeffentlich",
					     "ver\303\266ffentlicht",
					     "offentlig",
					     "openbaar",
					     "gepubliceerd",
					     "ve\305\231ejn",
					     "compartid",
					     "compartilhad",
					     "condivis",
					     "partag\303\251",
					     "freigegeben",
					     "offentlich",
					     "sichtbar",
					     "geteilt",
					     "gedeeld",
					     "publicat",
					     "publicerad",
					     "verejn",
					     "zverejn",
					     "zve\305\231ejn",
					     "udost\304\231pn",
					     "udostepn",
					     "visivel",
					     "vis\303\255vel",
					     "visibil",
					     "partagee",
					     "julkai",
					     "julkinen",
					     "nyilv\303\241nos",
					     "nyilvanos",
					     "javno",
					     "javna",
					     "objavljen",
					     "herkese",
					     "halka_acik",
					     "yayinlan",
					     "yay\304\261nlan",
					     "yay\304\261mlan",
					     "yayimlan",
					     "paylasil",
					     "payla\305\237\304\261l",
					     "publichn",
					     "opublikovan",
					     "\320\277\321\203\320\261\320\273\320\270"
					     "\321\207\320\275",
					     "\320\276\320\277\321\203\320\261\320\273"
					     "\320\270\320\272",
					     "\345\205\254\351\226\213",
					     "\345\205\254\345\274\200",
					     "\352\263\265\352\260\234",
					     NULL };

	return has_name(s, words, false) || has_name(s, stems, true);
}

bool text_says_public(const char *text)
{
	char word[64];

	for (const char *at = text; *at;) {
		size_t n = 0;

		while (isalnum((unsigned char)at[n]) || at[n] == '_' ||
		       (unsigned char)at[n] >= 0x80)
			n++;
		if (n && n < sizeof word && at[n] != '.') { /* not a schema's */
			memcpy(word, at, n);
			word[n] = '\0';
			if (is_public_word(word))
				return true;
		}
		at += n ? n : 1;
	}
	return false;
}

static bool is_private_word(const struct expr *e)
{
	static const char *const words[] = { "private", NULL };

	return (e->kind == EXPR_COLUMN || e->kind == EXPR_LITERAL) && e->name &&
	       has_name(e->name, words, false);
}

/* Does it ask for what is private (sharing = 'private', is_private), or, turned, for what is not
 * (sharing <> 'private', NOT is_private)? */
static bool asks_private(const struct expr *e, bool turned)
{
	e = expr_bare(e);
	if (e->kind == EXPR_NOT)
		return asks_private(e->args[0], !turned);
	for (size_t i = 0; e->kind == EXPR_AND && i < e->n; i++)
		if (asks_private(e->args[i], turned))
			return true;
	if (e->kind == EXPR_BOOL_TEST)
		return asks_private(e->args[0], turned != (strcmp(e->name, "false") == 0 ||
							   strcmp(e->name, "not true") == 0));
	for (size_t i = 0; e->kind == EXPR_OPERATOR && e->n == 2 && i < 2; i++) {
		const struct expr *other = expr_bare(e->args[1 - i]);

		if (is_private_word(expr_bare(e->args[i])))
			return strcmp(e->name, turned != (other->kind == EXPR_BOOL && !other->is)
						       ? "<>"
						       : "=") == 0;
	}
	return !turned && is_private_word(e);
}

struct saying {
	bool public, other;
};

/* published_at <= now() */
static bool tells_time(const struct expr *e)
{
	return expr_is_call(e, "now") || expr_is_call(e, "current_timestamp") ||
	       expr_is_call(e, "statement_timestamp") || expr_is_call(e, "clock_timestamp");
}

static bool look_for_words(void *ctx, const struct expr *e, int depth)
{
	struct saying *x = ctx;

	(void)depth;
	x->other = x->other || e->kind == EXPR_SUBQUERY || e->kind == EXPR_IDENTITY ||
		   e->kind == EXPR_OPAQUE || (e->kind == EXPR_CALL && !tells_time(e)) ||
		   e->kind == EXPR_OR;
	if ((e->kind == EXPR_COLUMN || e->kind == EXPR_LITERAL) && e->name &&
	    is_public_word(e->name))
		x->public = true;
	return !x->other;
}

bool clause_says_public(const struct expr *e)
{
	struct saying x = { false, false };

	if (!e)
		return false;
	expr_walk(e, look_for_words, &x);
	return (x.public || asks_private(e, true)) && !x.other && !asks_private(e, false);
}

/* ---- shared rows ---- */

/* What a row is when its tenant has put it before others; of a flag that is not so by itself. */
static bool is_shown_word(const char *name)
{
	static const char *const words[] = { "live",	 "online",	"open",	     "opened",
					     "listing",	 "discoverable", "searchable", "browsable",
					     "featured", "advertised",	"announced", "posted",
					     "offered",	 "released",	"shareable", "syndicated",
					     "en_ligne", "em_linha",	"en_vivo",   NULL };

	return has_name(name, words, false);
}

bool judge_says_public(const struct table *t, const struct expr *e)
{
	const struct expr *flag = e ? expr_bare(e) : NULL;
	const struct column *c;

	if (clause_says_public(e))
		return true;
	if (flag && flag->kind == EXPR_BOOL_TEST && strcmp(flag->name, "true") == 0)
		flag = expr_bare(flag->args[0]);
	else if (flag && flag->kind == EXPR_OPERATOR && flag->n == 2 &&
		 strcmp(flag->name, "=") == 0 && expr_is_true(flag->args[1]))
		flag = expr_bare(flag->args[0]);
	c = flag && flag->kind == EXPR_COLUMN ? relation_column(t->r, flag->name) : NULL;
	return c && strcmp(c->type, "boolean") == 0 && c->default_expr &&
	       strcmp(c->default_expr, "false") == 0 && is_shown_word(c->name);
}

static bool not_a_query(void *ctx, const struct expr *e, int depth)
{
	(void)ctx;
	(void)depth;
	return e->kind != EXPR_SUBQUERY && e->kind != EXPR_OPAQUE;
}

bool judge_is_shared_arm(struct judge *j, const struct table *t, const char *text)
{
	struct clause_context c = judge_clause(j, t);
	const struct expr *e = judge_parse(j, text);
	struct clause_verdict v = clause_judge(&c, e);

	return v.level == CLAUSE_OPEN && v.reasons &&
	       !(v.reasons & ~(unsigned)(OPEN_NO_TENANT | OPEN_SHARED)) &&
	       ((v.reasons == OPEN_SHARED && !v.own_arm) || expr_walk(e, not_a_query, NULL));
}

static void put_shared(struct judge *j, const struct table *t, const char *text,
		       struct buf *out)
{
	const char *all = judge_without_parens(j, text), *s = all,
		   *part = judge_next_part(j, &s, "OR");
	bool either = s != NULL;

	for (; either && part; part = s ? judge_next_part(j, &s, "OR") : NULL)
		if (judge_is_shared_arm(j, t, part))
			buf_addf(out, "%s(%s)", out->len ? " OR " : "", part);
		else
			put_shared(j, t, part, out);
	if (either)
		return;
	s = all;
	part = judge_next_part(j, &s, "AND");
	for (bool both = s != NULL; both && part; part = s ? judge_next_part(j, &s, "AND") : NULL)
		if (strstr(part, " OR "))
			put_shared(j, t, part, out);
}

bool judge_public_by_name(const struct table *t, const struct judged *g)
{
	static const char *const words[] = { "public",	  "everyone", "anyone",
					     "everybody", "anybody",  NULL };
	const struct tenancy *y = t->tenancy;
	bool named = false;

	for (size_t i = 0; words[i]; i++)
		named = named || find_word(g->policy->name, words[i]);
	return named && g->policy->command == 'r' && g->using_verdict.reasons == OPEN_TRUE &&
	       y && person_setting(y->setting, y->claim_path);
}

/* Does the policy show anything to the role; NULL: to anybody who works for a tenant? */
static bool is_shown_to(const struct judge *j, const struct table *t, const struct policy *p,
			const struct role *role)
{
	bool named, any = false;

	for (size_t i = 0; i < j->actors.len; i++) {
		const struct actor *a = &j->actors.v[i];

		if (role ? a->role != role
			 : !a->application || judge_is_anybody(a) ||
				   !(t->rights[i] & RIGHT_SELECT))
			continue;
		any = true;
		if (judge_applies(j, p, a, &named))
			return true;
	}
	return !any;
}

const char *judge_shared_below(struct judge *j, const struct table *t, bool all,
			       const struct role *role, int depth)
{
	struct buf out = BUF_INIT;
	const char *text;

	for (size_t i = 0; i < t->r->npolicies; i++) {
		const struct judged *g = &t->policies[i];
		const char *condition = g->policy->using_expr, *below;

		/* What is for all commands is not said to be for reading; below it is read. */
		if (!strchr(depth ? "*r" : "r", g->policy->command) || !g->policy->permissive ||
		    !condition || (!all && !is_shown_to(j, t, g->policy, role)))
			continue;
		if ((below = judge_shared_by_parent(j, t, g, all, role, depth)) != NULL)
			buf_addf(&out, "%s(%s)", out.len ? " OR " : "", below);
		else if (judge_says_public(t, g->using_expr) || judge_public_by_name(t, g) ||
		    (g->using_verdict.reasons == OPEN_SHARED && !g->using_verdict.own_arm))
			buf_addf(&out, "%s(%s)", out.len ? " OR " : "", condition);
		else if (g->using_verdict.level == CLAUSE_OPEN && g->using_verdict.own_arm)
			put_shared(j, t, condition, &out);
	}
	text = out.len ? arena_strdup(j->arena, out.data) : NULL;
	buf_release(&out);
	return text;
}

const char *judge_shared_rows(struct judge *j, const struct table *t)
{
	return judge_shared_below(j, t, true, NULL, 0);
}

const char *judge_shared_with(struct judge *j, const struct table *t, const struct role *role)
{
	return judge_shared_below(j, t, false, role, 0);
}

bool judge_gives_rows(struct judge *j, const struct table *t)
{
	const char *text = judge_shared_rows(j, t);
	struct clause_context c = judge_clause(j, t);

	return text && clause_reads_setting(&c, judge_parse(j, text));
}

/* ---- who is told apart by a policy's condition ---- */

struct naming {
	const struct judge *j;
	const struct actor *a;
	bool named;
};

static bool admits_like(const struct actor *a, const struct expr *e)
{
	bool is = clause_admits_login(e, a->role->name);

	for (size_t i = 0; !is && a->same && a->same[i]; i++)
		is = clause_admits_login(e, a->same[i]->name);
	return is;
}

static bool look_for_role(void *ctx, const struct expr *e, int depth)
{
	struct naming *x = ctx;
	const struct expr *name = expr_is_call(e, "pg_has_role") && e->n >= 2
					  ? clause_literal(e->args[e->n == 3 ? 1 : 0])
					  : NULL;
	const struct role *of = name ? catalog_role(x->j->catalog, name->name) : NULL;

	(void)depth;
	x->named = x->named ||
		   (of && catalog_inherits(x->j->catalog, x->a->role->oid, of->oid)) ||
		   admits_like(x->a, e);
	return !x->named;
}

bool judge_named_inside(const struct judge *j, const struct judged *g, const struct actor *a)
{
	struct naming x = { j, a, false };

	if (g->using_verdict.reasons & (OPEN_ROLE | OPEN_LOGIN))
		expr_walk(g->using_expr, look_for_role, &x);
	return x.named;
}
