/* SPDX-License-Identifier: MIT */
/*
 * Isolation judged on real servers: every seeded hole is found under its id, no look-alike is
 * flagged, and what mends a finding mends it.
 */
#include <ctype.h>

#include "base/json.h"
#include "command/probe_memory.h"
#include "command/rls_report.h"
#include "rls_look.h"

/* ---- look-alikes ---- */

static void is_quiet_about(const char *files, int checks, const char *but)
{
	char *db = cluster_database(files);
	struct look l;

	look_at(&l, db, checks);
	for (size_t i = 0; i < l.scan->findings->list.len; i++) {
		const struct finding *f = &l.scan->findings->list.v[i];

		cr_expect(f->severity == SEVERITY_INFO || (but && strcmp(f->id, but) == 0),
			  "false alarm in %s: %s on %s: %s (%s)", files, f->id, f->object,
			  f->message, f->evidence ? f->evidence : "");
	}
	look_release(&l);
	free(db);
}

static void is_quiet(const char *files, const char *but)
{
	is_quiet_about(files, CHECK_ISOLATION | CHECK_SPEED, but);
}

LEAK_TEST(rls, no_lookalike_is_flagged)
{
	is_quiet("tests/db/rls/lookalikes.sql", NULL);
}

LEAK_TEST(rls, dialects_are_as_sound_as_they_are)
{
	is_quiet("tests/db/dialects/a.sql", NULL);
	is_quiet("tests/db/dialects/b.sql",
		 "R07-directory-open"); /* its tenants can be listed */
	is_quiet("tests/db/dialects/c.sql", NULL);
	is_quiet("tests/db/dialects/d.sql", NULL);
}

LEAK_TEST(rls, the_reference_schema_is_sound)
{
	is_quiet_about("tests/db/platform/install.sh",
		       CHECK_ISOLATION | CHECK_SPEED | CHECK_DESIGN, NULL);
}

/* ---- holes ---- */

/* Names that begin with an id: r13_true, p02_no_index, x04_login. */
static char *seeded_names(const char *conninfo)
{
	return cluster_sql(conninfo,
			   "SELECT relname FROM pg_class c WHERE relname ~ '^[rpx][0-9]{2}_' "
			   "AND " /* not SQL */
			   "relkind IN ('r','p','v','m','f','S') AND relname !~ '_id_seq$' "
			   "UNION SELECT proname FROM pg_proc WHERE proname ~ "
			   "'^[rpx][0-9]{2}_' "			       /* not SQL */
			   "UNION SELECT pubname FROM pg_publication " /* not SQL */
			   "UNION SELECT rolname FROM pg_roles WHERE rolname ~ "
			   "'^[rpx][0-9]{2}_' " /* not SQL */
			   "UNION SELECT nspname FROM pg_namespace WHERE nspname ~ "
			   "'^[rpx][0-9]{2}_' " /* not SQL */
			   "ORDER BY 1");	/* not SQL */
}

static void expect_found(const struct look *l, const char *name)
{
	for (const char *at = name;
	     strlen(at) > 4 && isdigit((unsigned char)at[1]) && at[3] == '_'; at += 4) {
		char id[4] = { (char)toupper((unsigned char)at[0]), at[1], at[2], '\0' };

		cr_expect_not_null(find(l, id, name), "%s was not found on %s", id, name);
	}
}

