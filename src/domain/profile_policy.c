/* SPDX-License-Identifier: MIT */
/* What policies tell about tenants: which column is compared with which setting, through which
 * casts. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "domain/policy_expr.h"
#include "profile_priv.h"

/* The value a column is compared with, as far as it can be followed. */
struct source {
	struct profile *p;
	const struct policy *policy;
	const char *setting, *cast, *function;
	const char *key; /* what the function that is followed is told: claim('tenant'); or NULL */
	struct buf path;
	bool membership, identity;
	bool made; /* a call makes the value out of the setting: string_to_array, split_part */
	int depth;
};

enum { MAX_FOLLOW = 2 };

static void add_path(struct source *s, const char *text, size_t len)
{
	if (s->path.len > 0)
		buf_addc(&s->path, '.');
	buf_add(&s->path, text, len);
}

/* "{a,b}" of #>> */
static void add_path_array(struct source *s, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "{,}\" ");

		if (len > 0)
			add_path(s, text, len);
		text += len;
		if (*text)
			text++;
	}
}

static const char *skip_blanks(const char *p)
{
	while (isspace((unsigned char)*p))
		p++;
	return p;
}

/* A quoted text at p ('x', maybe with a cast behind); its length, and *end behind it. */
static const char *quoted(const char *p, size_t *len, const char **end)
{
	p = skip_blanks(p);
	if (*p != '\'')
		return NULL;
	*len = strcspn(p + 1, "'");
	*end = p + 1 + *len + (p[1 + *len] == '\'');
	return p + 1;
}

/* Steps into JSON anywhere behind the setting: -> 'a' ->> 'b', #>> '{a,b}'. */
static void body_path(struct source *s, const char *p)
{
	for (; *p && *p != ';'; p++) {
		const char *text, *end;
		size_t len;

		if (strncmp(p, "->", 2) == 0) {
			const char *step = skip_blanks(p + 2 + (p[2] == '>'));

			text = quoted(step, &len, &end);
			if (text)
				add_path(s, text, len);
			else if (s->key && (isalpha((unsigned char)*step) || *step == '$'))
				add_path(s, s->key, strlen(s->key)); /* its parameter */
		} else if (strncmp(p, "#>", 2) == 0) {
			text = quoted(p + 2 + (p[2] == '>'), &len, &end);
			if (text)
				add_path_array(s, arena_strndup(s->p->arena, text, len));
		}
	}
}

/* current_setting('…') in source text. Of several the claims object wins over single claims. */
static const char *body_setting(struct arena *a, const char *body, const char **behind)
{
	const char *found = NULL;

	for (const char *p = body; (p = strstr(p, "current_setting"));) {
		const char *text, *end;
		size_t len;

		p = skip_blanks(p + strlen("current_setting"));
		if (*p != '(' || !(text = quoted(p + 1, &len, &end)))
			continue;
		if (!found || (len > 7 && strncmp(text + len - 7, ".claims", 7) == 0)) {
			found = arena_strndup(a, text, len);
			*behind = end;
		}
	}
	return found;
}

static bool calls(const char *body, const char *name)
{
	size_t len = strlen(name);

	for (const char *p = body; (p = strstr(p, name)); p += len) {
		bool begins = p == body || !(isalnum((unsigned char)p[-1]) || p[-1] == '_');

		if (begins && *skip_blanks(p + len) == '(')
			return true;
	}
	return false;
}

static void follow(struct source *s, const struct function *f);

/* A function that calls another: auth.tenant_id() reads auth.jwt() ->> 'tenant_id'. */
static void follow_body(struct source *s, const struct function *f)
{
	const struct catalog *c = s->p->catalog;

	for (size_t i = 0; i < catalog_functions(c); i++) {
		const struct function *next = catalog_function_at(c, i);

		if (next == f || !next->body || !calls(f->body, next->name))
			continue;
		const char *at = strstr(f->body, next->name), *told, *end;
		const char *open = skip_blanks(at + strlen(next->name)), *before = s->key;
		size_t len;

		told = *open == '(' ? quoted(open + 1, &len, &end) : NULL;
		s->key = told ? arena_strndup(s->p->arena, told, len) : NULL;
		follow(s, next);
		s->key = before;
		if (s->setting) {
			body_path(s, at ? at : f->body);
			return;
		}
	}
}

