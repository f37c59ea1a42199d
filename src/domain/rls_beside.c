/* SPDX-License-Identifier: MIT */
/*
 * What stands beside the tables and reaches their rows with other rights than the caller's:
 * triggers, rules, publications and user mappings.
 */
#include <string.h>
#include <strings.h>

#include "rls_clause_priv.h"
#include "rls_priv.h"

/* The trigger's function writes the row as a whole. */
static bool copies_whole(const struct function *f, const struct relation *to)
{
	static const char *const calls[] = { "to_jsonb", "to_json", "row_to_json", "hstore",
					     NULL };

	if (!find_word(f->body, "insert") || !mentions_relation(f->body, to))
		return false;
	for (size_t i = 0; calls[i]; i++)
		for (const char *at = f->body; (at = find_word(at, calls[i])) != NULL; at++) {
			const char *s = at + strlen(calls[i]);

			s += strspn(s, " (");
			if (strncasecmp(s, "new)", 4) == 0 || strncasecmp(s, "old)", 4) == 0)
				return true;
		}
	return find_word(f->body, "new.*") || find_word(f->body, "old.*") ||
	       find_word(f->body, "new::text") || find_word(f->body, "old::text");
}

/* A log of all tables, of which nobody can say whose its rows are. */
static void rule_log(struct judge *j, const struct table *t, const struct trigger *g,
		     const struct function *f)
{
	struct subject s = { .relation = t->r };

	for (size_t i = 0; i < j->ntables; i++) {
		const struct table *to = &j->tables[i];
		const struct actor *a;
		struct finding *found;

		if (to == t || table_tenant(to) || to->r->rls || !relation_is_table(to->r) ||
		    to->r->extension || !copies_whole(f, to->r) ||
		    !(a = judge_reacher(j, to, RIGHT_SELECT)))
			continue;
		s.role = a->role->name;
		found = judge_find(j, RULE_R69, &s,
				   "trigger %s copies whole rows to %s, where %s reads those "
				   "of all tenants",
				   g->name, judge_name(j, to->r), a->role->name);
		judge_evidence(j, found,
			       "%s has no tenant column, and row-level security is off there",
			       judge_name(j, to->r));
		judge_revoke(j, to, RIGHT_SELECT, "SELECT", found);
	}
}

static void rule_trigger(struct judge *j, const struct table *t, const struct trigger *g)
{
	const struct function *f = catalog_function(j->catalog, g->function_oid);
	struct subject s = { .relation = t->r };

	if (!f || !f->body || f->extension)
		return;
	if (table_tenant(t) && g->enabled != 'D')
		rule_log(j, t, g, f);
	if (!f->security_definer)
		return;
	for (size_t i = 0; i < j->ntables; i++) {
		const struct table *to = &j->tables[i];
		const struct actor *a;
		struct finding *found;

		if (to == t || !table_tenant(to) || to->r->rls || !relation_is_table(to->r) ||
		    !mentions_relation(f->body, to->r) ||
		    !(a = judge_reacher(j, to, RIGHT_SELECT)))
			continue;
		s.role = a->role->name;
		found = judge_find(j, RULE_R69, &s,
				   "trigger %s copies rows to %s, where %s reads all tenants",
				   g->name, judge_name(j, to->r), a->role->name);
		judge_evidence(j, found, "%s is SECURITY DEFINER and names it", f->name);
		judge_fix(j, "enable", &(struct fix){ .relation = to->r });
		judge_fixed(j, found);
	}
}

/* INSTEAD OF on a view: nothing checks what it writes but the function itself. */
static void rule_instead(struct judge *j, const struct table *v, const struct trigger *g)
{
	enum { INSTEAD = 64, WRITES = RIGHT_INSERT | RIGHT_UPDATE | RIGHT_DELETE };
	const struct function *f = catalog_function(j->catalog, g->function_oid);
	const struct actor *a = g->type & INSTEAD ? judge_reacher(j, v, WRITES) : NULL;
	const struct table *to;
	struct subject s = { .relation = v->r, .role = a ? a->role->name : NULL };
	struct finding *found;

	if (!a || !f || !f->security_definer || !f->body || f->extension ||
	    code_asks_session(j, f) || !(to = code_unbound_mention(j, f)))
		return;
	found = judge_find(
		j, RULE_R69, &s,
		"by trigger %s %s writes rows of any tenant to %s with the rights of %s",
		g->name, a->role->name, judge_name(j, to->r), f->owner);
	judge_evidence(j, found, "%s is SECURITY DEFINER and asks for no tenant of the session",
		       judge_function_name(j, f));
	judge_fix(j, "invoker_function", &(struct fix){ .object = code_function_sql(j, f) });
	judge_fixed(j, found);
}

