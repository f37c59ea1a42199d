/* SPDX-License-Identifier: MIT */
/*
 * A grid is scrolled while others insert, delete and move what it is sorted by: of every type,
 * by several columns in mixed directions, under keys whose equal values look different, in
 * pages of any size.  The same numbers in every run.
 */

#include <libpq-fe.h>

#include "rows.h"

enum { ROWS = 300, STEPS = 40, MOST_ORDER = 4 };

/* A type and its values, in SQL.  pick() yields one of its words, or NULL. */
struct values {
	const char *type, *value;
	const char *needs; /* an extension that a server may lack, or NULL */
};

static const struct values numbers[] = {
	{ "float8", "random() * 1000", NULL },
	{ "float8", "pick('-0', '0', 'NaN', 'Infinity', '-Infinity', '1e-300', '0.1')::float8",
	  NULL },
	{ "real", "pick('-0', '0', 'NaN', 'Infinity', '3.4e38', '1e-45')::real", NULL },
	{ "numeric", "pick('NaN', '0', '0.0', '-0', '1', '1.0', '1.00', '1e50')::numeric",
	  NULL },
	{ "bigint", "floor(random() * 30)", NULL },
	{ "amount", "pick('1', '1.0', '-2', '7.50', '7.5')::amount", NULL },
	{ "oid", "pick('0', '1', '4294967295')::oid", NULL },
};

static const struct values texts[] = {
	{ "text COLLATE \"C\"", "chr(60 + floor(random() * 60)::int) || 'a''\\'", NULL },
	{ "text COLLATE \"und-x-icu\"", "chr(65 + floor(random() * 58)::int)", NULL },
	{ "text COLLATE blind", "pick('a', 'A', 'b', 'B', 'e', 'E', '')", NULL },
	{ "name_of", "pick('a', 'A', 'b', 'B', 'ab', 'AB')::name_of", NULL },
	{ "citext", "pick('a', 'A', 'b', 'B', 'ab', 'aB', '')::citext", "citext" },
	{ "varchar(5)", "substr(md5(random()::text), 1, 2)", NULL },
	{ "char(4)", "pick('a', 'ab', 'b', '', 'A')::char(4)", NULL },
	{ "\"char\"", "pick('a', 'b', 'c', 'z')::\"char\"", NULL },
	{ "name", "pick('a', 'b', 'ab')::name", NULL },
};

static const struct values times[] = {
	{ "timestamptz",
	  "CASE floor(random() * 5) WHEN 0 THEN NULL WHEN 1 THEN 'infinity' WHEN 2 THEN "
	  "'-infinity' ELSE now() - random() * interval '5000 years' END",
	  NULL },
	{ "timestamp",
	  "pick('infinity', '4713-01-01 BC', '2026-10-25 02:30', '2026-10-25')::timestamp",
	  NULL },
	{ "date", "current_date - floor(random() * 900000)::int", NULL },
	{ "time", "pick('00:00', '24:00', '12:30:00.5')::time", NULL },
	{ "timetz",
	  "pick('12:00+00', '14:00+02', '04:00-08', '12:00+02', '23:59:60+00')::timetz", NULL },
	{ "interval",
	  "pick('1 mon', '30 days', '720 hours', '29 days 24:00', '-1 day', '0')::interval",
	  NULL },
};

static const struct values others[] = {
	{ "bool", "pick('t', 'f')::bool", NULL },
	{ "uuid", "gen_random_uuid()", NULL },
	{ "mood", "pick('sad', 'ok', 'glad')::mood", NULL },
	{ "inet", "pick('10.0.0.1', '10.0.0.1/24', '10.0.0.2', '::1')::inet", NULL },
	{ "bytea", "pick('', '\\x00', '\\x0000', '\\xff', '\\x5c78')::bytea", NULL },
	{ "varbit", "pick('', '0', '00', '1', '10')::varbit", NULL },
	{ "macaddr", "pick('08:00:2b:01:02:03', '00:00:00:00:00:00')::macaddr", NULL },
	{ "money", "pick('0', '-1.50', '99.99')::money", NULL },
	{ "pg_lsn", "pick('0/0', '16/B374D848')::pg_lsn", NULL },
};