LEAK_TEST(rls, every_hole_is_found)
{
	struct cluster *own = cluster_new("wal_level = logical\n");
	char *db = cluster_database_in(own, "tests/db/rls/holes.sql"),
	     *names = seeded_names(db), *rest;
	struct look l;
	size_t n = 0;

	look_at(&l, db, CHECK_ISOLATION | CHECK_SPEED);
	for (char *name = strtok_r(names, "\n", &rest); name;
	     name = strtok_r(NULL, "\n", &rest), n++)
		expect_found(&l, name);
	cr_expect_geq(n, 90, "only %zu seeds", n);
	cr_expect_not_null(find(&l, "R07", "tenants"));
	cr_expect_not_null(find(&l, "R51", "seed_far"));
	for (size_t i = 0; i < l.scan->findings->list.len; i++) {
		const struct finding *f = &l.scan->findings->list.v[i];

		cr_expect(f->severity == SEVERITY_INFO || !strstr(f->object, "base_"),
			  "false alarm: %s on %s: %s", f->id, f->object, f->message);
		cr_expect(f->message && *f->message && strncmp(f->doc, "https://", 8) == 0,
			  "%s", f->id);
	}
	look_release(&l);
	free(names);
	free(db);
	cluster_free(&own);
}

/* ---- what mends ---- */

static bool same(const struct finding *f, const char *id, const char *object,
		 const char *policy)
{
	return strcmp(f->id, id) == 0 && strcmp(f->object, object) == 0 &&
	       (f->policy ? policy && strcmp(f->policy, policy) == 0 : !policy);
}

static bool still_there(const struct look *l, const char *id, const char *object,
			const char *policy)
{
	for (size_t i = 0; i < l->scan->findings->list.len; i++)
		if (same(&l->scan->findings->list.v[i], id, object, policy))
			return true;
	return false;
}

/* Each finding with a fix is gone after all fixes were applied, and none has come; how many
 * there were. */
