/* SPDX-License-Identifier: MIT */
/*
 * The state of tables: is row-level security on where tenants' data is, for everybody who gets
 * there, and is there a way around it.
 */
#include <string.h>

#include "rls_priv.h"

enum { ANY_ACCESS = RIGHT_SELECT | RIGHT_INSERT | RIGHT_UPDATE | RIGHT_DELETE };

static const char *kind_word(const struct relation *r)
{
	switch (r->kind) {
	case RELATION_TABLE:
		return "table";
	case RELATION_PARTITIONED:
		return "partitioned table";
	case RELATION_VIEW:
		return "view";
	case RELATION_MATVIEW:
		return "materialized view";
	case RELATION_FOREIGN:
		return "foreign table";
	}
	return "relation";
}

/* Those who work with t may look up what its new condition does. */
static void let_look_up(struct judge *j, const struct table *t, const char *condition)
{
	for (size_t i = 0; i < t->r->nreferences; i++) {
		const struct table *parent = judge_table(j, t->r->references[i]->to);

		if (parent && parent != t && find_word(condition, parent->r->name))
			judge_fix_lookers(j, t, parent, condition);
	}
}

/* What no policy of t speaks of goes on for a tenant's own rows. */
static void let_go_on(struct judge *j, const struct table *t, const char *condition)
{
	static const struct {
		char command;
		int right;
		const char *word, *name;
	} all[] = { { 'r', RIGHT_SELECT, "SELECT", "select" },
		    { 'a', RIGHT_INSERT, "INSERT", "insert" },
		    { 'w', RIGHT_UPDATE, "UPDATE", "update" },
		    { 'd', RIGHT_DELETE, "DELETE", "delete" } };

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		struct fix v = { .relation = t->r, .condition = condition, .object = all[i].word };
		bool spoken = false;

		for (size_t p = 0; p < t->r->npolicies; p++)
			spoken = spoken || t->r->policies[p].command == '*' ||
				 t->r->policies[p].command == all[i].command;
		if (spoken || !judge_reacher(j, t, all[i].right))
			continue;
		v.policy = arena_printf(j->arena, "%.50s_tenant_%s", t->r->name, all[i].name);
		judge_fix(j, all[i].command == 'a' ? "policy_for_insert" : "policy_for", &v);
	}
}

/* Enable, and give the tenant's policy where there is none; without a known condition the
 * rights of whoever gets there could be taken, which is for a person to say. */
static void fix_open(struct judge *j, const struct table *t, const struct actor *a,
		     struct finding *f)
{
	const char *condition = judge_sound_condition(j, t);
	struct fix v = { .relation = t->r, .condition = condition, .role = a->role->name };

	const char *writing = judge_open_below(j, t);

	v.policy = arena_printf(j->arena, "%s_tenant_isolation", t->r->name);
	if (t->r->npolicies == 0 && condition)
		let_look_up(j, t, condition);
	if (t->r->npolicies == 0 && condition && writing) {
		v.condition = writing;
		judge_fix(j, "policy", &v);
		v.policy = arena_printf(j->arena, "%.56s_read", t->r->name);
		v.condition = condition;
		v.object = "SELECT";
		judge_fix(j, "policy_for", &v);
	} else if (t->r->npolicies == 0 && condition)
		judge_fix(j, "policy", &v);
	if (t->r->npolicies && condition)
		let_go_on(j, t, condition);
	if (t->r->npolicies || condition) {
		judge_fix(j, "enable", &v);
		judge_fix(j, "force", &v);
	}
	v.object = "ALL";
	judge_choose(j, f, "its rights could be taken", "revoke", &v);
	judge_fixed(j, f);
}

/* Take the rights from whoever holds them by a grant: each actor's grantees that reach this
 * relation. */
void judge_revoke(struct judge *j, const struct table *t, int rights, const char *words,
		  struct finding *f)
{
	const struct acl *acl = t->r->acl;

	for (size_t i = 0; acl && i < acl->n; i++) {
		const struct grant *g = &acl->v[i];
		const struct role *role =
			g->grantee ? catalog_role_oid(j->catalog, g->grantee) : NULL;
		struct fix v = { .relation = t->r, .object = words };

		if (!(g->rights & rights) || g->grantee == t->r->owner_oid ||
		    (g->grantee && !role))
			continue;
		v.role = role ? role->name : NULL;
		judge_fix(j, role ? "revoke" : "revoke_public", &v);
	}
	judge_fixed(j, f);
}

static struct finding *open_table(struct judge *j, enum rule rule, const struct table *t,
				  const struct actor *a, const char *why)
{
	struct subject s = { .relation = t->r, .role = a->role->name };
	struct finding *f =
		judge_find(j, rule, &s, "%s reaches every tenant's rows of this %s: %s",
			   a->role->name, kind_word(t->r), why);

	judge_evidence(j, f, "relrowsecurity is false; tenant column %s",
		       t->tenant ? t->tenant : "of its parent");
	return f;
}

