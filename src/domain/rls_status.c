/* SPDX-License-Identifier: MIT */
/*
 * How isolation stands, relation by relation, and what one role sees of one relation in plain
 * sentences.
 */
#include <string.h>

#include "rls_priv.h"

/* ---- status ---- */

/* Keys (R80 and on) tell of other tenants, the rules before show their rows. */
static bool shows_rows(const struct finding *f)
{
	return f->id[0] == 'R' && f->severity >= SEVERITY_MEDIUM && f->id[1] < '8';
}

static void count_findings(struct rls_status *s, const struct findings *f)
{
	s->isolated = true;
	for (size_t i = 0; i < f->list.len; i++) {
		const struct finding *x = &f->list.v[i];

		if (x->relation != s->relation->oid || x->severity == SEVERITY_INFO)
			continue;
		s->findings++;
		if (shows_rows(x))
			s->isolated = false;
	}
}

static const char *covered(const struct relation *r, struct arena *arena)
{
	static const struct {
		char command;
		const char *word;
	} commands[] = {
		{ 'r', "select" }, { 'a', "insert" }, { 'w', "update" }, { 'd', "delete" }
	};
	struct buf out = BUF_INIT;

	for (size_t c = 0; c < ARRAY_SIZE(commands); c++)
		for (size_t p = 0; p < r->npolicies; p++)
			if (r->policies[p].permissive &&
			    (r->policies[p].command == '*' ||
			     r->policies[p].command == commands[c].command)) {
				buf_adds(&out, out.len ? " " : "");
				buf_adds(&out, commands[c].word);
				break;
			}
	const char *text = arena_strdup(arena, out.data);

	buf_release(&out);
	return text;
}

static void count_policies(const struct judge *j, const struct table *t, const struct actor *a,
			   char command, size_t *permissive, size_t *restrictive)
{
	*permissive = *restrictive = 0;
	for (size_t p = 0; p < t->r->npolicies; p++) {
		const struct policy *x = &t->r->policies[p];
		bool named;

		if (!judge_applies(j, x, a, &named) ||
		    (x->command != '*' && x->command != command))
			continue;
		*permissive += x->permissive;
		*restrictive += !x->permissive;
	}
}

/* The commands that each role may use and that a policy admits: "app: select insert". */
static const char *coverage(const struct judge *j, const struct table *t, struct arena *arena)
{
	static const struct {
		char command;
		int right;
		const char *word;
	} commands[] = { { 'r', RIGHT_SELECT, " select" },
			 { 'a', RIGHT_INSERT, " insert" },
			 { 'w', RIGHT_UPDATE, " update" },
			 { 'd', RIGHT_DELETE, " delete" } };
	struct buf out = BUF_INIT;
	const char *text;

	for (size_t a = 0; a < j->actors.len; a++) {
		const struct actor *x = &j->actors.v[a];
		bool any = false;

		if (!(t->rights[a] &
		      (RIGHT_SELECT | RIGHT_INSERT | RIGHT_UPDATE | RIGHT_DELETE)))
			continue;
		buf_addf(&out, "%s%s:", out.len ? "; " : "", x->role->name);
		for (size_t c = 0; c < ARRAY_SIZE(commands); c++) {
			size_t permissive, restrictive;

			count_policies(j, t, x, commands[c].command, &permissive, &restrictive);
			if (!(t->rights[a] & commands[c].right) || (t->bound[a] && !permissive))
				continue;
			buf_adds(&out, commands[c].word);
			any = true;
		}
		buf_adds(&out, !any ? " nothing" : t->bound[a] ? "" : " (not bound)");
	}
	text = out.len ? arena_strdup(arena, out.data) : NULL;
	buf_release(&out);
	return text;
}

static const char *said(const struct table *t, struct arena *arena)
{
	struct buf out = BUF_INIT;

	for (size_t p = 0; p < t->r->npolicies; p++) {
		const struct judged *g = &t->policies[p];

		if (p)
			buf_adds(&out, "; ");
		if (!g->policy->permissive)
			buf_adds(&out, "and only if ");
		expr_readable(&out, g->using_expr ? g->using_expr : g->check_expr);
	}
	const char *text = out.len ? arena_strdup(arena, out.data) : NULL;

	buf_release(&out);
	return text;
}