static int event_right(char event)
{
	switch (event) {
	case '2':
		return RIGHT_UPDATE;
	case '3':
		return RIGHT_INSERT;
	case '4':
		return RIGHT_DELETE;
	default:
		return RIGHT_SELECT;
	}
}

static void rule_rule(struct judge *j, const struct rls_rule *r)
{
	const struct table *t = judge_table(j, r->relation), *b = judge_table(j, r->touches);
	const struct actor *a = t ? judge_reacher(j, t, event_right(r->event)) : NULL;
	struct subject s = { .relation = t ? t->r : NULL };
	struct finding *f;

	if (!a || !b || !table_tenant(b) || b->directory ||
	    catalog_bound(j->catalog, t->r->owner_oid, b->r))
		return;
	s.role = a->role->name;
	f = judge_find(j, RULE_R70, &s,
		       "by rule %s whoever writes here reaches %s with the rights of %s",
		       r->name, judge_name(j, b->r), t->r->owner);
	judge_evidence(j, f, "%s is bound by no policy of %s", t->r->owner,
		       judge_name(j, b->r));
	judge_fix(j, "drop_rule", &(struct fix){ .relation = t->r, .name = r->name });
	judge_fixed(j, f);
}

/* Only the tenant's own, or what is public. */
static bool is_filtered(struct judge *j, const struct table *t, const char *filter)
{
	return filter && ((t->tenant && mentions_word(filter, t->tenant)) ||
			  clause_says_public(judge_parse(j, filter)));
}

/* A tenant's table that goes out unfiltered by this entry; NULL: none. */
static const struct table *unfiltered(struct judge *j, const struct rls_published *p)
{
	for (size_t i = 0; i < j->ntables; i++) {
		const struct table *t = &j->tables[i];

		if (!p->relation || p->relation == t->r->oid)
			if (table_tenant(t) && !t->directory && relation_is_table(t->r) &&
			    !is_filtered(j, t, p->filter))
				return t;
	}
	return NULL;
}

/* A publication of all tables cannot be narrowed: it is made again, of what is no tenant's. */
static void fix_all_tables(struct judge *j, const struct rls_published *p)
{
	struct buf list = BUF_INIT;

	for (size_t i = 0; i < j->ntables; i++) {
		const struct table *t = &j->tables[i];

		if (!relation_is_table(t->r) || t->r->is_partition || t->r->temporary ||
		    t->r->unlogged || t->r->extension || (table_tenant(t) && !t->directory))
			continue;
		buf_adds(&list, list.len ? ", " : " FOR TABLE ");
		sql_qualified(&list, t->r->schema, t->r->name);
	}
	judge_fix(j, "republish",
		  &(struct fix){ .name = p->publication, .tail = list.data, .object = p->options });
	buf_release(&list);
}

static void fix_published(struct judge *j, size_t from)
{
	const struct rls_published *list = j->in->extras->published.v;
	const char *schema = "";

	if (!list[from].relation)
		fix_all_tables(j, &list[from]);
	for (size_t i = from; i < j->in->extras->published.len; i++) {
		const struct rls_published *p = &list[i];
		const struct table *t = unfiltered(j, p);

		if (!t || !p->relation || strcmp(p->publication, list[from].publication) != 0)
			continue;
		if (!p->schema)
			judge_fix(j, "unpublish",
				  &(struct fix){ .relation = t->r, .name = p->publication });
		else if (strcmp(p->schema, schema) != 0)
			judge_fix(j, "unpublish_schema",
				  &(struct fix){ .name = p->publication, .other = p->schema });
		schema = p->schema ? p->schema : schema;
	}
}