static const struct table *inherits_from(struct judge *j, const struct table *t)
{
	return t->r->parent ? judge_table(j, t->r->parent) : NULL;
}

static bool has_protected_child(struct judge *j, const struct table *t)
{
	for (size_t i = 0; t->r->has_children && i < j->ntables; i++)
		if (j->tables[i].r->parent == t->r->oid && j->tables[i].r->rls)
			return true;
	return false;
}

static void rule_off(struct judge *j, const struct table *t)
{
	const struct actor *a = judge_reacher(j, t, ANY_ACCESS);
	const struct table *parent = inherits_from(j, t);
	struct finding *f;

	if (!a || t->r->rls || !table_tenant(t) || t->directory || t->r->extension)
		return;
	if (t->r->npolicies)
		f = open_table(j, RULE_R02, t, a,
			       "its policies do nothing while row-level security is off");
	else if (t->r->is_partition)
		f = open_table(
			j, RULE_R08, t, a,
			"the policies of its root do not apply to a partition that is named");
	else if (parent && parent->r->rls)
		f = open_table(
			j, RULE_R09, t, a,
			"the policies of its parent do not apply to a child that is named");
	else if (has_protected_child(j, t))
		f = open_table(j, RULE_R10, t, a,
			       "through the parent only the parent's policies count");
	else if (t->by_parent)
		f = open_table(j, RULE_R06, t, a, "its parent is protected, it is not");
	else
		f = open_table(j, RULE_R01, t, a, "row-level security is off");
	fix_open(j, t, a, f);
}

/* ---- what cannot have policies ---- */

static bool reads_tenant_table(struct judge *j, const struct relation *r, int depth)
{
	for (const oid *o = r->reads; o && *o && depth < 16; o++) {
		const struct table *b = judge_table(j, *o);

		if (b && ((relation_is_table(b->r) && table_tenant(b) && !b->directory) ||
			  (!relation_is_table(b->r) && reads_tenant_table(j, b->r, depth + 1))))
			return true;
	}
	return false;
}

static void rule_no_policies_possible(struct judge *j, const struct table *t)
{
	const struct actor *a = judge_reacher(j, t, ANY_ACCESS);
	struct subject s = { .relation = t->r };
	struct finding *f = NULL;

	if (!a || t->r->extension)
		return;
	s.role = a->role->name;
	if (t->r->kind == RELATION_MATVIEW && !table_tenant(t) &&
	    reads_tenant_table(j, t->r, 0) && view_gives_figures(j, t->r, 0))
		rule_figures(j, t, a);
	else if (t->r->kind == RELATION_MATVIEW &&
		 (table_tenant(t) || reads_tenant_table(j, t->r, 0)))
		f = judge_find(j, RULE_R11, &s,
			       "%s reads this materialized view, which holds rows of all "
			       "tenants and can have no policies",
			       a->role->name);
	else if (t->r->kind == RELATION_FOREIGN && table_tenant(t))
		f = judge_find(j, RULE_R12, &s,
			       "%s reads this foreign table, where the far side sees the "
			       "mapped user and no tenant",
			       a->role->name);
	if (f)
		judge_revoke(j, t, ANY_ACCESS, "ALL", f);
}

/* ---- the directory ---- */

static bool secret_name(const char *name)
{
	static const char *const words[] = { "secret", "password",    "token", "api_key",
					     "apikey", "private_key", NULL };

	for (size_t i = 0; words[i]; i++)
		if (strstr(name, words[i]))
			return true;
	return false;
}

static void rule_directory(struct judge *j, const struct table *t)
{
	const struct actor *a = judge_reacher(j, t, RIGHT_SELECT);
	struct subject s = { .relation = t->r };
	const char *secret = NULL;
	struct finding *f;

	if (!t->directory || !relation_is_table(t->r) || t->r->rls || !a || !a->application)
		return;
	for (size_t i = 0; i < t->r->ncolumns; i++)
		if (secret_name(t->r->columns[i].name) &&
		    catalog_column_rights(j->catalog, a->role->oid, t->r, &t->r->columns[i]) &
			    RIGHT_SELECT)
			secret = t->r->columns[i].name;
	s.role = a->role->name;
	f = judge_find(j, RULE_R07, &s, "%s reads the list of all tenants%s%s", a->role->name,
		       secret ? ", with " : "", secret ? secret : "");
	judge_evidence(j, f,
		       "relrowsecurity is false on the relation that tenant columns reference");
	if (f && secret)
		f->severity = SEVERITY_BLOCKER;
	fix_open(j, t, a, f);
}

