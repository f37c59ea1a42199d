/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "../../../src/db/db_priv.h"
#include "base/buf.h"
#include "db/scope.h"
#include "support/leak.h"

struct said {
	struct buf text;
	int statements;
};

static void note(void *ctx, const char *sql, const struct params *params)
{
	struct said *said = ctx;

	said->statements++;
	buf_addf(&said->text, "%s\n", sql);
	for (size_t i = 0; params && i < params->list.len; i++)
		buf_addf(&said->text, "%s\n", params->list.v[i].text);
}

static struct said say_in(const struct scope *s, const char *encoding)
{
	struct said said = { BUF_INIT, 0 };
	struct err err = ERR_INIT;
	struct sqlset *set = sqlset_load(NULL, &err);

	scope_statements(s, set, encoding, note, &said);
	sqlset_free(&set);
	return said;
}

static struct said say(const struct scope *s)
{
	return say_in(s, NULL);
}

static struct scope full(void)
{
	struct scope s;

	scope_init(&s);
	scope_set(&s, "app.tenant_id", "7; '\"\\");
	scope_set(&s, "app.reason", "because");
	scope_set(&s, "app.gone", "x");
	scope_set(&s, "app.gone", NULL);
	s.role = strdup("souk\"dba");
	s.search_path = strdup("pg_catalog");
	s.statement_timeout_ms = 1500;
	s.lock_timeout_ms = 200;
	return s;
}

LEAK_TEST(scope, one_statement_with_two_arrays)
{
	struct scope s = full();
	struct said said = say(&s);

	cr_assert_eq(said.statements, 1);
	cr_assert(strstr(said.text.data, "set_config"));
	cr_assert(strstr(said.text.data, "\"search_path\",\"statement_timeout\",\"lock_timeout\","
					 "\"app.tenant_id\",\"app.reason\",\"role\"}"),
		  "%s", said.text.data);
	cr_assert(strstr(said.text.data, "\"pg_catalog\",\"1500\",\"200\",\"7; '\\\"\\\\\","
					 "\"because\",\"souk\\\"dba\"}"),
		  "%s", said.text.data);
	buf_release(&said.text);
	scope_release(&s);
}

LEAK_TEST(scope, what_makes_texts_comparable_is_always_there)
{
	struct scope s;
	struct said said;

	scope_init(&s);
	said = say(&s);
	cr_assert(strstr(said.text.data, "{\"DateStyle\",\"IntervalStyle\",\"extra_float_digits\","
					 "\"bytea_output\",\"row_security\","
					 "\"standard_conforming_strings\",\"jit\"}"));
	buf_release(&said.text);
	scope_release(&s);
}

LEAK_TEST(scope, distributed_sets_one_by_one_with_quoted_literals)
{
	static const char first[] = "SET LOCAL \"citus\".\"propagate_set_commands\" TO 'local'\n";
	struct scope s = full();
	struct said said;

	s.distributed = true;
	said = say(&s);
	cr_assert_eq(said.statements, 14);
	cr_assert_eq(strncmp(said.text.data, first, strlen(first)), 0, "%s", said.text.data);
	cr_assert(strstr(said.text.data, "SET LOCAL \"app\".\"tenant_id\" TO  E'7; ''\"\\\\'\n"));
	cr_assert(strstr(said.text.data, "SET LOCAL \"role\" TO 'souk\"dba'\n"));
	cr_assert(strstr(said.text.data, "{\"search_path\"}\n{\"pg_catalog\"}\n"));
	buf_release(&said.text);
	scope_release(&s);
}

LEAK_TEST(scope, a_copy_is_its_own)
{
	struct scope s = full(), copy;

	scope_copy(&copy, &s);
	scope_release(&s);
	cr_assert_str_eq(scope_get(&copy, "app.tenant_id"), "7; '\"\\");
	cr_assert_null(scope_get(&copy, "app.gone"));
	cr_assert_str_eq(copy.role, "souk\"dba");
	cr_assert_eq(copy.lock_timeout_ms, 200);
	scope_release(&copy);
}

/* The names and values before it are sent in the connection's. */
LEAK_TEST(scope, the_encoding_rides_behind_all)
{
	struct scope s = full();
	struct said said = say_in(&s, "LATIN1");

	cr_assert_eq(said.statements, 1);
	cr_assert(strstr(said.text.data, "\"role\",\"client_encoding\"}"), "%s", said.text.data);
	cr_assert(strstr(said.text.data, ",\"LATIN1\"}"));
	buf_release(&said.text);
	scope_release(&s);
}
