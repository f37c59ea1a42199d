/* SPDX-License-Identifier: MIT */
/*
 * What could not be judged, and why: said, so that silence is not taken for "sound".  The
 * catalog itself is open to every role; rows, the options of user mappings and what a standby
 * has not replayed yet are not.
 */
#include "rls_priv.h"

enum { NAMED_MAX = 8 };

static bool is_unreadable(const struct relation *r)
{
	return !r->schema_usage || !(r->rights & RIGHT_SELECT);
}

/* Several may be about the same object: what tells them apart is not for showing. */
static struct finding *unknown(struct finding *f)
{
	if (f)
		f->policy = NULL;
	return f;
}

static void unreadable(struct judge *j)
{
	struct subject s = { .object = catalog_database(j->catalog), .policy = "rights" };
	struct buf names = BUF_INIT;
	size_t all = 0, n = 0;
	struct finding *f;

	for (size_t i = 0; i < j->ntables; i++) {
		const struct relation *r = j->tables[i].r;

		if (!table_tenant(&j->tables[i]) || r->extension)
			continue;
		all++;
		if (is_unreadable(r) && ++n <= NAMED_MAX)
			buf_addf(&names, "%s%s", names.len ? ", " : "", judge_name(j, r));
	}
	if (n) {
		f = unknown(judge_find(
			j, RULE_R90, &s,
			"could not judge what %zu of %zu relations with tenants' rows show: %s "
			"may not read them, so they were judged by the catalog alone and no "
			"probe "
			"can try them",
			n, all, catalog_current_role(j->catalog)));
		judge_evidence(j, f, "%s%s", names.data, n > NAMED_MAX ? ", …" : "");
	}
	buf_release(&names);
}

static void mappings(struct judge *j)
{
	for (size_t i = 0; i < j->in->extras->mappings.len; i++) {
		const struct rls_mapping *m = &j->in->extras->mappings.v[i];
		struct subject s = { .object = m->server, .policy = "options" };

		if (!m->user)
			unknown(judge_find(
				j, RULE_R90, &s,
				"could not judge the user mapping for everybody: its options "
				"are empty or hidden from %s",
				catalog_current_role(j->catalog)));
	}
}

static void standby(struct judge *j)
{
	struct subject s = { .object = catalog_database(j->catalog), .policy = "standby" };

	if (catalog_in_recovery(j->catalog))
		unknown(judge_find(j, RULE_R90, &s,
				   "could not judge what the primary changed since this "
				   "standby's last replay; "
				   "probes of writes cannot run here"));
}

void rules_unknown(struct judge *j)
{
	unreadable(j);
	mappings(j);
	standby(j);
}
