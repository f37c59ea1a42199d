/* SPDX-License-Identifier: MIT */
/*
 * screendef_action.c - "call = schema.function(name type, name type?)" taken apart.
 */
#include <ctype.h>
#include <string.h>

#include "base/alloc.h"
#include "base/vec.h"
#include "screendef_priv.h"

static const char *skip_blanks(const char *s)
{
	return s + strspn(s, " \t\n");
}

static size_t word_length(const char *s)
{
	size_t n = 0;

	while (isalnum((unsigned char)s[n]) || s[n] == '_' || (unsigned char)s[n] >= 0x80)
		n++;
	return n;
}

/* A type goes into SQL as it stands: only what a type's name is made of. */
static size_t type_length(const char *s)
{
	size_t n = 0, depth = 0;

	for (; s[n] && (depth || (s[n] != ',' && s[n] != ')')) && s[n] != '?'; n++) {
		depth += s[n] == '(';
		depth -= s[n] == ')';
		if (!isalnum((unsigned char)s[n]) && !strchr("_ .,()[]\"\t\n", s[n]) &&
		    (unsigned char)s[n] < 0x80)
			return 0;
	}
	while (n && isspace((unsigned char)s[n - 1]))
		n--;
	return n;
}

/* "p_quantity" is Quantity for people. */
static const char *label_of(struct arena *arena, const char *name)
{
	char *label;

	if (name[0] == 'p' && name[1] == '_' && name[2])
		name += 2;
	label = arena_strdup(arena, name);
	for (char *c = label; *c; c++)
		if (*c == '_')
			*c = ' ';
	return label;
}

static const char *take_param(struct arena *arena, const char *s, struct screen_param *out)
{
	size_t name = word_length(s), type;

	*out = (struct screen_param){ .name = arena_strndup(arena, s, name) };
	s = skip_blanks(s + name);
	type = type_length(s);
	if (!name || !type)
		return NULL;
	out->type = arena_strndup(arena, s, type);
	out->title = label_of(arena, out->name);
	s = skip_blanks(s + type);
	if (*s == '?') {
		out->optional = true;
		s = skip_blanks(s + 1);
	}
	return s;
}

/* "name=rest" of a list of words: the rest, or NULL. */
static const char *word_of(const char *const *words, const char *name)
{
	size_t len = strlen(name);

	for (; words && *words; words++)
		if (strncmp(*words, name, len) == 0 && (*words)[len] == '=')
			return *words + len + 1;
	return NULL;
}

/* Does each word name a parameter? */
static const char *unknown_word(const char *const *words, const struct screen_action *a)
{
	for (; words && *words; words++) {
		bool found = false;

		for (size_t i = 0; i < a->nparams; i++) {
			size_t len = strlen(a->params[i].name);

			found = found || (strncmp(*words, a->params[i].name, len) == 0 &&
					  (*words)[len] == '=');
		}
		if (!found)
			return *words;
	}
	return NULL;
}

static bool malformed(const struct screen_action *a, struct err *err)
{
	err_set(err, ERR_USAGE, a->name, "\"%s\" is not FUNCTION(NAME TYPE, NAME TYPE?)",
		a->call);
	return err_hint(err,
			"such as commerce.stock_receive(p_balance bigint, p_reason text?)");
}

bool screen_action_finish(struct arena *arena, struct screen_action *a, struct err *err)
{
	VEC(struct screen_param) params = VEC_INIT;
	const char *open = strchr(a->call, '('), *s, *stray;
	struct screen_param *kept;

	if (!open || open == a->call)
		return malformed(a, err);
	a->function = arena_strndup(arena, a->call, (size_t)(open - a->call));
	s = skip_blanks(open + 1);
	while (s && *s != ')') {
		s = take_param(arena, s, VEC_PUSH(&params));
		if (s && *s == ',' && *skip_blanks(s + 1) != ')')
			s = skip_blanks(s + 1);
		else if (s && *s != ')')
			s = NULL;
	}
	kept = arena_array(arena, params.len + 1, sizeof *kept);
	for (size_t i = 0; i < params.len; i++) {
		kept[i] = params.v[i];
		kept[i].value = word_of(a->fixed, kept[i].name);
		kept[i].pick = word_of(a->pick, kept[i].name);
	}
	a->params = kept;
	a->nparams = params.len;
	VEC_RELEASE(&params);
	if (!s || *skip_blanks(s + 1))
		return malformed(a, err);
	stray = unknown_word(a->fixed, a);
	if (!stray)
		stray = unknown_word(a->pick, a);
	if (stray)
		return err_set(err, ERR_USAGE, a->name, "\"%s\" names none of its parameters",
			       stray);
	return true;
}
