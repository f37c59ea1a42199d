/* SPDX-License-Identifier: MIT */
/*
 * rls_mend.h - what mends a finding is carried out, and judged again.
 */
#ifndef TESTS_DB_RLS_MEND_H
#define TESTS_DB_RLS_MEND_H

#include "rls_look.h"

static inline bool same(const struct finding *f, const char *id, const char *object,
		 const char *policy)
{
	return strcmp(f->id, id) == 0 && strcmp(f->object, object) == 0 &&
	       (f->policy ? policy && strcmp(f->policy, policy) == 0 : !policy);
}

static inline bool still_there(const struct look *l, const char *id, const char *object,
			const char *policy)
{
	for (size_t i = 0; i < l->scan->findings->list.len; i++)
		if (same(&l->scan->findings->list.v[i], id, object, policy))
			return true;
	return false;
}

/* Each finding with a fix is gone after all fixes were applied, and none has come; how many
 * there were. */
static inline size_t expect_mended(const struct look *l, const char *db)
{
	size_t mended = 0;
	struct look after;

	for (size_t i = 0; i < l->scan->findings->list.len; i++) {
		const struct finding *f = &l->scan->findings->list.v[i];

		cr_expect(f->fix || f->severity == SEVERITY_INFO ||
				  (f->choices && strncmp(f->choices, "-- ", 3) == 0),
			  "%s on %s says neither what mends it nor what there is to choose",
			  f->id, f->object);
		if (!f->fix)
			continue;
		free(cluster_sql(db, f->fix));
		mended++;
	}
	look_at(&after, db, l->checks);
	for (size_t i = 0; i < l->scan->findings->list.len; i++) {
		const struct finding *f = &l->scan->findings->list.v[i];

		cr_expect(!f->fix || !still_there(&after, f->id, f->object, f->policy),
			  "%s on %s is still there after %s", f->id, f->object, f->fix);
	}
	for (size_t i = 0; i < after.scan->findings->list.len; i++) {
		const struct finding *f = &after.scan->findings->list.v[i];

		cr_expect(f->severity == SEVERITY_INFO ||
				  still_there(l, f->id, f->object, f->policy),
			  "mending brought %s on %s: %s", f->id, f->object, f->message);
	}
	look_release(&after);
	return mended;
}

#endif
