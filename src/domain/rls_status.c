/* SPDX-License-Identifier: MIT */
/*
 * How isolation stands, relation by relation.
 */
#include <string.h>

#include "rls_priv.h"

/* ---- status ---- */

static bool is_rule(const struct finding *f, const char *number)
{
	return strncmp(f->id, number, 3) == 0 && f->id[3] == '-';
}

/* Rules that show no rows of others and change none: keys tell of other tenants, and grants
 * beside those of rows are no question of policies. */
static bool shows_rows(const struct finding *f)
{
	static const char *const others[] = { "R45", "R46", "R47", "R80", "R82", "R83", "R84" };

	if (f->id[0] != 'R' || f->severity < SEVERITY_MEDIUM)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (is_rule(f, others[i]))
			return false;
	return true;
}

/* What was found of one relation; infos do not count. */
struct found {
	size_t n;
	enum severity worst;
	bool shown;   /* rows of other tenants are */
	bool unknown; /* something of it could not be judged */
};

static const struct found *found_of(const struct map *found, const struct relation *r)
{
	char key[16];

	snprintf(key, sizeof key, "%u", r->oid);
	return map_get(found, key);
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

void judge_count(const struct judge *j, const struct table *t, const struct actor *a, char command,
		 size_t *permissive, size_t *restrictive)
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

/* " select insert": what of its rights an actor has by the policies of t. */
static void put_words(struct buf *out, const struct judge *j, const struct table *t, size_t a)
{
	static const struct {
		char command;
		int right;
		const char *word;
	} commands[] = { { 'r', RIGHT_SELECT, " select" },
			 { 'a', RIGHT_INSERT, " insert" },
			 { 'w', RIGHT_UPDATE, " update" },
			 { 'd', RIGHT_DELETE, " delete" } };

	for (size_t c = 0; c < ARRAY_SIZE(commands); c++) {
		size_t permissive, restrictive;

		judge_count(j, t, &j->actors.v[a], commands[c].command, &permissive,
			    &restrictive);
		if (t->rights[a] & commands[c].right && (!t->bound[a] || permissive))
			buf_adds(out, commands[c].word);
	}
}

static bool has_rights(const struct table *t, size_t a)
{
	return t->rights[a] & (RIGHT_SELECT | RIGHT_INSERT | RIGHT_UPDATE | RIGHT_DELETE);
}

/* The commands that each role may use and that a policy admits: "app: select insert".  root, of a
 * partition: whoever has no right to it by its own name comes through that. */
static const char *coverage(const struct judge *j, const struct table *t,
			    const struct table *root, struct arena *arena)
{
	struct buf out = BUF_INIT;
	const char *text;

	for (size_t a = 0; a < j->actors.len; a++) {
		const struct table *by = has_rights(t, a) || !root ? t : root;
		size_t before;

		if (!has_rights(by, a))
			continue;
		buf_addf(&out, "%s%s:", out.len ? "; " : "", j->actors.v[a].role->name);
		before = out.len;
		put_words(&out, j, by, a);
		/* Whether a view binds is told by whose rights it reads with. */
		buf_adds(&out, out.len == before			    ? " nothing"
			       : by->bound[a] || t->r->kind == RELATION_VIEW ? ""
									     : " (not bound)");
		if (by != t)
			buf_addf(&out, " (through %s.%s)", by->r->schema, by->r->name);
	}
	text = out.len ? arena_strdup(arena, out.data) : NULL;
	buf_release(&out);
	return text;
}

/* The partitioned table at the top, through which its rows are reached too; NULL: it is no
 * partition. */
static const struct table *root_of(const struct judge *j, const struct table *t)
{
	const struct table *root = NULL;

	while (t && t->r->is_partition && (t = judge_table(j, t->r->parent)) != NULL)
		root = t;
	return root;
}

/* Of what can have no policies. */
static const char *whose_rights(const struct relation *r, struct arena *arena)
{
	if (r->kind == RELATION_VIEW && r->security_invoker)
		return "reads with the rights of whoever asks (security_invoker)";
	if (r->kind == RELATION_VIEW)
		return arena_printf(arena, "reads with the rights of its owner, %s", r->owner);
	if (r->kind == RELATION_MATVIEW)
		return arena_printf(arena, "keeps what its owner, %s, saw", r->owner);
	return "no policy of this database binds whoever reads it";
}

static const char *said(const struct table *t, struct arena *arena)
{
	struct buf out = BUF_INIT;

	if (!relation_is_table(t->r))
		return whose_rights(t->r, arena);
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

/* Of a partition without policies of its own those of its root are told, and which it is: by the
 * partition's own name they do not hold. */
static const char *through(const struct table *root, const char *text, struct arena *arena)
{
	return text && *text ? arena_printf(arena, "through %s.%s: %s", root->r->schema,
					    root->r->name, text)
			     : text;
}

static const char *commands(const struct table *t, const struct table *root,
			    struct arena *arena)
{
	return root && !t->r->npolicies ? through(root, covered(root->r, arena), arena)
					: covered(t->r, arena);
}

static const char *condition(const struct table *t, const struct table *root,
			     struct arena *arena)
{
	return root && !t->r->npolicies ? through(root, said(root, arena), arena)
					: said(t, arena);
}

/* What holds tenants' rows, has policies, or is a view that shows somebody's. */
static bool is_listed(const struct table *t, const struct found *here)
{
	return !t->r->extension && !t->r->temporary &&
	       (table_tenant(t) || t->directory || t->r->rls ||
		(!relation_is_table(t->r) && here && here->n));
}

/* Of a table whose rows nobody says to be a tenant's, nothing is found, and so nothing is known. */
static bool is_judged(const struct table *t, const struct found *here)
{
	if (here && here->shown)
		return true;
	return (table_tenant(t) || t->directory || !relation_is_table(t->r)) &&
	       !(here && here->unknown);
}

/* By oid; of ten thousand relations none is searched for. */
static struct map *found_relations(const struct findings *f, struct arena *arena)
{
	struct map *all = map_new(NULL);
	char key[16];

	for (size_t i = 0; i < f->list.len; i++) {
		const struct finding *x = &f->list.v[i];
		struct found *here;

		if (!x->relation || (x->severity == SEVERITY_INFO && !is_rule(x, "R90")))
			continue;
		snprintf(key, sizeof key, "%u", x->relation);
		here = map_get(all, key);
		if (!here) {
			here = arena_alloc(arena, sizeof *here);
			*here = (struct found){ 0 };
			map_set(all, key, here);
		}
		here->unknown = here->unknown || is_rule(x, "R90");
		here->n += x->severity > SEVERITY_INFO;
		here->worst = x->severity > here->worst ? x->severity : here->worst;
		here->shown = here->shown || shows_rows(x);
	}
	return all;
}

enum passing { PASSES_NOTHING, PASSES_MAYBE, PASSES_ON };

/* Does it show what is shown of a table that it reads?  It does not if it asks for the tenant
 * itself; of a view with its reader's rights the text is not known. */
static enum passing passes_on(struct judge *j, const struct map *found, const struct relation *v,
			      int depth)
{
	enum { BELOW = 16 };
	enum passing worst = PASSES_NOTHING;

	const oid *o = v->kind == RELATION_VIEW && depth < BELOW ? v->reads : NULL;

	for (; o && *o; o++) {
		const struct table *b = judge_table(j, *o);
		const struct found *here = b ? found_of(found, b->r) : NULL;
		enum passing below = here && here->shown ? PASSES_ON
				     : b		 ? passes_on(j, found, b->r, depth + 1)
							 : PASSES_NOTHING;

		if (below && !view_query(j, v))
			below = PASSES_MAYBE;
		else if (below && (view_binds(j, v, b->r) || view_gives_figures(j, v, 0)))
			below = PASSES_NOTHING;
		worst = below > worst ? below : worst;
	}
	return worst;
}

const struct rls_status *rls_statuses(const struct rls_input *in, const struct findings *f,
				      struct arena *arena, size_t *n)
{
	struct rls_status *list;
	struct map *found = found_relations(f, arena);
	struct judge j;

	judge_init(&j, in);
	list = arena_array(arena, j.ntables, sizeof *list);
	*n = 0;
	for (size_t i = 0; i < j.ntables; i++) {
		const struct table *t = &j.tables[i];
		struct rls_status *s = &list[*n];
		const struct found *here = found_of(found, t->r);
		const struct table *root = root_of(&j, t);
		const struct index *x = NULL;

		enum passing passing = PASSES_NOTHING;

		if (!is_listed(t, here))
			continue;
		++*n;
		if (judge_reacher(&j, t, RIGHT_SELECT))
			passing = passes_on(&j, found, t->r, 0);
		if (t->attnum)
			x = relation_index_leading(t->r, &t->attnum, 1);
		*s = (struct rls_status){
			.relation = t->r,
			.tenant_column =
				t->tenant ? relation_column(t->r, t->tenant)->name : NULL,
			.index = x ? x->name : NULL,
			.commands = relation_is_table(t->r) ? commands(t, root, arena) : NULL,
			.coverage = coverage(&j, t, root, arena),
			.readable = condition(t, root, arena),
			.findings = here ? here->n : 0,
			.worst = here ? here->worst : SEVERITY_INFO,
			.isolated = !(here && here->shown) && passing != PASSES_ON,
			.judged = is_judged(t, here) &&
				  ((here && here->shown) || passing != PASSES_MAYBE),
		};
	}
	judge_release(&j);
	map_free(&found);
	findings_free(&j.out);
	return list;
}