/* A word of SQL, whatever its case. */
static bool has_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = text; *p; p++) {
		if (strncasecmp(p, word, len) == 0 && !isalnum((unsigned char)p[len]) &&
		    p[len] != '_' && (p == text || isspace((unsigned char)p[-1])))
			return true;
	}
	return false;
}

static bool login_name(const char *text)
{
	return has_word(text, "current_user") || has_word(text, "session_user") ||
	       has_word(text, "current_role");
}

static void follow(struct source *s, const struct function *f)
{
	const char *behind = NULL;

	if (!f->body || s->depth >= MAX_FOLLOW)
		return;
	/* What it finds in rows is no setting, even if a setting chooses the rows. */
	if (has_word(f->body, "from")) {
		s->membership = true;
		s->function = arena_printf(s->p->arena, "%s.%s", f->schema, f->name);
		return;
	}
	s->depth++;
	s->setting = body_setting(s->p->arena, f->body, &behind);
	s->made |= s->setting && (strstr(f->body, "string_to_array") || strstr(f->body, "split"));
	if (s->setting)
		body_path(s, behind);
	else
		follow_body(s, f);
	if (!s->setting)
		s->identity |= login_name(f->body);
	if (s->setting && !s->function) {
		s->function = arena_printf(s->p->arena, "%s.%s", f->schema, f->name);
		if (!s->cast && strcmp(f->result, "jsonb") != 0 &&
		    strcmp(f->result, "json") != 0)
			s->cast = f->result;
	}
	s->depth--;
}

static bool is_meant(const struct function *f, const struct expr *call)
{
	return f && strcmp(f->name, call->name) == 0 &&
	       (!call->qualifier || strcmp(call->qualifier, f->schema) == 0);
}

/* Of a policy those that it depends on; a view's text names them with their schemas. */
static const struct function *called(const struct catalog *c, const struct policy *policy,
				     const struct expr *e)
{
	for (const oid *o = policy ? policy->functions : NULL; o && *o; o++) {
		const struct function *f = catalog_function(c, *o);

		if (is_meant(f, e))
			return f;
	}
	for (size_t i = 0; !policy && e->qualifier && i < catalog_functions(c); i++) {
		const struct function *f = catalog_function_at(c, i);

		if (is_meant(f, e) && f->body)
			return f;
	}
	return NULL;
}

static void follow_call(struct source *s, const struct expr *e)
{
	const struct function *f = called(s->p->catalog, s->policy, e);

	for (size_t i = 0; i < e->n && !s->key; i++) {
		const struct expr *told = expr_bare(e->args[i]);

		s->key = told->kind == EXPR_LITERAL ? told->name : NULL;
	}
	if (f)
		follow(s, f);
	s->key = NULL;
}

static void resolve(struct source *s, const struct expr *e);

static void resolve_operator(struct source *s, const struct expr *e)
{
	const struct expr *key = e->n == 2 ? expr_bare(e->args[1]) : NULL;
	bool step = strcmp(e->name, "->") == 0 || strcmp(e->name, "->>") == 0;
	bool steps = strcmp(e->name, "#>") == 0 || strcmp(e->name, "#>>") == 0;

	if (!key || (!step && !steps))
		return;
	resolve(s, e->args[0]);
	if (!s->setting || key->kind != EXPR_LITERAL || !key->name)
		return;
	if (step)
		add_path(s, key->name, strlen(key->name));
	else
		add_path_array(s, key->name);
}

static void resolve_call(struct source *s, const struct expr *e)
{
	s->setting = expr_setting(e);
	for (size_t i = 0; i < e->n && !s->setting && !s->membership; i++)
		resolve(s, e->args[i]);
	if (!s->setting && !s->membership)
		follow_call(s, e);
	s->made |= strstr(e->name, "array") || strstr(e->name, "split");
	if (s->setting && strncmp(e->name, "json", 4) == 0 && strstr(e->name, "extract_path")) {
		for (size_t i = 1; i < e->n; i++) {
			const struct expr *key = expr_bare(e->args[i]);

			if (key->kind == EXPR_LITERAL && key->name)
				add_path(s, key->name, strlen(key->name));
		}
	}
}