static const struct values composed[] = {
	{ "numeric[]", "pick('{1}', '{1.0}', '{1,NULL}', '{NaN}', '{}', '{1.00,2}')::numeric[]",
	  NULL },
	{ "text[]", "pick('{a}', '{A}', '{\"a,b\"}', '{a,b}', '{NULL}', '{}')::text[]", NULL },
	{ "interval[]", "pick('{1 mon}', '{30 days}', '{0}')::interval[]", NULL },
	{ "numrange", "pick('[1,2)', '[1.0,2.00)', 'empty', '(,)', '(1,2]')::numrange", NULL },
	{ "int4multirange", "pick('{}', '{[1,3)}', '{[1,3),[5,7)}')::int4multirange", NULL },
	{ "jsonb", "pick('1', '1.0', 'null', '{\"a\": 1}', '{\"a\": 1.0}', '\"a\"')::jsonb",
	  NULL },
	{ "pair", "pick('(1,a)', '(1.0,a)', '(,a)', '(1,)', '(,)', '(NaN,b)')::pair", NULL },
	{ "pair[]", "pick('{}', '{\"(1,a)\"}', '{\"(1.0,a)\"}')::pair[]", NULL },
	{ "tsvector", "pick('', 'a', 'a b', 'a:1')::tsvector", NULL },
};

/* Of which no page brings the end, where they differ. */
static const struct values longs[] = {
	{ "text COLLATE \"C\"", "repeat('x', 1100) || floor(random() * 90)", NULL },
	{ "text", "repeat('é', 1100) || pick('a', 'b', 'c', '')", NULL },
	{ "text COLLATE blind", "repeat('x', 1100) || pick('a', 'A', 'b', 'B', '')", NULL },
	{ "citext", "(repeat('x', 1100) || pick('a', 'A', 'b', 'B', ''))::citext", "citext" },
	{ "name_of", "repeat('x', 998 + floor(random() * 6)::int)", NULL },
	{ "varchar(2000)", "repeat('x', 998 + floor(random() * 6)::int) || pick('', 'a')",
	  NULL },
	{ "bytea",
	  "decode(repeat('ab', 998 + floor(random() * 6)::int) || pick('', '00', 'ff'), 'hex')",
	  NULL },
};

/* The first column of the key, of which rows share a value that each may write otherwise. */
static const struct values keys[] = {
	{ "text COLLATE \"C\"", "'p' || i % 3", NULL },
	{ "text COLLATE blind", "(ARRAY['p', 'P', 'q', 'Q'])[1 + (i / 3) % 4]", NULL },
	{ "numeric", "(ARRAY['1', '1.0', '2.00', 'NaN'])[1 + (i / 3) % 4]::numeric", NULL },
	{ "interval", "(ARRAY['1 mon', '30 days', '720 hours'])[1 + (i / 3) % 3]::interval",
	  NULL },
	{ "float8", "(ARRAY['0', '-0', 'NaN', '-Infinity'])[1 + (i / 3) % 4]::float8", NULL },
	{ "timetz", "(ARRAY['12:00+00', '14:00+02'])[1 + (i / 3) % 2]::timetz", NULL },
	{ "mood", "(ARRAY['ok', 'sad'])[1 + (i / 3) % 2]::mood", NULL },
};

static const char makings[] =
	"CREATE TYPE mood AS ENUM ('sad', 'ok', 'glad');"
	"CREATE TYPE pair AS (a numeric, b text);"
	"CREATE DOMAIN amount AS numeric;"
	"CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = "
	"false);"
	"CREATE DOMAIN name_of AS text COLLATE blind;"
	"CREATE FUNCTION pick(VARIADIC words text[]) RETURNS text LANGUAGE sql VOLATILE AS "
	"'SELECT words[1 + floor(random() * (1 + cardinality(words)))::int]';"
	"CREATE TABLE key_of (i int)";

struct moving {
	struct rows t;
	char *db;
	PGconn *others;
	unsigned dice;
	const struct values *place, *other, *key;
	struct buf sort, sql; /* the order as the grid and as SQL say it */
	int follows[ROWS +
		    1]; /* of the rows that are never touched, the next one in the order */
};

/* The same numbers in every run. */
static unsigned roll(struct moving *m, unsigned sides)
{
	m->dice = m->dice * 1103515245u + 12345u;
	return (m->dice >> 16) % sides;
}

/* The one value of the last statement, to be freed; NULL: it has none. */
static char *ask(const struct moving *m, const char *sql)
{
	PGresult *result = PQexec(m->others, sql);
	ExecStatusType status = PQresultStatus(result);

	cr_assert(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK, "%s%s",
		  PQerrorMessage(m->others), sql);
	char *value = PQntuples(result) == 1 ? xstrdup(PQgetvalue(result, 0, 0)) : NULL;
	PQclear(result);
	return value;
}

static void tell(const struct moving *m, char *owned)
{
	free(ask(m, owned));
	free(owned);
}

/* ---- the order ---- */

