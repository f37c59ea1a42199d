/* SPDX-License-Identifier: MIT */
#include "domain/merge.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/decimal.h"
#include "base/vec.h"
#include "merge_priv.h"

struct merge_plan {
	struct merge_field *fields;
	size_t len;
};

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

/* --- one field ----------------------------------------------------------------------------- */

/* Below this a text is a name or a code: two people who changed it meant two different things. */
enum { LONG_TEXT = 40 };

static bool is_long(const char *s)
{
	return strlen(s) >= LONG_TEXT || strchr(s, '\n');
}

static bool are_numbers(const struct merge_field *f)
{
	return f->theirs && f->mine && decimal_valid(f->theirs) && decimal_valid(f->mine);
}

/* Theirs and mine are different texts: are they equal values nevertheless? */
static bool known_equal(const struct merge_field *f)
{
	if (f->type == MERGE_NUMBER && are_numbers(f))
		return decimal_compare(f->theirs, f->mine) == 0;
	if (f->type == MERGE_JSON && f->theirs && f->mine)
		return merge_json_equal(f->theirs, f->mine);
	return false;
}

static void make_offer(struct merge_field *f)
{
	char *change;

	free(f->offer);
	f->offer = NULL;
	if (!f->counter || f->type != MERGE_NUMBER || !f->base || !are_numbers(f))
		return;
	change = decimal_subtract(f->mine, f->base);
	f->offer = change ? decimal_add(f->theirs, change) : NULL;
	free(change);
}

static struct merge_part part_copy(const struct merge_part *part)
{
	return (struct merge_part){
		.path = xstrdup_null(part->path),
		.base = xstrdup_null(part->base),
		.theirs = xstrdup_null(part->theirs),
		.mine = xstrdup_null(part->mine),
	};
}

/* A part is known again by what it was and what I made of it: theirs may move. */
static struct merge_part *remembered(const struct merge_field *f, const struct merge_part *part)
{
	for (size_t i = 0; i < f->nremembered; i++) {
		struct merge_part *known = &f->remembered[i];

		if (same_text(known->path, part->path) && same_text(known->base, part->base) &&
		    same_text(known->mine, part->mine))
			return known;
	}
	return NULL;
}

static enum merge_choice choice_before(void *ctx, const struct merge_part *part)
{
	const struct merge_part *known = remembered(ctx, part);

	return known ? known->choice : CHOICE_NONE;
}

static void remember(struct merge_field *f, const struct merge_part *part, enum merge_choice choice)
{
	struct merge_part *known = remembered(f, part);

	if (!known) {
		f->remembered = xreallocarray(f->remembered, f->nremembered + 1, sizeof *known);
		known = &f->remembered[f->nremembered++];
		*known = part_copy(part);
	}
	known->choice = choice;
}

/* Both sides changed it: put it together, with the choices made for its parts so far. */
static void put_together(struct merge_field *f)
{
	struct three x = {
		.base = f->base, .theirs = f->theirs, .mine = f->mine, .choose = choice_before,
		.ctx = f,
	};

	free(f->merged);
	f->merged = NULL;
	if (f->theirs && f->mine) {
		if (f->type == MERGE_JSON)
			f->merged = merge_json(&x);
		else if (f->type == MERGE_SET)
			f->merged = merge_set(&x);
		else if (f->type == MERGE_TEXT && f->base &&
			 (is_long(f->base) || is_long(f->theirs) || is_long(f->mine)))
			f->merged = merge_text(&x);
	}
	parts_release(f->parts, f->nparts);
	f->parts = x.parts.v;
	f->nparts = x.parts.len;
	f->verdict = f->merged && !f->nparts ? MERGE_MERGED : MERGE_CONFLICT;
}

static void drop_merged(struct merge_field *f)
{
	free(f->merged);
	f->merged = NULL;
	parts_release(f->parts, f->nparts);
	f->parts = NULL;
	f->nparts = 0;
}

