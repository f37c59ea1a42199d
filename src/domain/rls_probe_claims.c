/* SPDX-License-Identifier: MIT */
/*
 * What findings claim and no probe has shown.  Many a condition is open for rows that nobody
 * happens to have (public ones) or for a position that nobody happens to hold: then a row of
 * B's or the place of A's person is made so, and what A sees is looked at.  All of that is
 * taken back like every probe.  What cannot be tried is said, and why.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/json.h"
#include "rls_persona_priv.h"
#include "rls_probe_steps.h"
#include "rls_rooms.h"

enum { ATTEMPTS = 8 };

/* ---- which probes show which findings ---- */

struct proof {
	const char *id, *probes, *why_not;
};

static const struct proof *proof_of(const char *id)
{
	static const struct proof proofs[] = {
#define PROOF(rule, probes, why_not) { #rule, probes, why_not },
#include "rls_proofs.def"
#undef PROOF
	};

	for (size_t i = 0; i < ARRAY_SIZE(proofs); i++)
		if (strncmp(id, proofs[i].id, strlen(proofs[i].id)) == 0)
			return &proofs[i];
	return NULL;
}

const char *probe_shows(const char *id, const char **why_not)
{
	const struct proof *p = proof_of(id);

	*why_not = p ? p->why_not : NULL;
	return p && *p->probes ? p->probes : NULL;
}

/* ---- what is claimed and not shown ---- */

static void note_reader(struct probe_plan *p, const struct probe *x)
{
	if (x->kind == PROBE_READ && x->role && !x->beyond && x->outcome != PROBE_REFUSED)
		p->targets.v[x->target].reader = x->role;
}

/* Objects and roles whose leak a probe has shown; and who reads each target. */
static struct map *shown(struct probe_plan *p)
{
	struct map *m = map_new_borrowing();

	for (size_t i = 0; i < p->probes.len; i++) {
		struct probe *x = &p->probes.v[i];

		note_reader(p, x);
		if (x->outcome != PROBE_LEAKS)
			continue;
		map_set(m, p->targets.v[x->target].name, x);
		if (x->role)
			map_set(m, x->role->name, x);
	}
	return m;
}

static size_t target_named(struct probe_plan *p, const struct finding *f)
{
	const struct probe_target *t = probe_target_named(p, f->object);
	const struct probe_target none = {
		.name = f->object,
		.impossible = "nothing of it can be tried in a transaction",
	};

	return t ? (size_t)(t - p->targets.v) : probe_target_add(p, &none);
}

static bool can_arrange(const struct probe_plan *p, const struct probe_target *t)
{
	return p->write && !catalog_in_recovery(p->input->catalog) && !t->impossible &&
	       !t->unread && t->a && t->b && (t->relation || t->function);
}

/* What became of the call of a function that writes. */
static const char *called(const struct probe_plan *p, const struct probe_target *t)
{
	for (size_t i = 0; i < p->probes.len; i++) {
		const struct probe *x = &p->probes.v[i];

		if (x->kind == PROBE_CALL && &p->targets.v[x->target] == t && x->why)
			return arena_printf(p->arena, "it was called: %s", x->why);
	}
	return "nobody who can be tried may call it";
}

static const char *reason(const struct probe_plan *p, const struct probe_target *t,
			  const struct finding *f)
{
	const char *why = NULL;
	bool shown = probe_shows(f->id, &why) != NULL;

	if (!shown && why)
		return why;
	if (strncmp(f->id, "R75", 3) == 0)
		return "the role may not read there; what it may write or become is not tried";
	if (strncmp(f->id, "R76", 3) == 0)
		return "no column tells whose rows it shows, and they may be one's own";
	if (t->impossible)
		return t->impossible;
	if (t->unread)
		return t->changes && p->write ? called(p, t) : t->unread;
	if (p->write && catalog_in_recovery(p->input->catalog))
		return "a standby cannot be written";
	if (!p->write)
		return "no row shows it; --write tries it with rows that are made as it says";
	return "no role that can be tried has the right";
}

static const struct role *first_role(const struct probe_plan *p, const struct probe_target *t,
				     const struct role *only)
{
	const struct role *role;
	bool application = true;

	if (t->reader)
		return t->reader;
	role = !only && t->function ? persona_executor(p->persona, t->function, 0, &application)
				    : NULL;
	return role ? role : only;
}