/* What holds tenants' rows, has policies, or is a view that shows somebody's. */
static bool is_listed(const struct table *t, const struct map *found)
{
	char key[16];

	snprintf(key, sizeof key, "%u", t->r->oid);
	return !t->r->extension && !t->r->temporary &&
	       (table_tenant(t) || t->directory || t->r->rls ||
		(!relation_is_table(t->r) && map_has(found, key)));
}

/* Relations with a finding above info, by oid. */
static struct map *found_relations(const struct findings *f)
{
	struct map *found = map_new(NULL);
	char key[16];

	for (size_t i = 0; i < f->list.len; i++) {
		snprintf(key, sizeof key, "%u", f->list.v[i].relation);
		if (f->list.v[i].severity > SEVERITY_INFO)
			map_set(found, key, (void *)(uintptr_t)&f->list.v[i]);
	}
	return found;
}

const struct rls_status *rls_statuses(const struct rls_input *in, const struct findings *f,
				      struct arena *arena, size_t *n)
{
	struct rls_status *list;
	struct map *found = found_relations(f);
	struct judge j;

	judge_init(&j, in);
	list = arena_array(arena, j.ntables, sizeof *list);
	*n = 0;
	for (size_t i = 0; i < j.ntables; i++) {
		const struct table *t = &j.tables[i];
		struct rls_status *s = &list[*n];
		const struct index *x = NULL;

		if (!is_listed(t, found))
			continue;
		++*n;
		if (t->attnum)
			x = relation_index_leading(t->r, &t->attnum, 1);
		*s = (struct rls_status){
			.relation = t->r,
			.tenant_column =
				t->tenant ? relation_column(t->r, t->tenant)->name : NULL,
			.index = x ? x->name : NULL,
			.commands = covered(t->r, arena),
			.coverage = coverage(&j, t, arena),
			.readable = said(t, arena)
		};
		count_findings(s, f);
	}
	judge_release(&j);
	map_free(&found);
	findings_free(&j.out);
	return list;
}

/* ---- explanation ---- */

static const char *command_word(char command)
{
	switch (command) {
	case 'r':
		return "SELECT";
	case 'a':
		return "INSERT";
	case 'w':
		return "UPDATE";
	case 'd':
		return "DELETE";
	default:
		return "every command";
	}
}

/* What the policy lets one do with the rows that its USING names. */
static const char *deed(char command)
{
	return command == 'w' ? "change" : command == 'd' ? "delete" : "see";
}

static void say_using(struct buf *out, const struct judged *g)
{
	const struct policy *p = g->policy;

	if (p->permissive)
		buf_addf(out, "lets it %s rows where ", deed(p->command));
	else if (p->command == 'w' || p->command == 'd')
		buf_addf(out, "keeps it from rows that it would %s unless ", deed(p->command));
	else
		buf_adds(out, "hides rows unless ");
	expr_readable(out, g->using_expr);
}

static void say_check(struct buf *out, const struct judged *g)
{
	if (g->using_expr)
		buf_adds(out, g->policy->permissive ? ", and write rows where "
						    : ", and refuses to write rows unless ");
	else
		buf_adds(out, g->policy->permissive ? "lets it write rows where "
						    : "refuses to write rows unless ");
	expr_readable(out, g->check_expr);
}

static void say_policy(struct buf *out, const struct judged *g, bool applies)
{
	const struct policy *p = g->policy;
	bool check =
		p->check_expr && (!g->using_expr || !expr_equal(g->using_expr, g->check_expr));

	buf_addf(out, "Policy %s (%s, for %s) ", p->name,
		 p->permissive ? "permissive" : "restrictive", command_word(p->command));
	if (!applies) {
		buf_adds(out, "does not apply to it: it is for");
		for (const char *const *r = p->roles; *r; r++)
			buf_addf(out, "%s %s", r == p->roles ? "" : ",", *r);
		buf_adds(out, ".\n");
		return;
	}
	if (g->using_expr)
		say_using(out, g);
	if (check)
		say_check(out, g);
	if (!g->using_expr && !check)
		buf_adds(out, p->permissive ? "has no condition, and admits nothing"
					    : "has no condition, and takes nothing away");
	buf_adds(out, ".\n");
}