static void rule_published(struct judge *j, size_t at)
{
	const struct rls_published *p = &j->in->extras->published.v[at];
	const struct table *t = unfiltered(j, p);
	struct subject s = { .object = p->publication };
	struct finding *f;

	if (!t)
		return;
	f = judge_find(j, RULE_R72, &s, "it sends the rows of all tenants of %s%s",
		       judge_name(j, t->r), p->relation ? "" : " and of every other table");
	judge_evidence(j, f, "%s%s",
		       p->filter ? "row filter without the tenant: " : "no row filter",
		       p->filter ? p->filter : "");
	if (f)
		fix_published(j, at);
	judge_fixed(j, f);
}

/* The row itself, not a column of it. */
static bool has_row(const char *s, const char *end, const char *row)
{
	for (; (s = find_word(s, row)) != NULL && s < end; s++) {
		const char *behind = s + 3 + strspn(s + 3, " \t\n");

		if (*behind && strchr("),:", *behind))
			return true;
	}
	return false;
}

/* row_to_json(NEW) and its like: all columns at once. */
static bool tells_whole_row(const char *body)
{
	static const char *const makers[] = { "row_to_json", "to_json", "to_jsonb", "hstore",
					      "json_build_object", "jsonb_build_object",
					      "concat", "format", "row", NULL };

	for (size_t i = 0; makers[i]; i++)
		for (const char *at = body; (at = find_word(at, makers[i])) != NULL; at++) {
			const char *s = at + strlen(makers[i]), *end;

			s += strspn(s, " \t\n");
			if (*s != '(')
				continue;
			end = strchr(s, ';');
			if (has_row(s, end ? end : s + strlen(s), "new") ||
			    has_row(s, end ? end : s + strlen(s), "old"))
				return true;
		}
	return false;
}

/* Nobody needs a right to LISTEN. */
static void rule_told(struct judge *j, const struct table *t, const struct trigger *g)
{
	const struct function *f = catalog_function(j->catalog, g->function_oid);
	const struct actor *a = judge_reacher(j, t, RIGHT_SELECT);
	struct subject s = { .relation = t->r };
	struct finding *found;

	if (!f || !f->body || f->extension || !a || !a->application || !table_tenant(t) ||
	    t->directory || !t->r->rls ||
	    (!find_word(f->body, "pg_notify") && !find_word(f->body, "notify")) ||
	    !tells_whole_row(f->body))
		return;
	s.role = a->role->name;
	found = judge_find(j, RULE_R73, &s,
			   "trigger %s sends whole rows to a channel, and any session may listen "
			   "to it",
			   g->name);
	judge_evidence(j, found, "%s calls pg_notify with a row", judge_function_name(j, f));
}

static void rule_triggers(struct judge *j, const struct table *t, const struct trigger *g)
{
	rule_trigger(j, t, g);
	if (g->enabled != 'D')
		rule_told(j, t, g);
	if (t->r->kind == RELATION_VIEW && g->enabled != 'D')
		rule_instead(j, t, g);
}

static bool has_foreign_tables(const struct judge *j)
{
	for (size_t i = 0; i < j->ntables; i++)
		if (j->tables[i].r->kind == RELATION_FOREIGN && table_tenant(&j->tables[i]))
			return true;
	return false;
}

static void rule_mapping(struct judge *j, const struct rls_mapping *m)
{
	const struct role *same = m->user ? catalog_role(j->catalog, m->user) : NULL;
	struct subject s = { .object = m->server };
	struct finding *f;

	if (!has_foreign_tables(j) || !m->user)
		return;
	f = judge_find(j, RULE_R51, &s,
		       "whoever reads a foreign table of this server is %s on the far side",
		       m->user);
	judge_evidence(j, f, "user mapping for PUBLIC");
	if (f && !(same && (same->superuser || same->bypassrls)))
		f->severity = SEVERITY_INFO;
	judge_fix(j, "drop_mapping", &(struct fix){ .name = m->server });
	judge_fixed(j, f);
}

void rules_beside(struct judge *j)
{
	for (size_t i = 0; i < j->ntables; i++)
		for (size_t g = 0; g < j->tables[i].r->ntriggers; g++)
			rule_triggers(j, &j->tables[i], &j->tables[i].r->triggers[g]);
	for (size_t i = 0; i < j->in->extras->rules.len; i++)
		rule_rule(j, &j->in->extras->rules.v[i]);
	for (size_t i = 0; i < j->in->extras->published.len; i++)
		rule_published(j, i);
	for (size_t i = 0; i < j->in->extras->mappings.len; i++)
		rule_mapping(j, &j->in->extras->mappings.v[i]);
}
