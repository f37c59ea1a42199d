/* SPDX-License-Identifier: MIT */
/*
 * What a role sees of a relation, in plain sentences; of a view what lies below it.
 */
#include <string.h>

#include "rls_priv.h"

enum { DEEPEST = 8 }; /* views over views */

/* ---- one policy ---- */

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

	if (p->permissive && expr_is_true(g->using_expr)) {
		buf_addf(out, "lets it %s every row", deed(p->command));
		return;
	}
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
	if (g->policy->permissive && expr_is_true(g->check_expr)) {
		buf_addf(out, "%slets it write any row", g->using_expr ? ", and " : "");
		return;
	}
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

/* ---- their sum ---- */

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

	judge_count(j, t, a, 'r', &permissive, &restrictive);
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
		judge_count(j, t, a, writes[i].command, &permissive, &restrictive);
		if (rights & writes[i].right && !permissive)
			buf_addf(out, "It may %s, but no permissive policy covers that: %s.\n",
				 command_word(writes[i].command), writes[i].outcome);
	}
}

/* Attributes are never inherited: one must become the role. */
static void say_paths(struct buf *out, const struct catalog *c, const struct role *role)
{
	for (size_t i = 0; i < catalog_roles(c); i++) {
		const struct role *other = catalog_role_at(c, i);

		if ((other->superuser || other->bypassrls) && other != role &&
		    catalog_can_set(c, role->oid, other->oid))
			buf_addf(out, "%s can become %s, whom no policy binds.\n", role->name,
				 other->name);
	}
}

static const char *owns(const struct relation *r, const struct role *role)
{
	return role->oid == r->owner_oid ? "owns" : "inherits the owner of";
}

static void say_owner(struct buf *out, const struct catalog *c, const struct relation *r,
		      const struct role *role)
{
	if (catalog_inherits(c, role->oid, r->owner_oid))
		buf_addf(out, "It %s %s.%s, and can turn row-level security off.\n",
			 owns(r, role), r->schema, r->name);
}

/* ---- one relation ---- */

static const char *no_policy_binds(const struct role *role)
{
	return role->superuser ? "is a superuser" : role->bypassrls ? "has BYPASSRLS" : NULL;
}

static void say_policies(struct buf *out, struct judge *j, const struct relation *r,
			 const struct role *role)
{
	const struct table *t = judge_table(j, r->oid);
	const struct actor a = { .role = role };

	for (size_t p = 0; t && p < r->npolicies; p++) {
		bool named;

		say_policy(out, &t->policies[p], judge_applies(j, &r->policies[p], &a, &named));
	}
	if (t)
		say_sum(out, j, t, &a, catalog_rights(j->catalog, role->oid, r));
	say_owner(out, j->catalog, r, role);
}

static void say_relation(struct buf *out, struct judge *j, const struct relation *r,
			 const struct role *role, int depth);

/* What a view reads, two columns further in. */
static void say_below(struct buf *out, struct judge *j, const struct relation *v,
		      const struct role *role, int depth)
{
	for (size_t i = 0; v->reads && v->reads[i]; i++) {
		const struct relation *r = catalog_relation(j->catalog, v->reads[i]);
		struct buf text = BUF_INIT;

		if (!r)
			continue;
		buf_addf(out, "%s.%s below it, as %s:\n", r->schema, r->name, role->name);
		say_relation(&text, j, r, role, depth + 1);
		for (const char *s = text.data; s && *s;) {
			size_t n = strcspn(s, "\n");

			buf_addf(out, "  %.*s\n", (int)n, s);
			s += n + (s[n] == '\n');
		}
		buf_release(&text);
	}
}