static void add_order(struct moving *m, const char *column, bool down, int nulls)
{
	static const char *const places[] = { "", " NULLS FIRST", " NULLS LAST" };
	static const char *const words[] = { "", " nulls first", " nulls last" };

	buf_addf(&m->sort, "%s%s%s", down ? " -" : " ", column, words[nulls]);
	buf_addf(&m->sql, "%s%s%s%s", m->sql.len > 0 ? ", " : "", column, down ? " DESC" : "",
		 places[nulls]);
}

/* Some columns in any order and direction; what the key lacks follows in the last one's
 * direction. */
static void make_order(struct moving *m)
{
	static const char *const columns[MOST_ORDER] = { "place", "other", "part", "n" };
	bool there[MOST_ORDER] = { false }, down = false;
	unsigned n = 1 + roll(m, MOST_ORDER);

	buf_clear(&m->sort);
	buf_clear(&m->sql);
	for (unsigned i = 0; i < n; i++) {
		unsigned c = i == 0 && roll(m, 4) > 0 ? 0 : roll(m, MOST_ORDER);

		if (there[c])
			continue;
		there[c] = true;
		down = roll(m, 2);
		add_order(m, columns[c], down, c < 2 ? (int)roll(m, 3) : 0);
	}
	for (unsigned c = 2; c < MOST_ORDER; c++)
		if (!there[c])
			buf_addf(&m->sql, ", %s%s", columns[c], down ? " DESC" : "");
}

static void make_table(struct moving *m)
{
	tell(m, xasprintf("DROP TABLE IF EXISTS moving;"
			  "CREATE TABLE moving (part %s, n int, place %s, other %s, "
			  "PRIMARY KEY (part, n));"
			  "INSERT INTO moving SELECT %s, i, %s, %s FROM "
			  "generate_series(1, %d) AS i;"
			  "ANALYZE moving",
			  m->key->type, m->place->type, m->other->type, m->key->value,
			  m->place->value, m->other->value, ROWS));
}

/* Rows with an even n stay as they are. */
static void learn_order(struct moving *m)
{
	char *sql = xasprintf("SELECT string_agg(n::text, ' ' ORDER BY %s) FROM moving "
			      "WHERE n %% 2 = 0",
			      m->sql.data);
	char *all = ask(m, sql);
	int last = 0;

	for (char *p = all, *end; *p; p = end) {
		int n = (int)strtol(p, &end, 10);

		if (end == p)
			break;
		m->follows[last] = n;
		last = n;
	}
	m->follows[last] = 0;
	free(all);
	free(sql);
}

/* ---- what others do ---- */

static int number_at(const struct moving *m, size_t row)
{
	return (int)strtol(rows_cell(&m->t, row, "n"), NULL, 10);
}

/* The rows that the next pages go on from. */
static void disturb_edges(struct moving *m)
{
	size_t len = rowset_len(m->t.r);
	char *sql = roll(m, 2) ? xasprintf("UPDATE moving SET place = %s", m->place->value)
			       : xstrdup("DELETE FROM moving");

	if (len > 0)
		tell(m, xasprintf("%s WHERE n %% 2 = 1 AND n IN (%d, %d)", sql, number_at(m, 0),
				  number_at(m, len - 1)));
	free(sql);
}

static void disturb(struct moving *m)
{
	unsigned part = roll(m, 7);

	switch (roll(m, 6)) {
	case 0:
		tell(m, xasprintf("DELETE FROM moving WHERE n %% 2 = 1 AND n %% 7 = %u", part));
		break;
	case 1:
		tell(m, xasprintf("INSERT INTO moving SELECT %s, i, %s, %s "
				  "FROM generate_series(1, %d) AS i "
				  "WHERE i %% 2 = 1 AND i %% 7 = %u ON CONFLICT DO NOTHING",
				  m->key->value, m->place->value, m->other->value, ROWS, part));
		break;
	case 2:
		tell(m,
		     xasprintf("UPDATE moving SET place = %s WHERE n %% 2 = 1 AND n %% 5 = %u",
			       m->place->value, part % 5));
		break;
	case 3:
		tell(m, xasprintf("UPDATE moving SET other = %s, place = %s "
				  "WHERE n %% 2 = 1 AND n %% 11 = %u",
				  m->other->value, m->place->value, part));
		break;
	default:
		disturb_edges(m);
	}
}

/* ---- the one who looks ---- */

static void go_to_one_that_stays(struct moving *m)
{
	char *sql = xasprintf("SELECT format('\"%%s\",%%s', part, n) FROM moving WHERE n = %u",
			      2 + 2 * roll(m, ROWS / 2 - 1));
	char *key = ask(m, sql);
	struct err err = ERR_INIT;

	cr_assert(rowset_goto(m->t.r, key, &err), "%s: %s", key, err.why);
	free(key);
	free(sql);
}

