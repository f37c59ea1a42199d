/* SPDX-License-Identifier: MIT */
#include "lineedit_history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <readline/history.h>

#include "base/alloc.h"
#include "base/vec.h"

enum { KEPT = 1000 };

struct linehist {
	HISTORY_STATE *state; /* its own, while the whole is in force */
	HISTORY_STATE *whole; /* … while this is */
};

static void forget(int at)
{
	free_history_entry(remove_history(at));
}

static void forget_same(const char *text)
{
	HIST_ENTRY **list = history_list();

	for (int i = 0; list && list[i]; i++) {
		if (strcmp(list[i]->line, text) != 0)
			continue;
		forget(i);
		return;
	}
}

void linehist_keep(const char *text)
{
	forget_same(text);
	while (history_length >= KEPT)
		forget(0);
	add_history(text);
}

const char *linehist_at(size_t i)
{
	if (i >= (size_t)history_length)
		return NULL;
	return history_list()[(size_t)history_length - 1 - i]->line;
}

void linehist_clear(void)
{
	while (history_length)
		forget(0);
}

/* ---- parts ---- */

static void put(HISTORY_STATE **state)
{
	history_set_history_state(*state);
	free(*state);
	*state = NULL;
}

void linehist_enter(struct linehist *h)
{
	if (!h)
		return;
	h->whole = history_get_history_state();
	put(&h->state);
}

void linehist_leave(struct linehist *h)
{
	if (!h)
		return;
	h->state = history_get_history_state();
	put(&h->whole);
}

struct linehist *linehist_of(const char *lead)
{
	struct linehist *h = xcalloc(1, sizeof *h);
	HIST_ENTRY **list = history_list();
	VEC(const char *) texts = VEC_INIT;

	for (int i = 0; list && list[i]; i++)
		if (strncmp(list[i]->line, lead, strlen(lead)) == 0)
			*VEC_PUSH(&texts) = list[i]->line + strlen(lead);
	h->state = xcalloc(1, sizeof *h->state);
	linehist_enter(h);
	for (size_t i = 0; i < texts.len; i++)
		add_history(texts.v[i]);
	linehist_leave(h);
	VEC_RELEASE(&texts);
	return h;
}

void linehist_free(struct linehist **hp)
{
	struct linehist *h = *hp;

	*hp = NULL;
	if (!h)
		return;
	linehist_enter(h);
	linehist_clear();
	linehist_leave(h);
	free(h->state->entries);
	free(h->state);
	free(h);
}