/* ---- what fails closed ---- */

static const struct {
	char command;
	int right;
	const char *word, *clause;
} commands[] = {
	{ 'r', RIGHT_SELECT, "SELECT", "select" },
	{ 'a', RIGHT_INSERT, "INSERT", "insert" },
	{ 'w', RIGHT_UPDATE, "UPDATE", "update" },
	{ 'd', RIGHT_DELETE, "DELETE", "delete" },
};

static bool has_permissive(const struct judge *j, const struct table *t, const struct actor *a,
			   char command)
{
	for (size_t i = 0; i < t->r->npolicies; i++) {
		const struct policy *p = &t->r->policies[i];
		bool named;

		if (p->permissive && (p->command == '*' || p->command == command) &&
		    judge_applies(j, p, a, &named))
			return true;
	}
	return false;
}

/* " TO role" where the policies that let it in name it; nothing where they are for everybody.
 */
static const char *to_whom(struct judge *j, const struct table *t, const struct actor *a)
{
	for (size_t i = 0; i < t->r->npolicies; i++) {
		const struct policy *p = &t->r->policies[i];
		struct buf out = BUF_INIT;
		bool named = false;

		if (!p->permissive || !judge_applies(j, p, a, &named) || !named)
			continue;
		for (const char *const *n = p->roles; *n; n++) {
			buf_adds(&out, out.len ? ", " : " TO ");
			sql_ident(&out, *n);
		}
		const char *text = arena_strdup(j->arena, out.data);

		buf_release(&out);
		return text;
	}
	return NULL;
}

/* Nothing gets out as it is: whether the command is to be opened, and to which rows, is for a
 * person to say.  only_named: what is for everybody was told already, for another role. */
static void choose_missing(struct judge *j, const struct table *t, const struct actor *a,
			   int rights, bool only_named, struct finding *f)
{
	const char *condition = judge_usual_condition(j, t);

	for (size_t c = 0; c < ARRAY_SIZE(commands); c++) {
		struct fix v = { .relation = t->r,
				 .condition = condition,
				 .object = commands[c].word,
				 .tail = to_whom(j, t, a) };
		const char *sentence = arena_printf(j->arena, "if tenants are to %s their rows",
						    commands[c].clause);

		if (!(rights & commands[c].right) || (only_named && !v.tail) ||
		    has_permissive(j, t, a, commands[c].command))
			continue;
		v.policy = arena_printf(j->arena, "tenant_%s%s%s", commands[c].clause,
					v.tail ? "_" : "", v.tail ? a->role->name : "");
		if (condition)
			judge_choose(j, f, sentence,
				     commands[c].command == 'a' ? "policy_for_insert"
								: "policy_for",
				     &v);
		v.role = a->role->name;
		judge_choose(j, f, "if not, the right could be taken", "revoke", &v);
	}
}

/* What is only read has rights that go further than its policies; so has all of Supabase, which
 * grants everything to these and lets policies decide. */
static bool on_purpose(const struct actor *a, bool writes)
{
	return !writes || strcmp(a->role->name, "anon") == 0 ||
	       strcmp(a->role->name, "authenticated") == 0;
}

static void rule_closed(struct judge *j, const struct table *t, size_t actor)
{
	const struct actor *a = &j->actors.v[actor];
	struct subject s = { .relation = t->r, .role = a->role->name };
	size_t restrictive = 0, uncovered = 0, first = 0, granted = 0;
	bool writes = false; /* some are covered */

	if (!t->bound[actor] || catalog_inherits(j->catalog, a->role->oid, t->r->owner_oid))
		return;
	for (size_t i = 0; i < t->r->npolicies; i++)
		restrictive += !t->r->policies[i].permissive;
	for (size_t c = 0; c < ARRAY_SIZE(commands); c++) {
		if (!(t->rights[actor] & commands[c].right))
			continue;
		granted++;
		if (has_permissive(j, t, a, commands[c].command)) {
			writes = writes || c > 0;
			continue;
		}
		first = uncovered++ ? first : c;
	}
	if (!granted || !uncovered)
		return;
	if (t->r->npolicies == 0 || (uncovered == granted && restrictive == t->r->npolicies)) {
		struct finding *f = judge_find(
			j, t->r->npolicies ? RULE_R36 : RULE_R35, &s,
			"%s has rights here and sees no row: there is no permissive policy",
			a->role->name);
		const char *condition = judge_sound_condition(j, t);
		struct fix v = { .relation = t->r, .condition = condition };

		v.policy = arena_printf(j->arena, "%s_tenant_isolation", t->r->name);
		if (f && condition && t->r->npolicies)
			judge_fix(j, "policy", &v);
		else if (f && condition) /* who is shown nothing may be meant to be */
			judge_choose(j, f, "if tenants are to be shown their rows", "policy", &v);
		judge_fixed(j, f);
		return;
	}
	/* A role that no policy is for was left out on purpose; one that some are for was
	 * forgotten. */
	if (uncovered == granted)
		return;
	s.policy = commands[first].clause;
	struct finding *f =
		judge_find(j, RULE_R37, &s, "%s may %s here, but no policy covers it",
			   a->role->name, commands[first].word);
	struct finding *old = f ? NULL : judge_found(j, RULE_R37, &s);

	if (f) {
		f->policy = NULL;
		f->severity = on_purpose(a, writes) ? SEVERITY_INFO : f->severity;
	}
	judge_evidence(j, f, "%s",
		       commands[first].command == 'a' ? "INSERT raises 42501"
						      : "it does nothing, silently");
	choose_missing(j, t, a, t->rights[actor], !f, f ? f : old);
}

