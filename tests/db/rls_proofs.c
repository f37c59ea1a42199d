/* SPDX-License-Identifier: MIT */
/*
 * What probes show of seeded holes and of their look-alikes.
 */
#include "command/probe_memory.h"
#include "rls_look.h"

LEAK_TEST(rls_proofs, probes_of_holes_leak_and_leave_nothing)
{
	static const char *const leaks[] = {
		"r01_off|select|leaks",
		"r13_true|select|leaks",
		"r17_empty|select empty|leaks",
		"r17_is_null|select unset|leaks",
		"r18_coalesce|select empty|leaks",
		"r20_check_true|insert|leaks",
		"r22_steal|update all|leaks",
		"r23_blind_delete|delete all|leaks",
		"r08_leaf|select|leaks",
		"r11_totals|select|leaks",
		"r21_insert_true|insert|leaks",
		"r26_floor_command|delete all|leaks",
		"r60_super_view|select|leaks",
		"r06_lines|select|leaks",
		"r28_or_literal|select|leaks",
		"r03_owned|select|leaks|base_r03_login",
		"r04_inherited|select|leaks|base_r04_login",
		"r11_bodies|select|leaks",
		"r19_shared|insert null|leaks",
		"r31_trusting|insert member|leaks",
		"r31_lent|insert member|leaks",
		"r32_immutable|select prepared|leaks",
		"r38_switch|select forged|leaks",
		"r39_user_claim|select forged|leaks",
		"|select|leaks|r40_login",
		"|select|leaks|r41_login",
		"|select|leaks|r42_login",
		"|select|leaks|x04_login",
		"r45_truncate|truncate|could not probe",
		"r46_references|references|could not probe",
		"r47_trigger|trigger|could not probe",
		"r64_writable_view|insert|leaks",
		"r64_writable_view|move|leaks",
		"r65_count()|select influenced|leaks",
		"r80_child|insert reference|leaks",
		"r81_child|insert reference|leaks",
		"r82_email|insert key|leaks",
		"r83_slot|insert key|leaks",
	};
	struct cluster *own = cluster_new(NULL);
	char *db = cluster_database_in(own, "tests/db/rls/holes.sql"),
	     *before = fingerprint(db), *after;
	struct look l;
	struct told t;

	look_at(&l, db, CHECK_ISOLATION);
	probe(&l, &t, probe_all, ARRAY_SIZE(probe_all));
	cr_expect_eq(t.status, 5);
	for (size_t i = 0; i < ARRAY_SIZE(leaks); i++)
		cr_expect(said(&t, leaks[i]), "no %s", leaks[i]);
	cr_expect(said(&t, "base_orders|select|proven"));
	cr_expect(said(&t, "base_orders|insert|proven"));
	cr_expect_not(said(&t, "base_orders|select|leaks|seed_app"));
	/* What leaks has a finding. */
	for (char *rest, *line = strtok_r(t.rows.data, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		char *bar = strchr(line, '|');
		const char *role = strrchr(line, '|') + 1;

		if (!strstr(line, "|leaks"))
			continue;
		*bar = '\0';
		const struct finding *f = find(&l, "", line);

		f = f && f->severity > SEVERITY_INFO ? f : find(&l, "", role);
		cr_expect(f && f->severity > SEVERITY_INFO, "%s leaks by %s and has no finding",
			  line, bar + 1);
	}
	after = fingerprint(db);
	cr_expect_str_eq(before, after, "something remains");
	free(before);
	free(after);
	buf_release(&t.rows);
	err_release(&t.err);
	look_release(&l);
	free(db);
	cluster_free(&own);
}
/* A probe of one relation is remembered by the session, and told by the next status. */
LEAK_TEST(rls_proofs, status_tells_the_last_probe)
{
	static const char *const one[] = { "rls", "probe", "r13_true" },
				 *const check[] = { "rls", "check" };
	struct cluster *own = cluster_new(NULL);
	char *db = cluster_database_in(own, "tests/db/rls/holes.sql");
	const struct relation *r;
	struct err err = ERR_INIT;
	struct look l;
	struct told t;

	look_at(&l, db, CHECK_ISOLATION);
	r = catalog_find(l.scan->catalog, "r13_true", &err);
	cr_assert_not_null(r);
	cr_expect_null(probe_memory_word(session_probes(l.session), r->oid));
	probe(&l, &t, one, ARRAY_SIZE(one));
	cr_expect_str_eq(probe_memory_word(session_probes(l.session), r->oid),
			 "leaks 3 (select, select empty, select unset)");
	r = catalog_find(l.scan->catalog, "base_orders", &err);
	cr_expect_null(probe_memory_word(session_probes(l.session), r->oid));
	buf_release(&t.rows);
	err_release(&t.err);
	probe(&l, &t, check, ARRAY_SIZE(check));
	cr_expect(strstr(t.standings.data, "R13-using-true|public.r13_true|proven: leaks 3 "
					   "(select, select empty, select unset)\n"),
		  "%s", t.standings.data);
	cr_expect(strstr(t.standings.data, "|public.r14_same_column|claims a leak\n"), "%s",
		  t.standings.data);
	cr_expect(strstr(t.standings.data, "|risk, not shown by a probe\n") &&
		  strstr(t.standings.data, "|hygiene\n"));
	buf_release(&t.rows);
	buf_release(&t.standings);
	err_release(&t.err);
	look_release(&l);
	free(db);
	cluster_free(&own);
}

LEAK_TEST(rls_proofs, probes_of_lookalikes_prove)
{
	char *db = cluster_database("tests/db/rls/lookalikes.sql");
	struct look l;
	struct told t;

	look_at(&l, db, CHECK_ISOLATION);
	probe(&l, &t, probe_all, ARRAY_SIZE(probe_all));
	cr_expect_eq(t.status, 0, "%s", t.rows.data);
	cr_expect_not(said(&t, "|leaks"));
	cr_expect(said(&t, "ok_orders|select|proven"));
	cr_expect(said(&t, "ok_22_update_both|move|proven"));
	cr_expect(said(&t, "ok_63_barrier|select|proven"));
	cr_expect(said(&t, "ok_06_child|select|proven"));
	cr_expect(said(&t, "ok_06_in_child|select|proven"));
	buf_release(&t.rows);
	err_release(&t.err);
	look_release(&l);
	free(db);
}

/* By a list that he may write, and by what writes a list that asks for one of a few words. */
LEAK_TEST(rls_proofs, who_lets_himself_in_is_shown)
{
	struct cluster *own = cluster_new(NULL);
	char *db = cluster_database_in(own, "tests/db/rls/joiners.sql"),
	     *before = fingerprint(db), *after;
	struct look l;
	struct told t;

	look_at(&l, db, CHECK_ISOLATION);
	cr_expect_not_null(find(&l, "R31", "jn.notes"));
	cr_expect_not_null(find(&l, "R65", "jn.add_member"));
	probe(&l, &t, probe_all, ARRAY_SIZE(probe_all));
	cr_expect(said(&t, "jn.notes|finding|leaks|jn_web"), "%s", t.rows.data);
	cr_expect(said(&t, "jn.add_member(c bigint, who bigint, p text)|call|leaks|jn_web"), "%s",
		  t.rows.data);
	cr_expect(said(&t, "jn.teams|select|proven|jn_web"), "%s", t.rows.data);
	after = fingerprint(db);
	cr_expect_str_eq(before, after, "something remains");
	free(before);
	free(after);
	buf_release(&t.rows);
	buf_release(&t.standings);
	err_release(&t.err);
	look_release(&l);
	free(db);
	cluster_free(&own);
}
