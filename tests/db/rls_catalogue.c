/* SPDX-License-Identifier: MIT */
/*
 * The catalogue of holes: for each a seeded one, the rule that finds it, and the probe that
 * proves it, or why none can.
 */
#include "domain/rls_probe.h"
#include "rls_look.h"

struct hole {
	const char *rule;  /* its id begins so */
	const char *seed;  /* whose finding it is */
	const char *proof; /* the kind of probe that leaks; NULL: none, and the rule says why */
	const char *leaks; /* by what it leaks, where that is not the seed */
};

static const struct hole holes[] = {
	/* the state of tables */
	{ "R01", "r01_off", "select", NULL },
	{ "R02", "r02_not_enabled", "select", NULL },
	{ "R03", "r03_owned", "select", NULL },
	{ "R04", "r04_inherited", "select", NULL },
	{ "R05", "r05_forced", NULL, NULL },
	{ "R06", "r06_lines", "select", NULL },
	{ "R07", "tenants", "select", NULL },
	{ "R08", "r08_leaf", "select", NULL },
	{ "R09", "r09_child", "select", NULL },
	{ "R10", "r10_parent", "select", NULL },
	{ "R11", "r11_bodies", "select", NULL },
	{ "R11", "r11_totals", "select", NULL },
	{ "R12", "r12_far", NULL, NULL },
	/* policies */
	{ "R13", "r13_true", "select", NULL },
	{ "R14", "r14_one_is_one", "select", NULL },
	{ "R14", "r14_same_column", "select", NULL },
	{ "R15", "r15_widened", "select", NULL },
	{ "R16", "r16_other_column", "finding", NULL },
	{ "R17", "r17_is_null", "select unset", NULL },
	{ "R17", "r17_empty", "select empty", NULL },
	{ "R18", "r18_coalesce", "select empty", NULL },
	{ "R19", "r19_shared", "insert null", NULL },
	{ "R20", "r20_check_true", "insert", NULL },
	{ "R21", "r21_insert_true", "insert", NULL },
	{ "R22", "r22_steal", "update all", NULL },
	{ "R23", "r23_blind_delete", "delete all", NULL },
	{ "R24", "r24_wide_check", NULL, NULL },
	{ "R25", "r25_floor_role", "select", NULL },
	{ "R26", "r26_floor_command", "delete all", NULL },
	{ "R27", "r27_current_user", "select", NULL },
	{ "R28", "r28_or_literal", "select", NULL },
	{ "R29", "r29_like", "select forged", NULL },
	{ "R30", "r30_unbound", "finding", NULL },
	{ "R31", "r31_trusting", "insert member", NULL },
	{ "R32", "r32_immutable", "select prepared", NULL },
	{ "R38", "r38_switch", "select forged", NULL },
	{ "R39", "r39_user_claim", "select forged", NULL },
	/* roles and rights */
	{ "R40", "r40_login", "select", NULL },
	{ "R41", "r41_login", "select", NULL },
	{ "R42", "r42_login", "select", NULL },
	{ "R43", "r43_login", NULL, NULL },
	{ "R44", "r44_login", NULL, NULL },
	{ "R45", "r45_truncate", NULL, NULL },
	{ "R46", "r46_references", NULL, NULL },
	{ "R47", "r47_trigger", NULL, NULL },
	{ "R49", "r49_schema", NULL, NULL },
	{ "R50", "r50_login", NULL, NULL },
	{ "R51", "seed_far", NULL, NULL },
	{ "R52", "r52_login", NULL, NULL },
	{ "X04", "x04_login", "select", NULL },
	/* code */
	{ "R60", "r60_super_view", "select", NULL },
	{ "R61", "r61_owner_view", "select", NULL },
	{ "R62", "r62_outer_view", "select", NULL },
	{ "R63", "r63_filter_view", NULL, NULL },
	{ "R64", "r64_writable_view", "insert", NULL },
	{ "R65", "r65_count", "select influenced", "r65_count()" },
	{ "R66", "r66_path", NULL, NULL },
	{ "R67", "r67_enter", NULL, NULL },
	{ "R68", "r68_login", NULL, NULL },
	{ "R69", "r69_copied", NULL, NULL },
	{ "R70", "r70_ruled", NULL, NULL },
	{ "R72", "r72_all", NULL, NULL },
	{ "R74", "r74_equal", NULL, NULL },
	/* keys */
	{ "R80", "r80_child", "insert reference", NULL },
	{ "R81", "r81_child", "insert reference", NULL },
	{ "R82", "r82_email", "insert key", NULL },
	{ "R83", "r83_slot", "insert key", NULL },
	{ "R84", "r84_invoice_no", NULL, NULL },
};

