/* SPDX-License-Identifier: MIT */
/*
 * What the client believes about values, against the server's own judgement: equality of jsonb,
 * merges of jsonb, exact decimals, array literals and timestamps.  Random values from a fixed
 * seed; SOUK_SEED (hex) takes another one.
 */
#include <criterion/criterion.h>
#include <libpq-fe.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/decimal.h"
#include "base/json.h"
#include "base/timefmt.h"
#include "domain/merge.h"
#include "domain/pgarray.h"
#include "support/cluster.h"

static PGconn *conn;
static uint64_t state;

static void begin(void)
{
	const char *seed = getenv("SOUK_SEED");
	char *conninfo = cluster_database("");

	state = seed ? strtoull(seed, NULL, 16) : 0x20261002;
	conn = PQconnectdb(conninfo);
	cr_assert_eq(PQstatus(conn), CONNECTION_OK, "%s", PQerrorMessage(conn));
	PQclear(PQexec(conn, "SET timezone = 'UTC'"));
	free(conninfo);
}

static void end(void)
{
	PQfinish(conn);
}

TestSuite(merge_server, .init = begin, .fini = end);

static int roll(int sides)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (int)(state >> 33) % sides;
}

/* The one value of a query, to be freed; NULL for SQL NULL. */
static char *ask(const char *sql, int n, const char *const *params)
{
	PGresult *r = PQexecParams(conn, sql, n, NULL, params, NULL, NULL, 0);
	char *text;

	cr_assert_eq(PQresultStatus(r), PGRES_TUPLES_OK, "%s%s | %s", PQerrorMessage(conn),
		     params[0], n > 1 ? params[1] : "");
	text = PQgetisnull(r, 0, 0) ? NULL : xstrdup(PQgetvalue(r, 0, 0));
	PQclear(r);
	return text;
}

static bool agrees(const char *sql, int n, const char *const *params)
{
	char *answer = ask(sql, n, params);
	bool yes = answer && !strcmp(answer, "t");

	free(answer);
	return yes;
}

/* --- jsonb ---------------------------------------------------------------------------------
 */

static void any_json(struct buf *out, int depth)
{
	static const char *const scalars[] = {
		"null",
		"true",
		"false",
		"0",
		"-0",
		"1.0",
		"1.00",
		"1e2",
		"100",
		"\"a\"",
		"\"é\"",
		"\"\\u00e9\"",
		"\"\\n\"",
		"\"\"",
		"12.50e-3",
		"\"1\"",
		"123456789012345678901234567890.5",
	};
	int n = roll(4);

	if (depth > 2 || roll(2)) {
		buf_adds(out, scalars[roll(ARRAY_SIZE(scalars))]);
		return;
	}
	if (roll(3)) {
		buf_addc(out, '{');
		for (int i = 0; i < n; i++) {
			buf_addf(out, "%s\"%c\":", i ? "," : "", 'a' + roll(4));
			any_json(out, depth + 1);
		}
		buf_addc(out, '}');
		return;
	}
	buf_addc(out, '[');
	for (int i = 0; i < n; i++) {
		buf_adds(out, i ? "," : "");
		any_json(out, depth + 1);
	}
	buf_addc(out, ']');
}

/* An object as the server writes it. */
static char *any_object(void)
{
	struct buf b = BUF_INIT;
	char *text;

	buf_addc(&b, '{');
	for (int n = roll(6); n >= 0; n--) {
		buf_addf(&b, "\"%c\":", 'a' + roll(6));
		any_json(&b, 1);
		buf_adds(&b, n ? "," : "}");
	}
	text = ask("SELECT $1::jsonb::text", 1, (const char *const[]){ b.data });
	buf_release(&b);
	return text;
}

/* The same object with some members changed, taken away or added. */
static char *changed_object(const char *object)
{
	static const char put[] =
		"SELECT ($1::jsonb || jsonb_build_object($2::text, $3::jsonb))::text";
	static const char drop[] = "SELECT ($1::jsonb - $2)::text || left($3, 0)";
	char *now = xstrdup(object);

	for (int n = roll(3); n >= 0; n--) {
		char key[] = { (char)('a' + roll(6)), 0 };
		struct buf value = BUF_INIT;
		char *next;

		any_json(&value, 1);
		next = ask(roll(3) ? put : drop, 3,
			   (const char *const[]){ now, key, value.data });
		free(now);
		now = next;
		buf_release(&value);
	}
	return now;
}