static size_t expect_mended(const struct look *l, const char *db)
{
	size_t mended = 0;
	struct look after;

	for (size_t i = 0; i < l->scan->findings->list.len; i++) {
		const struct finding *f = &l->scan->findings->list.v[i];

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

/* ---- schemas in other styles ---- */

/* Objects of one kind by the beginning of their names. */
static char *named(const char *conninfo, const char *prefix)
{
	char *sql = xasprintf(
		     "SELECT relname FROM pg_class WHERE relname ~ '^%s_' AND " /* not SQL */
		     "relkind IN ('r','p','v','m','f','S') AND relname !~ '_seq$' "
		     "UNION SELECT proname FROM pg_proc WHERE proname ~ '^%s_' " /* not SQL */
		     "UNION SELECT pubname FROM pg_publication WHERE pubname ~ " /* not SQL */
		     "'^%s_' UNION SELECT nspname FROM pg_namespace WHERE "	 /* not SQL */
		     "nspname ~ '^%s_' UNION SELECT 'role ' || rolname FROM "	 /* not SQL */
		     "pg_roles WHERE rolname ~ '^%s_' ORDER BY 1",		 /* not SQL */
		     prefix, prefix, prefix, prefix, prefix),
	     *names = cluster_sql(conninfo, sql);

	free(sql);
	return names;
}

static bool is_about(const struct finding *f, const char *name)
{
	const char *dot = strrchr(f->object, '.'), *at = dot ? dot + 1 : f->object;
	size_t n;

	if (strncmp(name, "role ", 5) == 0)
		name += 5;
	n = strlen(name);

	return strncmp(at, name, n) == 0 && (at[n] == '\0' || at[n] == '(' || at[n] == ' ');
}

static bool is_found(const struct look *l, const char *name)
{
	for (size_t i = 0; i < l->scan->findings->list.len; i++) {
		const struct finding *f = &l->scan->findings->list.v[i];

		if (f->severity > SEVERITY_INFO && is_about(f, name))
			return true;
	}
	return false;
}

static bool has_finding(const struct look *l, const char *object, bool unmended)
{
	for (size_t i = 0; i < l->scan->findings->list.len; i++) {
		const struct finding *f = &l->scan->findings->list.v[i];

		if (f->severity > SEVERITY_INFO && strcmp(f->object, object) == 0 &&
		    !(unmended && f->fix))
			return true;
	}
	return false;
}

/* Blockers that the rows of these schemas do not show, and what may not be tried. */
static const char *const not_shown[] = {
	/* the condition is on another column, and no row of B's has A's value in it */
	"app.hole_wrong_col", "e.hole_body", "public.hole_email", "ws.hole_range",
	/* no row is public, shared or of the kind that the other arm lets through */
	"e.hole_two_perm", "shop.hole_or_view", "ws.hole_scalar",
	/* nobody is in the position that opens it */
	"public.hole_admin_any", "public.hole_usermeta2", "ws.hole_can_see_forgot",
	"ws.hole_exists_ne", "ws.hole_exists_or",
	/* what must be said of oneself is not a plain value */
	"crm.hole_not",
	/* there are no rows */
	"e.hole_colgrant", "e.hole_mv_view", "e.hole_norls",
	/* documents of many tenants: no column and no key of theirs says whose they are */
	"ws.hole_docs_or", "ws.hole_docs_unbound",
	/* the rule writes what it likes */
	"e.hole_rule",
	/* it is on the far side, or writes, or composes what it runs */
	"e.hole_ft", "e.hole_delete_all()", "lib.hole_dyn(t text)", "lib.hole_proc(IN t text)",
	"public.hole_rpc_upd(_id uuid, t text)",
	/* nothing is known to be found by such an argument */
	"hr.hole_find(q text)", "lib.hole_default_arg(w uuid)", "public.hole_search(q text)",
	NULL
};

static bool is_not_shown(const char *object)
{
	for (size_t i = 0; not_shown[i]; i++)
		if (strcmp(not_shown[i], object) == 0)
			return true;
	return false;
}

/* Does some probe of the object, or as the role, leak? */
static bool leaks_by_probe(const struct told *t, const char *object)
{
	char *of = xasprintf("%s|", object), *as = xasprintf("|leaks|%s\n", object),
	     *lines = xstrdup(t->rows.data), *rest;
	bool found = strstr(t->rows.data, as) != NULL;

	for (char *line = strtok_r(lines, "\n", &rest); line && !found;
	     line = strtok_r(NULL, "\n", &rest))
		found = strncmp(line, of, strlen(of)) == 0 && strstr(line, "|leaks|");
	free(lines);
	free(of);
	free(as);
	return found;
}

/* A blocker says that rows of others can be had: then a probe has them. */
static void expect_claims_proven(const struct look *l, const struct told *t, const char *file)
{
	for (size_t i = 0; i < l->scan->findings->list.len; i++) {
		const struct finding *f = &l->scan->findings->list.v[i];

		if (f->severity != SEVERITY_BLOCKER)
			continue;
		cr_expect(leaks_by_probe(t, f->object) != is_not_shown(f->object),
			  "%s: %s on %s %s", file, f->id, f->object,
			  is_not_shown(f->object) ? "is shown by now" : "is not shown");
	}
}

/* What leaks has a finding (a finding that a person must mend, if unmended), and is not sound.
 */
static size_t expect_probed(struct look *l, const char *file, bool unmended, bool proven)
{
	size_t leaks = 0;
	struct told t;

	probe(l, &t, probe_all, ARRAY_SIZE(probe_all));
	if (proven)
		expect_claims_proven(l, &t, file);
	for (char *rest, *line = strtok_r(t.rows.data, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		char *bar = strchr(line, '|');
		const char *role = strrchr(line, '|') + 1;

		if (!strstr(line, "|leaks"))
			continue;
		leaks++;
		*bar = '\0';
		cr_expect(has_finding(l, role, unmended) ||
				  (has_finding(l, line, unmended) && !strstr(line, ".sound_")),
			  "%s: %s leaks by %s%s", file, line, bar + 1,
			  unmended ? " after all was mended" : "");
	}
	buf_release(&t.rows);
	err_release(&t.err);
	return leaks;
}

/* leaks: how many of the probes at least show a hole; proven: each blocker, but what is not
 * shown.
 */
static void style_leaking(const char *file, size_t at_least, size_t leaks, bool proven)
{
	struct cluster *own = cluster_new("wal_level = logical\n");
	char *db = cluster_database_in(own, file), *names = named(db, "hole"), *rest;
	struct look l;
	size_t n = 0;

	look_at(&l, db, CHECK_ISOLATION | CHECK_SPEED);
	for (char *name = strtok_r(names, "\n", &rest); name;
	     name = strtok_r(NULL, "\n", &rest), n++)
		cr_expect(is_found(&l, name), "%s: %s was not found", file, name);
	cr_expect_geq(n, at_least, "only %zu holes", n);
	for (size_t i = 0; i < l.scan->findings->list.len; i++) {
		const struct finding *f = &l.scan->findings->list.v[i];
		const char *dot = strrchr(f->object, '.'), *at = dot ? dot + 1 : f->object;

		cr_expect(f->severity == SEVERITY_INFO || strncmp(at, "sound_", 6) != 0,
			  "false alarm in %s: %s on %s: %s (%s)", file, f->id, f->object,
			  f->message, f->evidence ? f->evidence : "");
	}
	cr_expect_geq(expect_probed(&l, file, false, proven), leaks);
	cr_expect_geq(expect_mended(&l, db), 5);
	look_release(&l);
	look_at(&l, db, CHECK_ISOLATION | CHECK_SPEED);
	expect_probed(&l, file, true, false);
	look_release(&l);
	free(names);
	free(db);
	cluster_free(&own);
}

static void style(const char *file, size_t at_least)
{
	style_leaking(file, at_least, 3, true);
}

LEAK_TEST(rls, members)
{
	style("tests/db/rls/members.sql", 55);
}

LEAK_TEST(rls, claims)
{
	style("tests/db/rls/claims.sql", 12);
}

LEAK_TEST(rls, grants)
{
	style("tests/db/rls/grants.sql", 38);
}

LEAK_TEST(rls, accounts)
{
	style("tests/db/rls/accounts.sql", 17);
}

LEAK_TEST(rls, workspaces)
{
	style("tests/db/rls/workspaces.sql", 54);
}

LEAK_TEST(rls, orgs)
{
	style("tests/db/rls/orgs.sql", 21);
}

LEAK_TEST(rls, companies)
{
	style("tests/db/rls/companies.sql", 35);
}

LEAK_TEST(rls, hasura)
{
	style("tests/db/rls/hasura.sql", 22);
}

LEAK_TEST(rls, claims_api)
{
	style("tests/db/rls/claims_api.sql", 30);
}

LEAK_TEST(rls, cabinets)
{
	style_leaking("tests/db/rls/cabinets.sql", 31, 3, false);
}

LEAK_TEST(rls, mandanten)
{
	style_leaking("tests/db/rls/mandanten.sql", 37, 3, false);
}

LEAK_TEST(rls, empresas)
{
	style_leaking("tests/db/rls/empresas.sql", 21, 3, false);
}

LEAK_TEST(rls, predicates)
{
	style_leaking("tests/db/rls/predicates.sql", 31, 3, false);
}

LEAK_TEST(rls, hierarchy)
{
	style_leaking("tests/db/rls/hierarchy.sql", 26, 3, false);
}

/* Without a setting there is nothing to probe by. */
LEAK_TEST(rls, roles)
{
	style_leaking("tests/db/rls/roles.sql", 13, 0, false);
}

/* A key may hold what its mended form refuses; that a person must decide. */
LEAK_TEST(rls, every_fix_is_valid_and_sufficient)
{
	struct cluster *own = cluster_new("wal_level = logical\n");
	char *db = cluster_database_in(own, "tests/db/rls/holes.sql");
	size_t mended;
	struct look l;

	look_at(&l, db, CHECK_ISOLATION | CHECK_SPEED);
	mended = expect_mended(&l, db);
	cr_expect_geq(mended, 85, "only %zu fixes", mended);
	look_release(&l);
	free(db);
	cluster_free(&own);
}

/* ---- probes ---- */

LEAK_TEST(rls, probes_of_holes_leak_and_leave_nothing)
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

/* ---- design ---- */

LEAK_TEST(rls, design)
{
	static const char *const seeds[] = { "l04_orders",   "l05_inventory_movements",
					     "l06_orders",   "l07_hooked",
					     "l08_docs",     "l11_tags",
					     "l12_half",     "m01_inspection",
					     "n08_products", "n10_outbox_messages",
					     "n13_outbox",   "n13_outbox_zero",
					     "n13_listed",   "x07_seq",
					     "r71_incoming" };
	struct cluster *own = cluster_new(NULL);
	char *db = cluster_database_in(own, "tests/db/rls/design.sql");
	struct look l;

	look_at(&l, db, CHECK_ISOLATION | CHECK_DESIGN);
	for (size_t i = 0; i < ARRAY_SIZE(seeds); i++)
		expect_found(&l, seeds[i]);
	cr_expect_not_null(find(&l, "M03", "pg_read_file"));
	cr_expect_not_null(find(&l, "N09", "inventory_balances"));
	/* The newest minor version of the day has no known faults. */
	if (catalog_server_version(l.scan->catalog) < 150019)
		cr_expect_not_null(find(&l, "V01", "server"));
	for (size_t i = 0; i < l.scan->findings->list.len; i++) {
		const struct finding *f = &l.scan->findings->list.v[i];

		cr_expect(f->severity == SEVERITY_INFO || !strstr(f->object, "ok_"),
			  "false alarm: %s on %s: %s", f->id, f->object, f->message);
	}
	cr_expect_geq(expect_mended(&l, db), 5);
	look_release(&l);
	free(db);
	cluster_free(&own);
}

/* ---- SARIF ---- */

static const char *text_at(const struct json *o, const char *key)
{
	const struct json *v = json_get(o, key);

	cr_assert(v && json_type(v) == JSON_STRING && *json_text(v), "no text %s", key);
	return json_text(v);
}

static const struct json *list_at(const struct json *o, const char *key)
{
	const struct json *v = json_get(o, key);

	cr_assert(v && json_type(v) == JSON_ARRAY, "no list %s", key);
	return v;
}

static void expect_one_of(const char *word, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(word, *words) == 0)
			return;
	cr_expect_fail("'%s' is no word of the schema", word);
}

/* RFC 3986: unreserved characters, slashes and escapes. */
static void expect_uri(const char *uri)
{
	for (; *uri; uri++) {
		if (*uri == '%') {
			cr_expect(isxdigit((unsigned char)uri[1]) &&
				  isxdigit((unsigned char)uri[2]));
			continue;
		}
		cr_expect((unsigned char)*uri < 0x80 &&
				  (isalnum((unsigned char)*uri) || strchr("-._~/", *uri)),
			  "%s", uri);
	}
}

static void expect_location(const struct json *result)
{
	const struct json *place = json_at(list_at(result, "locations"), 0), *file, *logical;

	cr_assert_not_null(place);
	file = json_get(place, "physicalLocation");
	cr_assert_not_null(file);
	expect_uri(text_at(json_get(file, "artifactLocation"), "uri"));
	cr_expect_str_eq(json_text(json_get(json_get(file, "region"), "startLine")), "1");
	logical = json_at(list_at(place, "logicalLocations"), 0);
	cr_assert_not_null(logical);
	text_at(logical, "fullyQualifiedName");
	text_at(logical, "kind");
}

static void expect_result(const struct json *r, const struct json *rules)
{
	static const char *const levels[] = { "none", "note", "warning", "error", NULL },
				 *const kinds[] = { "inSource", "external", NULL },
				 *const states[] = { "accepted", "underReview", "rejected",
						     NULL };
	const struct json *suppressed = json_get(r, "suppressions");
	size_t at = (size_t)strtoul(json_text(json_get(r, "ruleIndex")), NULL, 10);

	cr_assert_not_null(json_at(rules, at));
	cr_expect_str_eq(text_at(json_at(rules, at), "id"), text_at(r, "ruleId"));
	expect_one_of(text_at(r, "level"), levels);
	text_at(json_get(r, "message"), "text");
	text_at(json_get(r, "partialFingerprints"), "finding/v1");
	cr_expect_eq(json_type(json_get(r, "properties")), JSON_OBJECT);
	expect_location(r);
	for (size_t i = 0; suppressed && i < json_len(suppressed); i++) {
		expect_one_of(text_at(json_at(suppressed, i), "kind"), kinds);
		expect_one_of(text_at(json_at(suppressed, i), "status"), states);
		text_at(json_at(suppressed, i), "justification");
	}
}

/* What the schema of SARIF 2.1.0 requires, and what review tools need beside it. */
static void expect_sarif(const struct json *doc, size_t results)
{
	const struct json *run, *driver, *rules;

	cr_assert_not_null(doc);
	cr_expect_str_eq(text_at(doc, "version"), "2.1.0");
	run = json_at(list_at(doc, "runs"), 0);
	cr_assert_not_null(run);
	driver = json_get(json_get(run, "tool"), "driver");
	cr_assert_not_null(driver);
	text_at(driver, "name");
	rules = list_at(driver, "rules");
	for (size_t i = 0; i < json_len(rules); i++) {
		text_at(json_get(json_at(rules, i), "shortDescription"), "text");
		cr_expect(strncmp(text_at(json_at(rules, i), "helpUri"), "https://", 8) == 0);
		text_at(json_get(json_at(rules, i), "defaultConfiguration"), "level");
	}
	cr_expect_eq(json_len(list_at(run, "results")), results);
	for (size_t i = 0; i < results; i++)
		expect_result(json_at(list_at(run, "results"), i), rules);
}

LEAK_TEST(rls, sarif_is_what_review_tools_read)
{
	static const char waived[] = "[waiver R01]\nobject = *\nreason = it \"is\" meant\n"
				     "decision = 0012\nexpires = 2999-12-31\n";
	struct cluster *own = cluster_new(NULL);
	char *db = cluster_database_in(own, "tests/db/rls/odd_names.sql");
	struct reported *list;
	struct waivers waivers;
	struct buf out = BUF_INIT;
	struct err err = ERR_INIT;
	struct json *doc;
	struct look l;
	size_t n, covered = 0;

	look_at(&l, db, CHECK_ISOLATION | CHECK_SPEED | CHECK_DESIGN);
	waivers_init(&waivers);
	cr_assert(waivers_parse(&waivers, "w.ini", waived, strlen(waived), &err), "%s",
		  err.why);
	n = l.scan->findings->list.len;
	list = xcalloc(n, sizeof *list);
	for (size_t i = 0; i < n; i++) {
		list[i].finding = &l.scan->findings->list.v[i];
		list[i].waiver = waivers_find(&waivers, list[i].finding, "2026-11-21");
		covered += list[i].waiver != NULL;
	}
	cr_expect_eq(covered, 1);
	rls_report_sarif(&out, "a b/c", list, n);
	doc = json_parse(out.data, out.len, &err);
	cr_assert_not_null(doc, "%s", err.why);
	expect_sarif(doc, n);
	cr_expect_not_null(strstr(out.data, "a%20b%2Fc/"));
	cr_expect_not_null(strstr(out.data, "\"accepted\""));
	cr_expect_geq(expect_mended(&l, db), 6);
	json_free(&doc);
	buf_release(&out);
	waivers_release(&waivers);
	free(list);
	look_release(&l);
	free(db);
	cluster_free(&own);
}

/* A probe of one relation is remembered by the session, and told by the next status. */
LEAK_TEST(rls, status_tells_the_last_probe)
{
	static const char *const one[] = { "rls", "probe", "r13_true" };
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
	look_release(&l);
	free(db);
	cluster_free(&own);
}

LEAK_TEST(rls, probes_of_lookalikes_prove)
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