static void travel(struct moving *m, int step)
{
	struct rowset *r = m->t.r;

	switch (roll(m, 20)) {
	case 0:
		rowset_last(r);
		break;
	case 1:
		rowset_first(r);
		break;
	case 2:
	case 3:
		rowset_refresh(r);
		break;
	case 4:
		rowset_resize(r, 1 + (int)roll(m, 25));
		break;
	case 5:
		go_to_one_that_stays(m);
		break;
	default:
		rowset_page(r, step / 13 % 2 ? -1 : 1);
	}
	if (roll(m, 2))
		rows_settle(&m->t);
}

static void check_next(const struct moving *m, int step, int last, int n)
{
	cr_assert_eq(n, m->follows[last],
		     "%s, %s, key %s, by%s, step %d: %d follows %d, not %d", m->place->type,
		     m->other->type, m->key->type, m->sort.data, step, n, last,
		     m->follows[last]);
}

/* No row twice, and between two that stay none that stays is missing; nor before the first, nor
 * after the last. */
static void check_window(const struct moving *m, int step)
{
	const struct rowset *r = m->t.r;
	bool seen[ROWS + 1] = { false };
	int last = rowset_at_start(r) ? 0 : -1;

	cr_assert_null(rowset_error(r), "%s by%s: %s", m->place->type, m->sort.data,
		       rowset_error(r)->why);
	for (size_t row = 0; row < rowset_len(r); row++) {
		int n = number_at(m, row);

		cr_assert_not(
			seen[n], "%s, %s, key %s, by%s, step %d: row %d is twice in the window",
			m->place->type, m->other->type, m->key->type, m->sort.data, step, n);
		seen[n] = true;
		if (n % 2)
			continue;
		if (last >= 0)
			check_next(m, step, last, n);
		last = n;
	}
	if (rowset_at_end(r) && last >= 0)
		check_next(m, step, last, 0);
}

static void scroll(struct moving *m)
{
	char *screen = xasprintf("[screen]\ntitle = Moving\nkind = grid\nrelation = moving\n"
				 "key = part n\norder =%s\n",
				 m->sort.data);

	rows_open(&m->t, m->db, "moving", screen, NULL, 10);
	rows_settle(&m->t);
	check_window(m, -1);
	cr_assert_gt(rowset_len(m->t.r), 10);
	for (int step = 0; step < STEPS; step++) {
		if (roll(m, 2))
			disturb(m);
		travel(m, step);
		check_window(m, step);
	}
	rows_close(&m->t);
	free(screen);
}

static bool is_there(const struct moving *m, const struct values *v)
{
	char *sql = xasprintf("SELECT 1 FROM pg_available_extensions WHERE name = '%s'",
			      v->needs ? v->needs : "plpgsql");
	char *there = ask(m, sql);
	bool ok = there != NULL;

	if (ok && v->needs)
		tell(m, xasprintf("CREATE EXTENSION IF NOT EXISTS %s", v->needs));
	free(there);
	free(sql);
	return ok;
}

/* Each type in two orders, beside another one of the same family. */
static void scroll_by(const struct values *values, size_t n, unsigned seed)
{
	struct moving m = {
		.db = cluster_database(""), .dice = seed, .sort = BUF_INIT, .sql = BUF_INIT
	};

	m.others = PQconnectdb(m.db);
	tell(&m, xasprintf("SET client_min_messages = warning; SELECT setseed(0.%u)", seed));
	tell(&m, xstrdup(makings));
	for (size_t i = 0; i < 2 * n; i++) {
		m.place = &values[i % n];
		m.other = &values[roll(&m, (unsigned)n)];
		m.key = &keys[roll(&m, ARRAY_SIZE(keys))];
		if (!is_there(&m, m.place) || !is_there(&m, m.other))
			continue;
		make_order(&m);
		make_table(&m);
		learn_order(&m);
		scroll(&m);
	}
	PQfinish(m.others);
	buf_release(&m.sort);
	buf_release(&m.sql);
	free(m.db);
}

Test(moving, numbers, .timeout = 60)
{
	scroll_by(numbers, ARRAY_SIZE(numbers), 11);
}

Test(moving, texts, .timeout = 60)
{
	scroll_by(texts, ARRAY_SIZE(texts), 12);
}

Test(moving, long_values, .timeout = 60)
{
	scroll_by(longs, ARRAY_SIZE(longs), 13);
}

Test(moving, times, .timeout = 60)
{
	scroll_by(times, ARRAY_SIZE(times), 14);
}

Test(moving, other_types, .timeout = 60)
{
	scroll_by(others, ARRAY_SIZE(others), 15);
}

Test(moving, composed_types, .timeout = 60)
{
	scroll_by(composed, ARRAY_SIZE(composed), 16);
}
