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

/* The kinds that leaked, each once, whatever the number of roles. */
static char *leak_word(const struct probe_plan *p, size_t target)
{
	bool kinds[PROBE_KINDS] = { false };
	struct buf out = BUF_INIT;
	size_t most = 0;
	bool some = false;

	for (size_t i = 0; i < p->probes.len; i++) {
		const struct probe *x = &p->probes.v[i];

		if (x->target != target || x->beyond || x->outcome != PROBE_LEAKS)
			continue;
		kinds[x->kind] = true;
		most = x->rows > most ? x->rows : most;
	}
	buf_addf(&out, "leaks %zu (", most);
	for (int k = 0; k < PROBE_KINDS; k++)
		if (kinds[k]) {
			buf_addf(&out, "%s%s", some ? ", " : "",
				 probe_kind_name((enum probe_kind)k));
			some = true;
		}
	buf_addc(&out, ')');
	return buf_detach(&out);
}

static char *word_of(const struct probe_plan *p, size_t target)
{
	const char *why = p->targets.v[target].impossible;
	size_t counts[4] = { 0 };

	for (size_t i = 0; i < p->probes.len; i++) {
		const struct probe *x = &p->probes.v[i];

		if (x->target != target || x->beyond)
			continue;
		counts[x->outcome]++;
		why = x->outcome == PROBE_IMPOSSIBLE && !why ? x->why : why;
	}
	if (counts[PROBE_LEAKS])
		return leak_word(p, target);
	if (counts[PROBE_PROVEN])
		return xasprintf("proven%s%s", p->write ? ", writes too" : "",
				 counts[PROBE_IMPOSSIBLE] ? ", in part" : "");
	if (counts[PROBE_IMPOSSIBLE] || why)
		return xasprintf("could not probe: %s", why ? why : "it was not tried");
	return xstrdup(counts[PROBE_REFUSED] ? "refused" : "no role to probe as");
}

void probe_memory_keep(struct probe_memory *m, const struct probe_plan *plan)
{
	char key[16];

	for (size_t i = 0; i < plan->targets.len; i++) {
		if (plan->targets.v[i].relation)
			key_of(key, plan->targets.v[i].relation->oid);
		map_set(m->words, plan->targets.v[i].relation ? key : plan->targets.v[i].name,
			word_of(plan, i));
	}
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