static void say_view(struct buf *out, struct judge *j, const struct relation *r,
		     const struct role *role, int depth)
{
	const struct role *owner = catalog_role_oid(j->catalog, r->owner_oid), *reader = role;
	const char *why;

	if (r->security_invoker) {
		buf_addf(out, "%s.%s is a view that reads with the rights of whoever asks.\n",
			 r->schema, r->name);
	} else {
		buf_addf(out, "%s.%s is a view that reads with the rights of its owner, %s.\n",
			 r->schema, r->name, r->owner);
		reader = owner;
	}
	why = reader ? no_policy_binds(reader) : NULL;
	if (why)
		buf_addf(out,
			 "%s %s: no policy binds it, so the view shows all rows that its query "
			 "takes.\n",
			 reader->name, why);
	else if (reader && depth < DEEPEST)
		say_below(out, j, r, reader, depth);
}

static void say_relation(struct buf *out, struct judge *j, const struct relation *r,
			 const struct role *role, int depth)
{
	if (!catalog_rights(j->catalog, role->oid, r))
		buf_addf(out, "%s has no right on %s.%s.\n", role->name, r->schema, r->name);
	else if (r->kind == RELATION_VIEW)
		say_view(out, j, r, role, depth);
	else if (r->kind == RELATION_MATVIEW)
		buf_addf(out,
			 "%s.%s is a materialized view: it keeps what its owner, %s, saw when it "
			 "was refreshed, and no policy binds whoever reads it.\n",
			 r->schema, r->name, r->owner);
	else if (!relation_is_table(r))
		buf_addf(out,
			 "%s.%s is a foreign table: no policy of this database binds whoever "
			 "reads it.\n",
			 r->schema, r->name);
	else if (no_policy_binds(role))
		buf_addf(out, "%s %s: no policy binds it, it sees every row.\n", role->name,
			 no_policy_binds(role));
	else if (!r->rls)
		buf_addf(out, "Row-level security is off on %s.%s: %s sees every row.\n",
			 r->schema, r->name, role->name);
	else if (!catalog_bound(j->catalog, role->oid, r))
		buf_addf(out,
			 "%s %s %s.%s, where row-level security is not forced: it sees every "
			 "row.\n",
			 role->name, owns(r, role), r->schema, r->name);
	else
		say_policies(out, j, r, role);
}

static void say_role(struct buf *out, struct judge *j, const struct relation *r,
		     const struct role *role)
{
	say_relation(out, j, r, role, 0);
	if (!no_policy_binds(role))
		say_paths(out, j->catalog, role);
}

/* ---- the roles that have rights there ---- */

static bool stands_for(const struct actor *x, const struct role *role)
{
	for (size_t i = 0; x->same && x->same[i]; i++)
		if (x->same[i] == role)
			return true;
	return x->role == role;
}

/* role, and whoever is like it; x: its actor, NULL: nobody is. */
static void say_as(struct buf *out, const struct role *role, const struct actor *x)
{
	buf_addf(out, "%sAs %s", out->len ? "\n" : "", role->name);
	if (x && x->role != role)
		buf_addf(out, ", %s", x->role->name);
	for (size_t i = 0; x && x->same && x->same[i]; i++)
		if (x->same[i] != role)
			buf_addf(out, ", %s", x->same[i]->name);
	buf_adds(out, ":\n");
}

static const struct actor *actor_of(const struct judge *j, const struct role *role)
{
	for (size_t i = 0; i < j->actors.len; i++)
		if (stands_for(&j->actors.v[i], role))
			return &j->actors.v[i];
	return NULL;
}

static void say_others(struct buf *out, struct judge *j, const struct relation *r,
		       const struct role *self)
{
	for (size_t i = 0; i < j->actors.len; i++) {
		const struct actor *x = &j->actors.v[i];

		if (x->role->superuser || stands_for(x, self) ||
		    !catalog_rights(j->catalog, x->role->oid, r))
			continue;
		say_as(out, x->role, x);
		say_role(out, j, r, x->role);
	}
}

char *rls_explain(const struct rls_input *in, const struct relation *r, const struct role *role,
		  bool others)
{
	struct buf out = BUF_INIT;
	struct judge j;

	judge_init(&j, in);
	if (others)
		say_as(&out, role, actor_of(&j, role));
	say_role(&out, &j, r, role);
	if (others)
		say_others(&out, &j, r, role);
	judge_release(&j);
	findings_free(&j.out);
	return buf_detach(&out);
}