static struct json *parse(const char *text)
{
	struct err err = ERR_INIT;
	struct json *j = json_parse(text, strlen(text), &err);

	cr_assert_not_null(j, "%s: %s", text, err.why);
	return j;
}

/* The same value in other words. */
static void another_notation(struct buf *out, const char *json)
{
	char *text = ask("SELECT replace(replace($1::jsonb::text, '1.0', '1.00'), '100', '1e2')", 1,
			 (const char *const[]){ json });

	buf_adds(out, text);
	free(text);
}

Test(merge_server, jsonb_equality)
{
	int equal = 0;

	for (int turn = 0; turn < 600; turn++) {
		struct buf a = BUF_INIT, b = BUF_INIT, c = BUF_INIT;
		struct json *x, *y;
		bool same;

		any_json(&a, 1);
		if (roll(4))
			any_json(&b, 1);
		else
			another_notation(&b, a.data);
		x = parse(a.data);
		y = parse(b.data);
		same = json_same(x, y);
		equal += same;
		cr_assert_eq(agrees("SELECT $1::jsonb = $2::jsonb", 2,
				    (const char *const[]){ a.data, b.data }),
			     same, "%s | %s", a.data, b.data);
		/* Written and read again, it is the same for the server. */
		json_write(&c, x, turn % 2 ? JSON_PRETTY : JSON_COMPACT);
		cr_assert(agrees("SELECT $1::jsonb::text = $2::jsonb::text", 2,
				 (const char *const[]){ a.data, c.data }),
			  "%s", c.data);
		json_free(&x);
		json_free(&y);
		buf_release(&a);
		buf_release(&b);
		buf_release(&c);
	}
	cr_assert_gt(equal, 20);
}

/* Key by key: what one side left alone is as the other side has it. */
static const char merged_by_key[] =
	"SELECT coalesce(bool_and(CASE "
	"  WHEN (b->k)::text IS NOT DISTINCT FROM (t->k)::text THEN r->k IS NOT DISTINCT FROM m->k "
	"  WHEN (b->k)::text IS NOT DISTINCT FROM (m->k)::text THEN r->k IS NOT DISTINCT FROM t->k "
	"  WHEN t->k IS NOT DISTINCT FROM m->k THEN r->k IS NOT DISTINCT FROM t->k "
	"  ELSE jsonb_typeof(r->k) IN ('object', 'array') END), true) "
	"FROM (SELECT $1::jsonb AS b, $2::jsonb AS t, $3::jsonb AS m, $4::jsonb AS r) AS v, "
	"LATERAL (SELECT jsonb_object_keys(b || t || m || r) AS k) AS keys";

Test(merge_server, jsonb_merges)
{
	int merged = 0, same = 0, conflicts = 0;

	for (int turn = 0; turn < 500; turn++) {
		char *b = any_object(), *t = changed_object(b);
		char *m = roll(8) ? changed_object(b)
				  : ask("SELECT replace($1, '1.0', '1.00')", 1,
					(const char *const[]){ t });
		struct merge_input in = {
			.name = "metadata",
			.type = MERGE_JSON,
			.base = b,
			.theirs = t,
			.mine = m,
		};
		struct merge_plan *plan = merge_new(&in, 1);
		enum merge_verdict verdict = merge_at(plan, 0)->verdict;
		const char *r;

		if (strcmp(b, t) != 0 && strcmp(b, m) != 0)
			cr_assert_eq(agrees("SELECT $1::jsonb = $2::jsonb", 2,
					    (const char *const[]){ t, m }),
				     verdict == MERGE_SAME, "%s | %s", t, m);
		if (merge_result(plan, 0, &r))
			cr_assert(agrees(merged_by_key, 4, (const char *const[]){ b, t, m, r }),
				  "base %s\ntheirs %s\nmine %s\nresult %s", b, t, m, r);
		merged += verdict == MERGE_MERGED;
		same += verdict == MERGE_SAME;
		conflicts += verdict == MERGE_CONFLICT;
		merge_free(&plan);
		free(b);
		free(t);
		free(m);
	}
	cr_assert(merged > 50 && same > 5 && conflicts > 50, "%d %d %d", merged, same,
		  conflicts);
}