/* All that v reads lies in schemas of other tenants than the one whose home this is. */
static bool reads_elsewhere(const struct rooms *x, const struct relation *v,
			    const struct room *home, int depth)
{
	for (const oid *o = v->reads; o && *o; o++) {
		const struct relation *r = catalog_relation(x->j->catalog, *o);

		if (!r || (probe_is_table(r)
				   ? !room_named(x, r->schema) || strcmp(r->schema, home->name) == 0
				   : !depth || !reads_elsewhere(x, r, home, depth - 1)))
			return false;
	}
	return v->reads && *v->reads;
}

/* Whom the finding is about, whatever of it he is shown is another's: of a table in another
 * tenant's schema the first, of a view who is at home where it does not read; NULL: nobody. */
static const struct role *crossing_role(struct probe_plan *p, const struct finding *f,
					const struct relation *r)
{
	enum { DEEP = 8 };
	const struct catalog *c = p->input->catalog;
	const struct rooms *x = judge_rooms(&p->persona->j);
	bool view = strncmp(f->id, "R76", 3) == 0;

	if (!x || !f->role || (!view && strncmp(f->id, "R75", 3) != 0))
		return NULL;
	for (const char *s = f->role; *s; s += strspn(s, ", ")) {
		size_t n = strcspn(s, ",");
		const struct role *role = catalog_role(c, arena_strndup(p->arena, s, n));
		const struct dweller *d = role ? dweller_of(x, role->oid) : NULL;

		if (role && (!view || (d && reads_elsewhere(x, r, d->home, DEEP))))
			return role;
		s += n;
	}
	return NULL;
}

/* What shows the role nothing but other tenants' rows. */
static bool plan_crossing(struct probe_plan *p, const struct finding *f, const struct role *only)
{
	const struct catalog *c = p->input->catalog;
	const struct relation *r = f->relation ? catalog_relation(c, f->relation) : NULL;
	const struct role *role = r ? crossing_role(p, f, r) : NULL;
	struct probe_target t = { .relation = r, .name = f->object, .crossed = true };
	struct buf from = BUF_INIT;

	if (!role || (only && only != role))
		return false;
	for (size_t i = 0; i < r->ncolumns && !t.nkey; i++)
		if (catalog_column_rights(c, role->oid, r, &r->columns[i]) & RIGHT_SELECT)
			t.key[t.nkey++] = &r->columns[i];
	if (!t.nkey)
		return false;
	sql_qualified(&from, r->schema, r->name);
	t.from = arena_strdup(p->arena, from.data);
	buf_release(&from);
	probe_plan_one(p, probe_target_add(p, &t), PROBE_READ, role);
	return true;
}

static void plan_claim(struct probe_plan *p, const struct finding *f, const struct role *only)
{
	if (plan_crossing(p, f, only))
		return;

	size_t target = target_named(p, f);
	const struct probe_target *t = &p->targets.v[target];
	const char *why = NULL;
	const struct role *role =
		can_arrange(p, t) && probe_shows(f->id, &why) ? first_role(p, t, only) : NULL;
	struct probe *x = VEC_PUSH(&p->probes);

	*x = (struct probe){ .target = target,
			     .kind = PROBE_ARRANGED,
			     .role = role,
			     .claimed = f,
			     .beyond = !t->relation };
	if (role)
		return;
	x->decided = true;
	x->outcome = PROBE_IMPOSSIBLE;
	x->why = arena_printf(p->arena, "%s is a risk, not shown: %s", f->id, reason(p, t, f));
}

/* Does it claim rows that may have to be made first? */
static bool is_arranged(const struct finding *f)
{
	const struct proof *p = proof_of(f->id);

	return p && strstr(p->probes, "finding");
}