static void judge(struct merge_field *f)
{
	bool they = !same_text(f->base, f->theirs), i = !same_text(f->base, f->mine);

	make_offer(f);
	f->ask_server = false;
	if (!they || !i)
		f->verdict = they ? MERGE_THEIRS : i ? MERGE_MINE : MERGE_UNCHANGED;
	else if (same_text(f->theirs, f->mine) || known_equal(f))
		f->verdict = MERGE_SAME;
	else
		f->verdict = MERGE_CONFLICT;
	if (f->verdict != MERGE_CONFLICT) {
		drop_merged(f);
		return;
	}
	f->ask_server = f->server_equality && f->theirs && f->mine;
	put_together(f);
}

static const char *chosen_text(const struct merge_field *f)
{
	const char *const texts[] = {
		[CHOICE_NONE] = f->verdict == MERGE_MINE   ? f->mine
				: f->verdict < MERGE_MERGED ? f->theirs
							    : f->merged,
		[CHOICE_THEIRS] = f->theirs,
		[CHOICE_MINE] = f->mine,
		[CHOICE_BASE] = f->base,
		[CHOICE_OFFER] = f->offer,
		[CHOICE_EDITED] = f->edited,
	};

	return texts[f->choice];
}

static bool has_result(const struct merge_field *f)
{
	return f->choice != CHOICE_NONE || f->verdict != MERGE_CONFLICT || f->merged;
}

static bool is_open(const struct merge_field *f)
{
	return !has_result(f) || (f->ask_server && f->choice == CHOICE_NONE);
}

/* --- what the merges of texts and JSON share ----------------------------------------------- */

enum merge_choice three_conflict(struct three *x, const struct merge_part *part)
{
	struct merge_part copy = part_copy(part);

	copy.choice = x->choose(x->ctx, part);
	if (copy.choice == CHOICE_NONE)
		x->open = true;
	*VEC_PUSH(&x->parts) = copy;
	return copy.choice;
}

void parts_release(struct merge_part *parts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(parts[i].path);
		free(parts[i].base);
		free(parts[i].theirs);
		free(parts[i].mine);
	}
	free(parts);
}

/* --- the plan ------------------------------------------------------------------------------ */

struct merge_plan *merge_new(const struct merge_input *fields, size_t n)
{
	struct merge_plan *plan = xcalloc(1, sizeof *plan);

	plan->fields = xcalloc(n, sizeof *plan->fields);
	plan->len = n;
	for (size_t i = 0; i < n; i++) {
		plan->fields[i] = (struct merge_field){
			.name = xstrdup(fields[i].name),
			.type = fields[i].type,
			.counter = fields[i].counter,
			.server_equality = fields[i].server_equality,
			.base = xstrdup_null(fields[i].base),
			.theirs = xstrdup_null(fields[i].theirs),
			.mine = xstrdup_null(fields[i].mine),
		};
		judge(&plan->fields[i]);
	}
	return plan;
}

void merge_free(struct merge_plan **plan)
{
	if (!*plan)
		return;
	for (size_t i = 0; i < (*plan)->len; i++) {
		struct merge_field *f = &(*plan)->fields[i];

		drop_merged(f);
		parts_release(f->remembered, f->nremembered);
		free(f->name);
		free(f->base);
		free(f->theirs);
		free(f->mine);
		free(f->offer);
		free(f->edited);
	}
	free((*plan)->fields);
	free(*plan);
	*plan = NULL;
}

size_t merge_len(const struct merge_plan *plan)
{
	return plan->len;
}

static struct merge_field *field_at(const struct merge_plan *plan, size_t i)
{
	if (i >= plan->len)
		BUG("field %zu of %zu", i, plan->len);
	return &plan->fields[i];
}

const struct merge_field *merge_at(const struct merge_plan *plan, size_t i)
{
	return field_at(plan, i);
}

