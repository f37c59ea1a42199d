/* SPDX-License-Identifier: MIT */
/*
 * One sentence a relation: the worst of its probes decides, since one leak is a leak.
 */
#include "command/probe_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/map.h"

struct probe_memory {
	struct map *words; /* oid as text, or a function's name → owned sentence */
};

struct probe_memory *probe_memory_new(void)
{
	struct probe_memory *m = xcalloc(1, sizeof *m);

	m->words = map_new(free);
	return m;
}

void probe_memory_free(struct probe_memory **m)
{
	if (!*m)
		return;
	map_free(&(*m)->words);
	free(*m);
	*m = NULL;
}

static void key_of(char key[16], oid relation)
{
	snprintf(key, 16, "%u", relation);
}

/* What the probes of one target came to. */
struct tally {
	size_t counts[4], most; /* by outcome; rows of the largest leak */
	bool kinds[PROBE_KINDS]; /* that leaked, whatever the number of roles */
	const char *why;
	size_t probes, stopped;
	bool writes; /* proven */
};

static struct tally *tallies(const struct probe_plan *p)
{
	struct tally *all = xcalloc(p->targets.len + 1, sizeof *all);

	for (size_t i = 0; i < p->targets.len; i++)
		all[i].why = p->targets.v[i].impossible;
	for (size_t i = 0; i < p->probes.len; i++) {
		const struct probe *x = &p->probes.v[i];
		struct tally *t = &all[x->target];

		t->probes++;
		t->stopped += x->stopped;
		if (x->beyond)
			continue;
		t->counts[x->outcome]++;
		t->writes = t->writes ||
			    (x->outcome == PROBE_PROVEN && probe_is_write(x->kind));
		if (x->outcome == PROBE_LEAKS) {
			t->kinds[x->kind] = true;
			t->most = x->rows > t->most ? x->rows : t->most;
		}
		if (x->outcome == PROBE_IMPOSSIBLE && !t->why)
			t->why = x->why;
	}
	return all;
}

static char *leak_word(const struct tally *t)
{
	struct buf out = BUF_INIT;
	bool some = false;

	buf_addf(&out, "leaks %zu (", t->most);
	for (int k = 0; k < PROBE_KINDS; k++)
		if (t->kinds[k]) {
			buf_addf(&out, "%s%s", some ? ", " : "",
				 probe_kind_name((enum probe_kind)k));
			some = true;
		}
	buf_addc(&out, ')');
	return buf_detach(&out);
}

static char *word_of(const struct tally *t)
{
	if (t->counts[PROBE_LEAKS])
		return leak_word(t);
	if (t->counts[PROBE_PROVEN])
		return xasprintf("proven%s%s", t->writes ? ", writes too" : "",
				 t->counts[PROBE_IMPOSSIBLE] ? ", in part" : "");
	if (t->counts[PROBE_IMPOSSIBLE] || t->why)
		return xasprintf("could not probe: %s", t->why ? t->why : "it was not tried");
	return xstrdup(t->counts[PROBE_REFUSED] ? "refused" : "no role to probe as");
}

void probe_memory_keep(struct probe_memory *m, const struct probe_plan *plan)
{
	struct tally *all = tallies(plan);
	char key[16];

	for (size_t i = 0; i < plan->targets.len; i++) {
		if (all[i].stopped && all[i].stopped == all[i].probes)
			continue;
		if (plan->targets.v[i].relation)
			key_of(key, plan->targets.v[i].relation->oid);
		map_set(m->words, plan->targets.v[i].relation ? key : plan->targets.v[i].name,
			word_of(&all[i]));
	}
	free(all);
}

const char *probe_memory_about(const struct probe_memory *m, oid relation, const char *object)
{
	return relation ? probe_memory_word(m, relation) : map_get(m->words, object);
}

const char *probe_memory_word(const struct probe_memory *m, oid relation)
{
	char key[16];

	key_of(key, relation);
	return map_get(m->words, key);
}
