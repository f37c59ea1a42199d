/* SPDX-License-Identifier: MIT */
/*
 * What is sent for each kind of probe.  All of it stands between a savepoint and its rollback;
 * a rollback in between takes back who one is, and what was written so far.
 */
#include <stdlib.h>

#include "rls_probe_steps.h"

void probe_steps(const struct probe_plan *p, const struct probe *x, struct probe_steps *out)
{
	struct probe_making m = { .p = p, .x = x, .t = &p->targets.v[x->target], .out = out };

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
