/* SPDX-License-Identifier: MIT */
/*
 * Findings as SARIF 2.1.0: what its schema requires, and what review tools need beside it.
 */
#include <ctype.h>

#include "base/json.h"
#include "command/rls_report.h"
#include "rls_mend.h"

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
				 *const kinds[] = { "external", NULL },
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

static const char *print_of(const struct json *result)
{
	return text_at(json_get(result, "partialFingerprints"), "finding/v1");
}

/* By a rule's id and a finding's print tools know them again. */
static void expect_unique(const struct json *rules, const struct json *results)
{
	for (size_t i = 0; i < json_len(rules); i++)
		for (size_t k = 0; k < i; k++)
			cr_expect_str_neq(text_at(json_at(rules, i), "id"),
					  text_at(json_at(rules, k), "id"));
	for (size_t i = 0; i < json_len(results); i++)
		for (size_t k = 0; k < i; k++)
			cr_expect_str_neq(print_of(json_at(results, i)),
					  print_of(json_at(results, k)));
}

/* What the schema of SARIF 2.1.0 requires, and what review tools need beside it. */
static void expect_sarif(const struct json *doc, size_t results)
{
	const struct json *run, *driver, *rules;

	cr_assert_not_null(doc);
	cr_expect_str_eq(text_at(doc, "version"), "2.1.0");
	cr_expect_not_null(strstr(text_at(doc, "$schema"), "sarif-2.1.0"));
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
	expect_unique(rules, list_at(run, "results"));
}

LEAK_TEST(rls_sarif, sarif_is_what_review_tools_read)
{
	static const char waived[] = "[waiver R01]\nobject = *\nreason = it \"is\" meant\n"
				     "decision = 0012\nexpires = 2999-12-31\n";
	struct cluster *own = cluster_new(NULL);
	char *db = cluster_database_in(own, "tests/db/rls/odd_names.sql");
	struct reported *list;
	struct waivers waivers;
	struct buf out = BUF_INIT, again = BUF_INIT;
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
	rls_report_sarif(&again, "a b/c", list, n);
	cr_expect_str_eq(again.data, out.data, "the same from run to run");
	doc = json_parse(out.data, out.len, &err);
	cr_assert_not_null(doc, "%s", err.why);
	expect_sarif(doc, n);
	cr_expect_not_null(strstr(out.data, "a%20b%2Fc/"));
	cr_expect_not_null(strstr(out.data, "\"accepted\""));
	cr_expect_not_null(
		strstr(out.data, "\\nrisk, not shown by a probe: TRUNCATE would lock"));
	cr_expect_geq(expect_mended(&l, db), 6);
	json_free(&doc);
	buf_release(&out);
	buf_release(&again);
	waivers_release(&waivers);
	free(list);
	look_release(&l);
	free(db);
	cluster_free(&own);
}