/* Where does this value come from?  Casts are noted: the outermost is what the column is
 * compared as. */
static void resolve(struct source *s, const struct expr *e)
{
	if (e->kind == EXPR_CAST) {
		if (!s->cast && strncmp(e->name, "json", 4) != 0)
			s->cast = e->name;
		resolve(s, e->args[0]);
		return;
	}
	switch (e->kind) {
	case EXPR_CALL:
		resolve_call(s, e);
		break;
	case EXPR_OPERATOR:
		resolve_operator(s, e);
		break;
	case EXPR_CASE:
		for (size_t i = 0; i < e->n && !s->setting; i++)
			resolve(s, e->args[i]);
		break;
	case EXPR_IDENTITY:
		s->identity = true;
		break;
	case EXPR_SUBQUERY:
		s->membership = e->sub && e->sub->nfrom > 0;
		if (e->sub && !s->membership && e->sub->noutputs == 1 && !e->sub->compound)
			resolve(s, e->sub->outputs[0]);
		break;
	default:
		break;
	}
}

struct collector {
	struct profile *p;
	const struct policy *policy;
	bool contained; /* what is compared now is compared so */
	VEC(struct policy_fact) facts;
};

static void note_source(struct collector *c, const struct expr *column, const struct source *s)
{
	struct arena *a = c->p->arena;
	size_t len = s->cast ? strlen(s->cast) : 0;

	if (s->setting || s->membership || s->identity)
		*VEC_PUSH(&c->facts) = (struct policy_fact){
			.column = arena_intern(a, column->name),
			.qualifier =
				column->qualifier ? arena_intern(a, column->qualifier) : NULL,
			.setting = s->setting ? arena_intern(a, s->setting) : NULL,
			.path = s->path.len ? arena_intern(a, s->path.data) : NULL,
			.cast = s->cast ? arena_intern(a, s->cast) : NULL,
			.function = s->function,
			.membership = s->membership && !s->setting,
			.identity = s->identity && !s->setting,
			.list = !s->made && len > 2 && strcmp(s->cast + len - 2, "[]") == 0,
			.contained = c->contained,
		};
}

static void note(struct collector *c, const struct expr *column, const struct expr *value)
{
	struct source s = { .p = c->p, .policy = c->policy, .path = BUF_INIT };

	column = expr_bare(column);
	if (column->kind == EXPR_COLUMN) {
		resolve(&s, value);
		note_source(c, column, &s);
	}
	buf_release(&s.path);
}

/* is_member(organization_id), same_tenant(tenant_id): the comparison stands in the function. */
static void note_question(struct collector *c, const struct expr *e)
{
	struct source s = { .p = c->p, .policy = c->policy, .path = BUF_INIT };
	const struct function *f = called(c->p->catalog, c->policy, e);

	if (strcmp(e->name, "pg_has_role") == 0)
		s.identity = true;
	else if (f && strcmp(f->result, "boolean") == 0)
		follow(&s, f);
	/* The result's type is not what the column is compared as. */
	s.cast = NULL;
	for (size_t i = 0; i < e->n; i++) {
		const struct expr *column = expr_bare(e->args[i]);

		if (column->kind == EXPR_COLUMN)
			note_source(c, column, &s);
	}
	buf_release(&s.path);
}

static bool is_containment(const struct expr *e)
{
	return e->kind == EXPR_OPERATOR && (strcmp(e->name, "<@") == 0 ||
					    strcmp(e->name, "@>") == 0 ||
					    strcmp(e->name, "&&") == 0);
}

/* path <@ mine, desks && mine, mine = ANY (desks): a column that holds more than one id. */
static void note_containment(struct collector *c, const struct expr *e)
{
	c->contained = true;
	note(c, e->args[1], e->args[0]);
	if (e->kind == EXPR_OPERATOR)
		note(c, e->args[0], e->args[1]);
	c->contained = false;
}