/* ---- the tenant column ---- */

static bool checked_not_null(const struct table *t)
{
	for (size_t i = 0; i < t->r->nchecks; i++)
		if (strstr(t->r->checks[i].definition, "IS NOT NULL") &&
		    mentions_word(t->r->checks[i].definition, t->tenant))
			return true;
	return false;
}

/* That all may write them too is said by rule R19, and once that is mended they are read as
 * before. */
bool judge_null_shared(const struct table *t)
{
	for (size_t i = 0; i < t->r->npolicies; i++)
		if (strchr("*r", t->r->policies[i].command) &&
		    t->policies[i].using_verdict.reasons & OPEN_NULL_TENANT)
			return true;
	return false;
}

/* Whose a row is says a person's column: the tenant's is told beside it, as where it came from.
 */
static bool goes_by_person(const struct table *t)
{
	for (size_t i = 0; i < t->r->npolicies; i++) {
		const struct judged *g = &t->policies[i];

		if (g->policy->permissive &&
		    ((g->using_expr && g->using_verdict.reasons != OPEN_PERSONAL) ||
		     (g->check_expr && g->check_verdict.reasons != OPEN_PERSONAL)))
			return false;
	}
	return t->r->rls && t->r->npolicies > 0;
}

static void rule_nullable(struct judge *j, const struct table *t)
{
	const struct column *c =
		t->tenant && !t->directory ? relation_column(t->r, t->tenant) : NULL;
	struct subject s = { .relation = t->r };
	struct fix v = { .relation = t->r, .column = t->tenant };
	struct finding *f;

	if (!c || c->not_null || !relation_is_table(t->r) || t->r->is_partition ||
	    t->r->extension || checked_not_null(t) || judge_null_shared(t) ||
	    goes_by_person(t) || !judge_reacher(j, t, ANY_ACCESS))
		return;
	f = judge_find(j, RULE_R85, &s, "%s may be null: such rows belong to nobody",
		       t->tenant);
	/* Rows that are wrong already must not stand in the way of what keeps new ones out. */
	v.name = arena_printf(j->arena, "%s_%s_not_null", t->r->name, t->tenant);
	judge_fix(j, "check_not_null", &v);
	judge_fixed(j, f);
}

static void rule_unknown(struct judge *j, const struct table *t)
{
	struct subject s = { .relation = t->r };

	if (t->r->locked)
		judge_find(j, RULE_R90, &s,
			   "the table was locked while the catalog was read: its policies are "
			   "unknown");
	for (size_t i = 0; i < t->r->npolicies && table_tenant(t); i++) {
		s.policy = t->r->policies[i].name;
		if (t->policies[i].using_verdict.level == CLAUSE_UNKNOWN ||
		    t->policies[i].check_verdict.level == CLAUSE_UNKNOWN)
			judge_evidence(j,
				       judge_find(j, RULE_R90, &s,
						  "the policy's text is not understood: look "
						  "at it yourself"),
				       "%s",
				       t->r->policies[i].using_expr
					       ? t->r->policies[i].using_expr
					       : t->r->policies[i].check_expr);
	}
}

void rules_tables(struct judge *j)
{
	for (size_t i = 0; i < j->ntables; i++) {
		const struct table *t = &j->tables[i];

		if (t->r->temporary || t->r->extension)
			continue;
		rule_no_policies_possible(j, t);
		if (!relation_is_table(t->r))
			continue;
		rule_off(j, t);
		rule_owner(j, t);
		rule_not_forced(j, t);
		rule_directory(j, t);
		rule_nullable(j, t);
		rule_tenant_default(j, t);
		rule_unknown(j, t);
		rule_kind_alone(j, t);
		rule_topics(j, t);
		for (size_t a = 0; t->r->rls && a < j->actors.len; a++)
			rule_closed(j, t, a);
	}
}
