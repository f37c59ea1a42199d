/* SPDX-License-Identifier: MIT */
#include "command/undo.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/vec.h"

struct logged {
	unsigned id;
	struct undo_step step;
};

/* The newest at the end: sides[0] can be taken back, sides[1] was. */
struct undo_log {
	VEC(struct logged) sides[2];
	unsigned last;
};

struct undo_log *undo_log_new(void)
{
	return xcalloc(1, sizeof(struct undo_log));
}

void undo_entry_release(struct undo_entry *e)
{
	record_plan_free(&e->plan);
	record_release(&e->before);
	record_release(&e->after);
}

void undo_step_release(struct undo_step *step)
{
	for (size_t i = 0; i < step->n; i++)
		undo_entry_release(&step->entries[i]);
	free(step->entries);
	free(step->title);
	*step = (struct undo_step){ 0 };
}

static void drop(struct undo_log *log, size_t side, size_t i)
{
	undo_step_release(&log->sides[side].v[i].step);
	VEC_REMOVE(&log->sides[side], i);
}

void undo_log_free(struct undo_log **lp)
{
	struct undo_log *log = *lp;

	*lp = NULL;
	if (!log)
		return;
	for (size_t side = 0; side < 2; side++) {
		while (log->sides[side].len)
			drop(log, side, log->sides[side].len - 1);
		VEC_RELEASE(&log->sides[side]);
	}
	free(log);
}

static unsigned put(struct undo_log *log, size_t side, struct undo_step *owned)
{
	if (log->sides[side].len == UNDO_MAX)
		drop(log, side, 0);
	*VEC_PUSH(&log->sides[side]) = (struct logged){ ++log->last, *owned };
	*owned = (struct undo_step){ 0 };
	return log->last;
}

unsigned undo_begin(struct undo_log *log, enum undo_how how, const char *title)
{
	struct undo_step step = { .title = xstrdup(title) };

	while (how == UNDO_NEW && log->sides[1].len)
		drop(log, 1, log->sides[1].len - 1);
	return put(log, how == UNDO_BACK, &step);
}

void undo_add(struct undo_log *log, unsigned id, struct undo_entry *entry)
{
	for (size_t side = 0; side < 2; side++)
		for (size_t i = log->sides[side].len; i-- > 0;) {
			struct undo_step *s = &log->sides[side].v[i].step;

			if (log->sides[side].v[i].id != id)
				continue;
			s->entries = xreallocarray(s->entries, s->n + 1, sizeof *s->entries);
			s->entries[s->n++] = *entry;
			*entry = (struct undo_entry){ 0 };
			return;
		}
	undo_entry_release(entry);
	*entry = (struct undo_entry){ 0 };
}

bool undo_take(struct undo_log *log, enum undo_how how, struct undo_step *out)
{
	size_t side = how == UNDO_AGAIN;

	while (log->sides[side].len) {
		size_t last = log->sides[side].len - 1;

		*out = log->sides[side].v[last].step;
		VEC_REMOVE(&log->sides[side], last);
		if (out->n)
			return true;
		undo_step_release(out);
	}
	return false;
}

void undo_put_back(struct undo_log *log, enum undo_how how, struct undo_step *owned)
{
	if (owned->n)
		put(log, how == UNDO_AGAIN, owned);
	else
		undo_step_release(owned);
}

size_t undo_len(const struct undo_log *log)
{
	size_t n = 0;

	for (size_t i = 0; i < log->sides[0].len; i++)
		n += log->sides[0].v[i].step.n > 0;
	return n;
}
