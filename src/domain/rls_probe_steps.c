/* SPDX-License-Identifier: MIT */
/*
 * What is sent for each kind of probe.  All of it stands between a savepoint and its rollback;
 * a rollback in between takes back who one is, and what was written so far.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "rls_claims.h"
#include "rls_probe_steps.h"

static bool is_insert(enum probe_kind k)
{
	return k == PROBE_INSERT || k == PROBE_NOBODY || k == PROBE_KEY || k == PROBE_REFER ||
	       k == PROBE_CALL || k == PROBE_ARRANGED;
}

static void note_writes(struct probe_plan *p, const struct probe *x)
{
	struct probe_target *t = &p->targets.v[x->target];

	t->written = t->written || (p->write && probe_is_write(x->kind));
	t->inserted = t->inserted || (p->write && is_insert(x->kind));
	t = x->kind == PROBE_JOIN ? probe_target_of(p, x->grant->relation->oid) : NULL;
	if (t)
		t->written = t->inserted = true;
}

void probe_steps(struct probe_plan *p, const struct probe *x, struct probe_steps *out)
{
	struct probe_making m = { .p = p, .x = x, .t = &p->targets.v[x->target], .out = out };

	note_writes(p, x);
	switch (x->kind) {
	case PROBE_READ:
	case PROBE_EMPTY:
	case PROBE_UNSET:
	case PROBE_FORGED:
		probe_add_read(&m);
		break;
	case PROBE_PREPARED:
		probe_add_prepared(&m);
		break;
	case PROBE_INFLUENCE:
		probe_add_influence(&m);
		break;
	case PROBE_CALL:
		probe_add_called(&m);
		break;
	case PROBE_INSERT:
	case PROBE_KEY:
	case PROBE_REFER:
		probe_add_insert(&m);
		break;
	case PROBE_NOBODY:
		probe_add_nobody(&m);
		break;
	case PROBE_JOIN:
		probe_add_joined(&m);
		break;
	case PROBE_ARRANGED:
		probe_add_arranged(&m);
		break;
	default:
		probe_add_change(&m);
		break;
	}
}

void probe_steps_release(struct probe_steps *s)
{
	for (size_t i = 0; i < s->list.len; i++) {
		free(s->list.v[i].sql);
		params_release(&s->list.v[i].params);
	}
	VEC_RELEASE(&s->list);
}

/* ---- numbers that stay taken ---- */

struct numbers {
	const struct probe_plan *p;
	struct map *told;
	struct buf *out;
};

static void put_number(const struct numbers *n, const struct relation *r, const char *of)
{
	char *name = xasprintf("%s.%s%s", r->schema, r->name, of);

	if (!map_has(n->told, name))
		buf_addf(n->out, "%s%s", n->out->len ? ", " : "", name);
	map_set(n->told, name, n->out);
	free(name);
}

static void put_numbers(const struct numbers *n, const struct relation *r, bool inserted)
{
	for (size_t i = 0; inserted && i < r->ncolumns; i++) {
		const struct column *c = &r->columns[i];
		char *of = xasprintf(".%s", c->name);

		if (c->identity || (c->default_expr && strstr(c->default_expr, "nextval(")))
			put_number(n, r, of);
		free(of);
	}
	for (size_t i = 0; i < r->ntriggers; i++) {
		const struct trigger *g = &r->triggers[i];
		const struct function *f = catalog_function(n->p->input->catalog, g->function_oid);
		char *of = xasprintf(" (trigger %s)", g->name);

		if (g->enabled != 'D' && f && f->body && strstr(f->body, "nextval"))
			put_number(n, r, of);
		free(of);
	}
}

void probe_numbers(const struct probe_plan *p, struct buf *out)
{
	struct map *told = map_new(NULL);
	const struct numbers numbers = { p, told, out };

	for (size_t i = 0; i < p->targets.len; i++) {
		const struct probe_target *t = &p->targets.v[i];

		if (t->written && t->relation)
			put_numbers(&numbers, t->relation, t->inserted);
		for (size_t n = 0; t->written && n < t->nbases; n++)
			put_numbers(&numbers, t->bases[n], t->inserted);
	}
	map_free(&told);
}
