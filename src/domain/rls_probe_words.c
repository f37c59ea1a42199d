/* SPDX-License-Identifier: MIT */
/*
 * What a finding claims of settings and no probe has shown: which word opens a policy is found by
 * trying those that it names, one that nobody has thought of, and none.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "rls_clause_priv.h"
#include "rls_probe_steps.h"

enum { WORDS = 8 };

/* Settings that the policies of r read, beside the tenant's own, and that any session can set. */
static size_t other_settings(const struct probe_making *m, const char **out, size_t max)
{
	const struct relation *r = m->t->relation;
	const char *own = persona_setting(m->p->persona, m->t->tenancy);
	size_t n = 0;

	for (size_t i = 0; r && i < r->npolicies; i++)
		for (const char *at = r->policies[i].using_expr;
		     at && (at = strstr(at, "current_setting('")) != NULL && n < max;) {
			const char *name;
			size_t len;
			bool known = false;

			at += strlen("current_setting('");
			len = strcspn(at, "'");
			name = arena_strndup(m->p->arena, at, len);
			for (size_t k = 0; k < n; k++)
				known = known || strcmp(out[k], name) == 0;
			if (!known && !clause_is_claim(name) && (!own || strcmp(own, name) != 0))
				out[n++] = name;
			at += len;
		}
	return n;
}

/* Words that policies of r compare with: "on" of 'on', "ops" of ',ops'. */
static size_t policy_words(const struct probe_making *m, const char **out, size_t max)
{
	const struct relation *r = m->t->relation;
	size_t n = 0;

	for (size_t i = 0; r && i < r->npolicies; i++)
		for (const char *at = r->policies[i].using_expr;
		     at && (at = strchr(at, '\'')) != NULL && n < max;) {
			bool name = at > r->policies[i].using_expr && at[-1] == '(';
			size_t len = strcspn(at + 1, "'"), skip = strspn(at + 1, ",;| ");

			if (!name && skip < len)
				out[n++] = arena_strndup(m->p->arena, at + 1 + skip,
							 strcspn(at + 1 + skip, "',;| "));
			at += 1 + len + (at[1 + len] != '\0');
		}
	return n;
}

static void attempt_word(struct probe_making *m, const char *setting, const char *word)
{
	char *label = xasprintf(" with %s = '%s'", setting, word);

	probe_add_identity(m, m->t->a);
	probe_add_setting(m, setting, word);
	probe_add_look(m, label, false, false);
	probe_add_plain(m, "rls_probe_close", PROBE_MARK_NONE);
	free(label);
}

/* A switch that opens by one of the words of the policy, by every word but these, or by none. */
static void attempt_words(struct probe_making *m)
{
	const char *settings[PROBE_SETTINGS], *words[WORDS] = { "souk", "" };
	const char *own = persona_setting(m->p->persona, m->t->tenancy);
	size_t n = other_settings(m, settings, ARRAY_SIZE(settings)),
	       nwords = 2 + policy_words(m, words + 2, ARRAY_SIZE(words) - 2);

	for (size_t i = 0; i < n; i++)
		for (size_t w = 0; w < nwords; w++)
			attempt_word(m, settings[i], words[w]);
	/* One tenant that the policy names may be let in everywhere. */
	for (size_t w = 2; own && !clause_is_claim(own) && w < nwords; w++)
		if (strcmp(words[w], m->t->b) != 0)
			attempt_word(m, own, words[w]);
}

/* A list or an object with nothing in it. */
static void attempt_nothing(struct probe_making *m)
{
	const char *own = persona_setting(m->p->persona, m->t->tenancy);
	char *label;

	if (!own || strncmp(m->x->claimed->id, "R17", 3) != 0)
		return;
	label = xasprintf(" with %s = {}", own);
	probe_add_identity(m, m->t->a);
	probe_add_setting(m, own, "{}");
	probe_add_look(m, label, false, false);
	probe_add_plain(m, "rls_probe_close", PROBE_MARK_NONE);
	free(label);
}

void probe_add_words(struct probe_making *m)
{
	attempt_words(m);
	attempt_nothing(m);
}