const struct merge_field *merge_find(const struct merge_plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->len; i++)
		if (!strcmp(plan->fields[i].name, name))
			return &plan->fields[i];
	return NULL;
}

bool merge_result(const struct merge_plan *plan, size_t i, const char **text)
{
	const struct merge_field *f = field_at(plan, i);

	*text = chosen_text(f);
	return has_result(f);
}

bool merge_writes(const struct merge_plan *plan, size_t i)
{
	const struct merge_field *f = field_at(plan, i);

	return has_result(f) && !same_text(chosen_text(f), f->theirs);
}

size_t merge_unresolved(const struct merge_plan *plan)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->len; i++)
		n += is_open(&plan->fields[i]);
	return n;
}

bool merge_is_resolved(const struct merge_plan *plan)
{
	return merge_unresolved(plan) == 0;
}

int merge_next_conflict(const struct merge_plan *plan, int i, int step)
{
	int len = (int)plan->len, at = i < 0 && step < 0 ? 0 : i;

	for (int turn = 0; turn < len; turn++) {
		at = (at + step + len) % len;
		if (plan->fields[at].verdict == MERGE_CONFLICT)
			return at;
	}
	return -1;
}

void merge_server_equal(struct merge_plan *plan, size_t i, bool equal)
{
	struct merge_field *f = field_at(plan, i);

	if (!f->ask_server)
		return;
	f->ask_server = false;
	if (equal) {
		f->verdict = MERGE_SAME;
		drop_merged(f);
	}
}

/* --- choices ------------------------------------------------------------------------------- */

bool merge_choose(struct merge_plan *plan, size_t i, enum merge_choice choice)
{
	struct merge_field *f = field_at(plan, i);

	if ((choice == CHOICE_OFFER && !f->offer) || (choice == CHOICE_EDITED && !f->has_edited))
		return false;
	f->choice = choice;
	f->moved = false;
	return true;
}

void merge_edit(struct merge_plan *plan, size_t i, const char *text)
{
	struct merge_field *f = field_at(plan, i);
	char *copy = xstrdup_null(text); /* it may be the old one */

	free(f->edited);
	f->edited = copy;
	f->has_edited = true;
	(void)merge_choose(plan, i, CHOICE_EDITED);
}

bool merge_choose_part(struct merge_plan *plan, size_t i, size_t part, enum merge_choice choice)
{
	struct merge_field *f = field_at(plan, i);

	if (part >= f->nparts || choice == CHOICE_OFFER || choice == CHOICE_EDITED)
		return false;
	remember(f, &f->parts[part], choice);
	f->moved = false;
	put_together(f);
	return true;
}

void merge_choose_all(struct merge_plan *plan, enum merge_choice choice, enum merge_all which)
{
	for (size_t i = 0; i < plan->len; i++) {
		const struct merge_field *f = &plan->fields[i];

		if (which == MERGE_ALL_FIELDS || (which == MERGE_ALL_OPEN && is_open(f)) ||
		    (which == MERGE_ALL_BOTH && f->verdict >= MERGE_SAME))
			(void)merge_choose(plan, i, choice);
	}
}

static bool has_choice(const struct merge_field *f)
{
	bool any = f->choice != CHOICE_NONE;

	for (size_t i = 0; i < f->nparts; i++)
		any = any || f->parts[i].choice != CHOICE_NONE;
	return any;
}

void merge_rebase(struct merge_plan *plan, const char *const *theirs)
{
	for (size_t i = 0; i < plan->len; i++) {
		struct merge_field *f = &plan->fields[i];

		if (same_text(f->theirs, theirs[i]))
			continue;
		f->moved = has_choice(f);
		free(f->theirs);
		f->theirs = xstrdup_null(theirs[i]);
		judge(f);
		if (f->choice == CHOICE_OFFER && !f->offer)
			f->choice = CHOICE_NONE;
	}
}