void probe_plan_claims(struct probe_plan *p, const struct role *only)
{
	struct map *told = shown(p); /* and what was planned */

	for (size_t i = 0; p->findings && i < p->findings->list.len; i++) {
		struct finding *f = &p->findings->list.v[i];

		if (f->severity < SEVERITY_HIGH)
			break; /* they are sorted */
		if (f->severity < SEVERITY_BLOCKER && !is_arranged(f))
			continue;
		if ((p->only && f->relation != p->only->oid) ||
		    (only && f->role && !strstr(f->role, only->name)) || !proof_of(f->id) ||
		    map_has(told, f->object))
			continue;
		plan_claim(p, f, only);
		map_set(told, f->object, f);
	}
	map_free(&told);
}

/* ---- what is made ---- */

struct arranging {
	const struct relation *relation;
	const struct column *column;
	const char *value; /* NULL: a null */
	char *condition;   /* which rows of it */
};

struct arrangements {
	struct arranging v[ATTEMPTS];
	size_t n;
};

static void arrange(struct arrangements *all, const struct relation *r, const char *column,
		    const char *value, const struct buf *condition)
{
	const struct column *c = relation_column(r, column);

	if (!c || c->generated || all->n == ATTEMPTS || (!value && c->not_null))
		return;
	all->v[all->n++] = (struct arranging){ .relation = r,
					       .column = c,
					       .value = value,
					       .condition = xstrdup(condition->data) };
}

char *probe_said_at(const struct probe_settings *s, const struct claim *c)
{
	const char *text = NULL;
	struct json *whole;
	char *found = NULL;

	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->v[i].name, c->setting) == 0)
			text = s->v[i].value;
	if (!text || !c->path)
		return xstrdup_null(text);
	whole = json_parse(text, strlen(text), NULL);
	if (whole) {
		const struct json *at = whole;
		char *path = xstrdup(c->path), *rest;

		for (char *n = strtok_r(path, ".", &rest); n && at;
		     n = strtok_r(NULL, ".", &rest))
			at = json_get(at, n);
		found = at && json_type(at) == JSON_STRING ? xstrdup(json_text(at)) : NULL;
		free(path);
	}
	json_free(&whole);
	return found;
}

static bool is_base(const struct probe_target *t, const struct relation *r)
{
	bool found = r == t->relation || r == t->source;

	for (size_t i = 0; i < t->nbases; i++)
		found = found || r == t->bases[i];
	return found;
}

/* Where somebody of A's is written down in r; false: nowhere. */
static bool put_place(const struct probe_making *m, const struct relation *r, struct buf *out)
{
	const struct tenancy *y = NULL;
	const struct column *c;
	const char *who;

	for (size_t i = 0; i < m->p->persons.len; i++) {
		const struct probe_person *x = &m->p->persons.v[i];

		if (x->relation == r && x->value && strcmp(x->tenant, m->t->a) == 0) {
			probe_put_equals(m, x->column, "rls_probe.equals", x->value, out);
			return true;
		}
	}
	c = probe_tenant_column(m->p, r, &y);
	who = c && tenancy_same(y, m->t->tenancy) ? m->t->a : NULL;
	if (who)
		probe_put_equals(m, c, "rls_probe.equals", who, out);
	return who != NULL;
}

static void find_arrangements(const struct probe_making *m, const struct buf *other,
			      struct arrangements *all)
{
	const struct claims *claims = persona_claims(m->p->persona);
	const struct relation *source = m->t->source;
	struct probe_settings said = { .n = 0 };

	probe_settings(m->p, m->x, m->t->a, &said);
	for (size_t i = 0; i < claims->list.len; i++) {
		const struct claim *c = &claims->list.v[i];
		char *value = c->kind == CLAIM_PERSON && c->relation == source &&
					      !c->session.rows
				      ? probe_said_at(&said, c)
				      : NULL;

		if (value)
			arrange(all, source, c->column, arena_strdup(m->p->arena, value),
				other);
		free(value);
	}
	for (size_t i = 0; i < claims->rows.len; i++) {
		const struct claim *c = &claims->rows.v[i];
		struct buf place = BUF_INIT;

		if (!is_base(m->t, c->of) || !probe_is_table(c->relation))
			continue;
		if (c->relation == source)
			arrange(all, source, c->column, c->literal, other);
		else if (put_place(m, c->relation, &place))
			arrange(all, c->relation, c->column, c->literal, &place);
		buf_release(&place);
	}
	probe_settings_release(&said);
}