/* What fails closed, or is slow: nothing leaks, and no probe says that anything does. */
static const struct hole closed[] = {
	{ "R33", "r33_one_argument", NULL, NULL }, { "R34", "r34_empty_cast", NULL, NULL },
	{ "R35", "r35_no_policy", NULL, NULL },	   { "R36", "r36_floor_only", NULL, NULL },
	{ "R37", "r37_no_delete", NULL, NULL },	   { "R86", "r86_one", NULL, NULL },
	{ "P01", "p01_per_row", NULL, NULL },	   { "P02", "p02_no_index", NULL, NULL },
	{ "P03", "p03_cast", NULL, NULL },	   { "P04", "p04_enum", NULL, NULL },
	{ "P05", "p05_or_arm", NULL, NULL },	   { "P06", "p06_bare", NULL, NULL },
};

static bool names(const char *list, const char *kind)
{
	size_t n = strlen(kind);

	for (const char *at = list; at && (at = strstr(at, kind)); at += n)
		if ((at == list || at[-1] == ' ') && (at[n] == '\0' || at[n] == ','))
			return true;
	return false;
}

static void expect_proof(const struct told *t, const struct hole *h, const char *id)
{
	const char *why = NULL, *shown = probe_shows(id, &why),
		   *by = h->leaks ? h->leaks : h->seed;
	char *of, *as;

	if (!h->proof) {
		cr_expect(!shown && why, "%s says nothing of why %s is not probed", id,
			  h->seed);
		return;
	}
	cr_expect(names(shown, h->proof), "%s is said to be shown by \"%s\", not %s", id,
		  shown ? shown : "", h->proof);
	of = xasprintf("%s|%s|leaks|", by, h->proof);
	as = xasprintf("|%s|leaks|%s\n", h->proof, by);
	cr_expect(said(t, of) || said(t, as), "%s: %s of %s does not leak", id, h->proof, by);
	free(of);
	free(as);
}

LEAK_TEST(rls_catalogue, each_hole_has_its_rule_and_its_proof)
{
	struct cluster *own = cluster_new("wal_level = logical\n");
	char *db = cluster_database_in(own, "tests/db/rls/holes.sql");
	struct look l;
	struct told t;

	look_at(&l, db, CHECK_ISOLATION | CHECK_SPEED);
	probe(&l, &t, probe_all, ARRAY_SIZE(probe_all));
	cr_expect_geq(ARRAY_SIZE(holes), 25);
	for (size_t i = 0; i < ARRAY_SIZE(holes); i++) {
		const struct finding *f = find(&l, holes[i].rule, holes[i].seed);

		cr_expect(f && f->severity > SEVERITY_INFO, "%s does not find %s",
			  holes[i].rule, holes[i].seed);
		if (f)
			expect_proof(&t, &holes[i], f->id);
	}
	for (size_t i = 0; i < ARRAY_SIZE(closed); i++) {
		const struct finding *f = find(&l, closed[i].rule, closed[i].seed);
		char *leaks = xasprintf(".%s|", closed[i].seed);
		const char *why;

		cr_expect(f, "%s does not find %s", closed[i].rule, closed[i].seed);
		cr_expect(!f || (!probe_shows(f->id, &why) && !why), "%s claims a leak",
			  closed[i].rule);
		for (const char *at = t.rows.data; (at = strstr(at, leaks)); at++) {
			const char *line = strchr(at + strlen(leaks), '|');

			cr_expect(strncmp(line, "|leaks|", 7) != 0, "%s leaks", closed[i].seed);
		}
		free(leaks);
	}
	buf_release(&t.rows);
	err_release(&t.err);
	look_release(&l);
	free(db);
	cluster_free(&own);
}

/* Each look-alike is there, none is flagged, and no probe shows anything of it. */
LEAK_TEST(rls_catalogue, each_lookalike_is_clean)
{
	char *db = cluster_database("tests/db/rls/lookalikes.sql"), *count;
	struct look l;
	struct told t;
	size_t n = 0;

	count = cluster_sql(
		db, "SELECT count(*) FROM pg_class WHERE relname ~ '^ok_' AND " /* not SQL */
		    "relkind IN ('r', 'p', 'v', 'm')");
	cr_expect_geq(strtoul(count, NULL, 10), 25, "%s look-alikes", count);
	look_at(&l, db, CHECK_ISOLATION | CHECK_SPEED);
	for (size_t i = 0; i < l.scan->findings->list.len; i++)
		n += l.scan->findings->list.v[i].severity > SEVERITY_INFO;
	cr_expect_eq(n, 0, "%zu findings", n);
	probe(&l, &t, probe_all, ARRAY_SIZE(probe_all));
	cr_expect_not(said(&t, "|leaks|"), "%s", t.rows.data);
	cr_expect_not(said(&t, "|finding|"), "%s", t.rows.data);
	buf_release(&t.rows);
	err_release(&t.err);
	look_release(&l);
	free(count);
	free(db);
}