static const struct from_item *from_of(const struct subquery *sub, const struct expr *column)
{
	for (size_t i = 0; column->qualifier && i < sub->nfrom; i++) {
		if (sub->from[i].alias && strcmp(sub->from[i].alias, column->qualifier) == 0)
			return &sub->from[i];
	}
	return NULL;
}

/* One side is a column of the sub-query's rows, the other of the row that is asked about. */
static void note_link(struct collector *c, const struct subquery *sub, const struct expr *inner,
		      const struct expr *outer)
{
	const struct from_item *from;

	inner = expr_bare(inner);
	outer = expr_bare(outer);
	if (inner->kind != EXPR_COLUMN || outer->kind != EXPR_COLUMN || !outer->qualifier ||
	    from_of(sub, outer) || !(from = from_of(sub, inner)) || !from->name)
		return;
	*VEC_PUSH(&c->facts) = (struct policy_fact){
		.column = arena_intern(c->p->arena, outer->name),
		.membership = true,
		.member_of = arena_intern(c->p->arena, from->name),
	};
}

/* EXISTS (SELECT FROM members m WHERE m.team_id = documents.team_id AND m.person = …) */
static void note_exists(struct collector *c, const struct subquery *sub)
{
	for (size_t i = 0; i < sub->nconditions; i++) {
		const struct expr *e = sub->conditions[i].e;

		for (size_t k = 0; e->kind == EXPR_AND && k < e->n; k++) {
			if (e->args[k]->kind == EXPR_OPERATOR && e->args[k]->n == 2 &&
			    strcmp(e->args[k]->name, "=") == 0) {
				note_link(c, sub, e->args[k]->args[0], e->args[k]->args[1]);
				note_link(c, sub, e->args[k]->args[1], e->args[k]->args[0]);
			}
		}
		if (e->kind == EXPR_OPERATOR && e->n == 2 && strcmp(e->name, "=") == 0) {
			note_link(c, sub, e->args[0], e->args[1]);
			note_link(c, sub, e->args[1], e->args[0]);
		}
	}
}

/* tenant IN (SELECT m.tenant FROM memberships m WHERE m.person = …): the sub-query's own
 * comparisons are about another table and are not looked at. */
static bool visit(void *ctx, const struct expr *e, int depth)
{
	struct collector *c = ctx;

	if (depth > 0)
		return true;
	if (e->kind == EXPR_CALL)
		note_question(c, e);
	if (e->kind == EXPR_SUBQUERY && e->sub && e->sub->kind == SUBQUERY_EXISTS)
		note_exists(c, e->sub);
	if ((e->kind == EXPR_OPERATOR || e->kind == EXPR_ANY) && e->n == 2 &&
	    (strcmp(e->name, "=") == 0 || strcmp(e->name, "is not distinct from") == 0)) {
		note(c, e->args[0], e->args[1]);
		if (e->kind == EXPR_OPERATOR)
			note(c, e->args[1], e->args[0]);
		else if (!e->is)
			note_containment(c, e);
	} else if (e->n == 2 && is_containment(e)) {
		note_containment(c, e);
	} else if (e->kind == EXPR_SUBQUERY && e->sub && e->sub->kind == SUBQUERY_IN &&
		   e->n > 0) {
		const struct expr *column = expr_bare(e->args[0]);

		if (column->kind == EXPR_COLUMN && e->sub->nfrom > 0)
			*VEC_PUSH(&c->facts) = (struct policy_fact){
				.column = arena_intern(c->p->arena, column->name),
				.membership = true,
			};
		else if (e->sub->noutputs == 1)
			note(c, column, e->sub->outputs[0]);
	}
	return true;
}

static struct fact_list collected(struct collector *c)
{
	struct fact_list list = { NULL, c->facts.len };
	struct policy_fact *copy;

	if (list.n > 0) {
		copy = arena_array(c->p->arena, list.n, sizeof *copy);
		memcpy(copy, c->facts.v, list.n * sizeof *copy);
		list.v = copy;
	}
	VEC_RELEASE(&c->facts);
	return list;
}