/* --- decimals ------------------------------------------------------------------------------
 */

static void any_decimal(struct buf *out)
{
	if (roll(2))
		buf_addc(out, '-');
	for (int n = roll(30); n >= 0; n--)
		buf_addc(out, (char)('0' + roll(10)));
	if (roll(3)) {
		buf_addc(out, '.');
		for (int n = roll(20); n >= 0; n--)
			buf_addc(out, (char)('0' + (roll(3) ? roll(10) : 0)));
	}
	if (roll(5) == 0)
		buf_addf(out, "e%d", roll(40) - 20);
}

Test(merge_server, decimals)
{
	static const char question[] =
		"SELECT (a + b)::text = $3 AND (a - b)::text = $4 "
		"AND ((a > b)::int - (a < b)::int)::text = $5 "
		"FROM (SELECT $1::numeric AS a, $2::numeric AS b) AS v";

	for (int turn = 0; turn < 600; turn++) {
		struct buf a = BUF_INIT, b = BUF_INIT;
		char *sum, *rest, order[12];

		any_decimal(&a);
		if (roll(4))
			any_decimal(&b);
		else
			buf_addbuf(&b, &a);
		sum = decimal_add(a.data, b.data);
		rest = decimal_subtract(a.data, b.data);
		snprintf(order, sizeof order, "%d", decimal_compare(a.data, b.data));
		cr_assert(agrees(question, 5,
				 (const char *const[]){ a.data, b.data, sum, rest, order }),
			  "%s and %s: %s, %s, %s", a.data, b.data, sum, rest, order);
		free(sum);
		free(rest);
		buf_release(&a);
		buf_release(&b);
	}
}

/* --- array literals ------------------------------------------------------------------------
 */

Test(merge_server, arrays)
{
	static const char letters[] = "ab ,{}\"\\\t\n'NULnul\v;";

	for (int turn = 0; turn < 400; turn++) {
		char *elements[3], *literal;
		struct pgarray a;
		struct buf again = BUF_INIT;

		for (int i = 0; i < 3; i++) {
			struct buf b = BUF_INIT;

			for (int n = roll(6); n > 0; n--)
				buf_addc(&b, letters[roll(sizeof letters - 1)]);
			elements[i] = roll(8) ? buf_detach(&b) : NULL;
			buf_release(&b);
		}
		literal = ask("SELECT ARRAY[$1, $2, $3]::text[]::text", 3,
			      (const char *const *)elements);
		cr_assert(pgarray_parse(&a, literal), "%s", literal);
		cr_assert_eq(a.len, 3u);
		for (int i = 0; i < 3; i++) {
			if (elements[i])
				cr_assert_str_eq(a.v[i], elements[i]);
			else
				cr_assert_null(a.v[i]);
			free(elements[i]);
		}
		pgarray_write(&again, &a);
		cr_assert_str_eq(again.data, literal);
		pgarray_release(&a);
		buf_release(&again);
		free(literal);
	}
}

/* --- timestamps ----------------------------------------------------------------------------
 */

Test(merge_server, timestamps)
{
	static const char *const zones[] = { "UTC", "Europe/Prague", "Asia/Kolkata",
					     "-03:30:15" };

	for (int turn = 0; turn < 400; turn++) {
		char seconds[40], us[40], *text;
		int64_t parsed, far = turn % 4 ? 4000000000 : 60000000000;

		if (turn % 100 == 0)
			PQclear(PQexecParams(conn, "SELECT set_config('timezone', $1, false)",
					     1, NULL, &zones[turn / 100], NULL, NULL, 0));
		snprintf(seconds, sizeof seconds, "%lld.%06d",
			 (long long)((double)far * (roll(2000000) / 1e6 - 1)), roll(1000000));
		text = ask("SELECT to_timestamp(0) + make_interval(secs => $1)", 1,
			   (const char *const[]){ seconds });
		cr_assert(timefmt_parse_timestamp(text, &parsed), "%s", text);
		snprintf(us, sizeof us, "%lld", (long long)parsed);
		cr_assert(
			agrees("SELECT extract(epoch FROM $1::timestamptz) * 1000000 = $2::numeric",
			       2, (const char *const[]){ text, us }),
			"%s: %s", text, us);
		free(text);
	}
}