static void add_made(struct probe_making *m, const struct arranging *a)
{
	struct buf value = BUF_INIT;

	probe_put_equals(m, a->column, a->value ? "rls_probe.value" : "rls_probe.null",
			 a->value, &value);
	const struct sqlvar vars[] = { { "schema", a->relation->schema },
				       { "table", a->relation->name },
				       { "column", a->column->name },
				       { "value", value.data },
				       { "condition", a->condition } };

	probe_add(m, "rls_probe_arrange", vars, ARRAY_SIZE(vars), PROBE_MARK_NONE);
	buf_release(&value);
}

/* ---- what is looked at then ---- */

void probe_add_look(struct probe_making *m, const char *label, bool key_made, bool of_own)
{
	struct buf condition = BUF_INIT, found = BUF_INIT, from = BUF_INIT, told = BUF_INIT;

	if (of_own)
		probe_put_rows(m, m->t->own, m->t->owns, &condition);
	else if (key_made && m->t->tenant)
		probe_put_equals(m, m->t->tenant, "rls_probe.differs", m->t->a, &condition);
	else
		probe_put_others(m, &condition);
	probe_put_found(m, &found);
	probe_put_call(m->p, m->t, false, &from);
	const struct sqlvar v[] = { { "found", found.data }, { "label", label } };

	sql_fragment(&told, m->p->input->sql, "rls_probe.arranged", v, ARRAY_SIZE(v));
	const struct sqlvar vars[] = { { "from", from.data },
				       { "condition", condition.data },
				       { "found", told.data } };

	probe_add(m, "rls_probe_any", vars, ARRAY_SIZE(vars), PROBE_MARK_TRY);
	buf_release(&condition);
	buf_release(&found);
	buf_release(&from);
	buf_release(&told);
}

static bool is_key(const struct probe_target *t, const struct column *c)
{
	for (size_t k = 0; k < t->nkey; k++)
		if (strcmp(t->key[k]->name, c->name) == 0)
			return true;
	return false;
}

/* There is a row of each tenant, and no other can be made: its list. */
static bool one_of_each(const struct probe_person *who)
{
	for (size_t i = 0; i < who->relation->nindexes; i++) {
		const struct index *x = &who->relation->indexes[i];

		if (x->unique && x->nkeys == 1 && x->columns[0] == who->tenant_column->attnum)
			return true;
	}
	return false;
}

/* Somebody of A's, where nobody was found. */
static void add_people(struct probe_making *m)
{
	for (size_t i = 0; i < m->p->persons.len; i++) {
		const struct probe_person *who = &m->p->persons.v[i];
		struct buf columns = BUF_INIT, values = BUF_INIT;
		char *made;

		if (who->value || !who->claim->sought || who->claim->session.rows ||
		    strcmp(who->tenant, m->t->a) != 0 ||
		    !tenancy_same(who->claim->tenancy, m->t->tenancy) || one_of_each(who))
			continue;
		made = persona_of(m->p, who->claim, m->t->tenancy, m->t->a);
		sql_ident(&columns, who->tenant_column->name);
		buf_adds(&columns, ", ");
		sql_ident(&columns, who->column->name);
		probe_put_equals(m, who->tenant_column, "rls_probe.value", m->t->a, &values);
		buf_adds(&values, ", ");
		probe_put_equals(m, who->column, "rls_probe.value", made, &values);
		probe_put_required(m, who->relation, who->tenant_column, who->column, &columns,
				   &values);
		const struct sqlvar vars[] = { { "schema", who->relation->schema },
					       { "table", who->relation->name },
					       { "columns", columns.data },
					       { "values", values.data } };

		probe_add(m, "rls_probe_grant", vars, ARRAY_SIZE(vars), PROBE_MARK_NONE);
		free(made);
		buf_release(&columns);
		buf_release(&values);
	}
}