struct fact_list condition_facts(struct profile *p, const struct expr *condition)
{
	struct collector c = { .p = p, .facts = VEC_INIT };

	expr_walk(condition, visit, &c);
	return collected(&c);
}

struct fact_list policy_facts(struct profile *p, const struct policy *policy, const char *text)
{
	struct collector c = { .p = p, .policy = policy, .facts = VEC_INIT };
	struct fact_list *list;
	struct arena *scratch;

	if (!text)
		return (struct fact_list){ NULL, 0 };
	/* One habit is written alike on hundreds of relations. */
	list = map_get(p->parsed, text);
	if (list)
		return *list;
	scratch = arena_new();
	expr_walk(expr_parse(scratch, text), visit, &c);
	list = arena_alloc(p->arena, sizeof *list);
	*list = collected(&c);
	map_set(p->parsed, text, list);
	arena_free(&scratch);
	return *list;
}

enum column_many column_many(const struct column *c)
{
	const char *dot = strrchr(c->type, '.'), *type = dot ? dot + 1 : c->type;
	size_t n = strlen(type);

	if (strcmp(type, "ltree") == 0)
		return MANY_PATH;
	return n > 2 && strcmp(type + n - 2, "[]") == 0 ? MANY_LIST : MANY_NOT;
}

/* The rows that decide are those that its own key refers to: they are its parent, no list of
 * members. */
static bool asks_parent(const struct profile *p, const struct relation *r,
			const struct column *column, const struct policy_fact *f)
{
	for (size_t k = 0; f->member_of && k < r->nreferences; k++) {
		const struct relation *to = catalog_relation(p->catalog, r->references[k]->to);

		if (to && r->references[k]->n == 1 &&
		    r->references[k]->from_columns[0] == column->attnum &&
		    strcmp(to->name, f->member_of) == 0)
			return true;
	}
	return false;
}

static void place(struct profile *p, const struct relation *r, const struct policy *policy,
		  const char *text)
{
	struct fact_list list = policy_facts(p, policy, text);

	for (size_t i = 0; i < list.n; i++) {
		const struct column *column = relation_column(r, list.v[i].column);

		if (column && !asks_parent(p, r, column, &list.v[i]) &&
		    (!list.v[i].contained || column_many(column)))
			*VEC_PUSH(&p->facts) = (struct placed_fact){
				.relation = r,
				.policy = policy,
				.column = column,
				.fact = list.v[i],
			};
	}
}

void profile_collect_facts(struct profile *p)
{
	for (size_t i = 0; i < catalog_relations(p->catalog); i++) {
		const struct relation *r = catalog_relation_at(p->catalog, i);

		for (size_t k = 0; k < r->npolicies; k++) {
			place(p, r, &r->policies[k], r->policies[k].using_expr);
			place(p, r, &r->policies[k], r->policies[k].check_expr);
		}
	}
}

static bool is_contained(const struct placed_fact *f)
{
	return f->fact.contained;
}

/* A list beside the tenant's own column says with whom a row is shared, not whose it is. */
void profile_drop_shares(struct profile *p)
{
	size_t kept = 0, end;

	for (size_t i = 0; i < p->facts.len; i = end) {
		bool plain = false;

		for (end = i; end < p->facts.len; end++) {
			if (p->facts.v[end].relation != p->facts.v[i].relation)
				break;
			plain = plain || !is_contained(&p->facts.v[end]);
		}
		for (size_t k = i; k < end; k++)
			if (!plain || !is_contained(&p->facts.v[k]))
				p->facts.v[kept++] = p->facts.v[k];
	}
	p->facts.len = kept;
}

const struct placed_fact *profile_facts(const struct profile *p, const struct relation *r,
					size_t *n)
{
	size_t lo = 0, hi = p->facts.len, end;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (p->facts.v[mid].relation < r)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (end = lo; end < p->facts.len && p->facts.v[end].relation == r; end++)
		;
	*n = end - lo;
	return p->facts.v ? p->facts.v + lo : NULL;
}