static void say_sum(struct buf *out, const struct judge *j, const struct table *t,
		    const struct actor *a, int rights)
{
	static const struct {
		char command;
		int right;
		const char *outcome;
	} writes[] = {
		{ 'a', RIGHT_INSERT, "every new row is refused" },
		{ 'w', RIGHT_UPDATE, "no row is changed, silently" },
		{ 'd', RIGHT_DELETE, "no row is deleted, silently" },
	};
	size_t permissive, restrictive;

	count_policies(j, t, a, 'r', &permissive, &restrictive);
	if (!(rights & RIGHT_SELECT))
		buf_addf(out, "It has no right to SELECT from %s.%s: it sees no row.\n",
			 t->r->schema, t->r->name);
	else if (!permissive)
		buf_adds(out, "No permissive policy for SELECT applies: it sees no row.\n");
	else
		buf_addf(out, "It sees a row when %s%s.\n",
			 permissive > 1 ? "any of the permissive policies admits it"
					: "the permissive policy admits it",
			 restrictive > 1    ? " and every restrictive one does"
			 : restrictive == 1 ? " and the restrictive one does"
					    : "");
	for (size_t i = 0; i < ARRAY_SIZE(writes); i++) {
		count_policies(j, t, a, writes[i].command, &permissive, &restrictive);
		if (rights & writes[i].right && !permissive)
			buf_addf(out, "It may %s, but no permissive policy covers that: %s.\n",
				 command_word(writes[i].command), writes[i].outcome);
	}
}

/* Attributes are never inherited: one must become the role. */
static void say_path(struct buf *out, const struct judge *j, const struct role *role,
		     const struct role *target)
{
	if (role != target && catalog_can_set(j->catalog, role->oid, target->oid))
		buf_addf(out, "%s can become %s, whom no policy binds.\n", role->name,
			 target->name);
}

char *rls_explain(const struct rls_input *in, const struct relation *r, const struct role *role)
{
	struct buf out = BUF_INIT;
	struct judge j;
	struct actor a = { .role = role };
	const struct table *t;
	int rights;

	judge_init(&j, in);
	t = judge_table(&j, r->oid);
	rights = catalog_rights(j.catalog, role->oid, r);
	if (!rights)
		buf_addf(&out, "%s has no right on %s.%s.\n", role->name, r->schema, r->name);
	else if (role->superuser || role->bypassrls)
		buf_addf(&out, "%s %s: no policy binds it, it sees every row.\n", role->name,
			 role->superuser ? "is a superuser" : "has BYPASSRLS");
	else if (!relation_is_table(r))
		buf_addf(&out,
			 "%s.%s is no table: it has no policies of its own; those of the "
			 "tables below bind %s.\n",
			 r->schema, r->name,
			 r->kind == RELATION_VIEW && r->security_invoker ? "whoever reads it"
									 : "its owner");
	else if (!r->rls)
		buf_addf(&out, "Row-level security is off on %s.%s: %s sees every row.\n",
			 r->schema, r->name, role->name);
	else if (!catalog_bound(j.catalog, role->oid, r))
		buf_addf(&out,
			 "%s owns %s.%s or inherits its owner, and row-level security is not "
			 "forced: it sees every row.\n",
			 role->name, r->schema, r->name);
	else if (t) {
		for (size_t p = 0; p < r->npolicies; p++) {
			bool named;

			say_policy(&out, &t->policies[p],
				   judge_applies(&j, &r->policies[p], &a, &named));
		}
		say_sum(&out, &j, t, &a, rights);
	}
	for (size_t i = 0; i < catalog_roles(j.catalog); i++) {
		const struct role *other = catalog_role_at(j.catalog, i);

		if (other->superuser || other->bypassrls)
			say_path(&out, &j, role, other);
	}
	judge_release(&j);
	findings_free(&j.out);
	return buf_detach(&out);
}