/* A superuser need not fire triggers, nor ask the keys. */
static void attempt(struct probe_making *m, const struct arranging *made, size_t n)
{
	bool quiet = strcmp(probe_identity(m->p), "role") != 0, key = false;
	struct buf label = BUF_INIT;

	if (quiet)
		probe_add_setting(m, "session_replication_role", "replica");
	add_people(m);
	for (size_t i = 0; i < n; i++) {
		add_made(m, &made[i]);
		key = key || (made[i].relation == m->t->source && is_key(m->t, made[i].column));
		buf_addf(&label, "%s%s = %s", label.len ? ", " : " with ", made[i].column->name,
			 made[i].value ? made[i].value : "null");
	}
	if (quiet)
		probe_add_setting(m, "session_replication_role", "origin");
	probe_add_identity(m, m->t->a);
	probe_add_look(m, label.len ? label.data : "", key, false);
	probe_add_plain(m, "rls_probe_close", PROBE_MARK_NONE);
	buf_release(&label);
}

/* Beside the tenant's own setting, others that any session can set are set to B. */
static void attempt_settings(struct probe_making *m)
{
	const struct claims *claims = persona_claims(m->p->persona);
	const char *own = persona_setting(m->p->persona, m->t->tenancy);

	for (size_t i = 0; i < claims->list.len; i++) {
		const struct claim *c = &claims->list.v[i];
		char *label;

		if (c->kind != CLAIM_TENANT || c->path || c->prefix || c->suffix ||
		    !tenancy_same(c->tenancy, m->t->tenancy) || !persona_may_set(c) ||
		    (own && strcmp(own, c->setting) == 0))
			continue;
		label = xasprintf(" with %s = %s", c->setting, m->t->b);
		probe_add_identity(m, m->t->a);
		probe_add_setting(m, c->setting, m->t->b);
		probe_add_look(m, label, false, false);
		probe_add_plain(m, "rls_probe_close", PROBE_MARK_NONE);
		free(label);
	}
}

/* From A to B, which are the first and the last. */
static void attempt_bounds(struct probe_making *m)
{
	const struct claims *claims = persona_claims(m->p->persona);
	const char *own = persona_setting(m->p->persona, m->t->tenancy);
	bool some = false;

	for (size_t i = 0; i < claims->list.len; i++) {
		const struct claim *c = &claims->list.v[i];

		/* Who sets the tenant's own is that tenant. */
		if (c->kind != CLAIM_BOUND || !tenancy_same(c->tenancy, m->t->tenancy) ||
		    (own && strcmp(own, c->setting) == 0))
			continue;
		if (!some)
			probe_add_identity(m, m->t->a);
		some = true;
		probe_add_setting(m, c->setting, *c->literal == '>' ? m->t->a : m->t->b);
	}
	if (!some)
		return;
	probe_add_look(m, " between settings", false, false);
	probe_add_plain(m, "rls_probe_close", PROBE_MARK_NONE);
}

/* Where one is before the other, the other may see the one. */
static void attempt_reversed(struct probe_making *m)
{
	if (!m->t->nkey || !m->t->owns)
		return;
	probe_add_identity(m, m->t->b);
	probe_add_look(m, "", false, true);
	probe_add_plain(m, "rls_probe_close", PROBE_MARK_NONE);
}

/* What is searched for: everything, or what B's row has there. */
static void attempt_texts(struct probe_making *m)
{
	struct probe_target other = *m->t;
	struct probe_making with = *m;

	if (!m->t->function || !m->t->nargs || !m->t->nkey || !m->t->others)
		return;
	with.t = &other;
	other.text = "%";
	attempt(&with, NULL, 0);
	other.text = NULL;
	other.by_row = true;
	probe_add_kept(&with, false);
	attempt(&with, NULL, 0);
}

void probe_add_arranged(struct probe_making *m)
{
	struct arrangements all = { .n = 0 };
	struct buf other = BUF_INIT;

	probe_put_rows(m, m->t->other, m->t->others && m->t->nkey ? 1 : 0, &other);
	attempt(m, NULL, 0);
	if (other.len)
		find_arrangements(m, &other, &all);
	for (size_t i = 0; i < all.n; i++)
		attempt(m, &all.v[i], 1);
	if (all.n > 1)
		attempt(m, all.v, all.n);
	attempt_settings(m);
	attempt_bounds(m);
	attempt_reversed(m);
	attempt_texts(m);
	probe_add_words(m);
	probe_add_admitted(m);
	for (size_t i = 0; i < all.n; i++)
		free(all.v[i].condition);
	buf_release(&other);
}
