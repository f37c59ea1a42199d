/* SPDX-License-Identifier: MIT */
/* What the tests stand on: the private servers and the proxy, proven with psql. */
#include <criterion/criterion.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "support/cluster.h"
#include "support/leak.h"
#include "support/proxy.h"

static PGconn *connect_by(const struct proxy *p, const char *conninfo)
{
	char text[256];
	snprintf(text, sizeof(text), "%s host=%s port=%d", conninfo, proxy_host(p), proxy_port(p));
	return PQconnectdb(text);
}

static char *value(PGconn *conn, const char *sql)
{
	static char text[256];
	PGresult *r = PQexec(conn, sql);
	snprintf(text, sizeof(text), "%s",
		 PQntuples(r) > 0 ? PQgetvalue(r, 0, 0) : PQresStatus(PQresultStatus(r)));
	PQclear(r);
	return text;
}

static double seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

LEAK_TEST(cluster, copies_of_a_template_are_apart)
{
	char *a = cluster_database("tests/db/dialects/a.sql");
	char *b = cluster_database("tests/db/dialects/a.sql");
	char *before = cluster_sql(a, "select count(*) from tenancy_tenants");
	cr_assert_str_neq(before, "0");
	free(cluster_sql(a, "truncate tenancy_tenants cascade"));
	char *left = cluster_sql(a, "select count(*) from tenancy_tenants");
	char *other = cluster_sql(b, "select count(*) from tenancy_tenants");
	cr_assert_str_eq(left, "0");
	cr_assert_str_eq(other, before);
	free(before);
	free(left);
	free(other);
	free(a);
	free(b);
}

LEAK_TEST(cluster, comes_back_after_a_crash)
{
	struct cluster *c = cluster_new("work_mem = 5MB");
	char *db = cluster_database_in(c, "");
	cluster_kill(c);
	PGconn *conn = PQconnectdb(db);
	cr_assert_eq(PQstatus(conn), CONNECTION_BAD);
	PQfinish(conn);
	cluster_stop(c, "immediate");
	cluster_start(c);
	char *mem = cluster_sql(db, "show work_mem");
	cr_assert_str_eq(mem, "5MB");
	free(mem);
	free(db);
	cluster_free(&c);
}

LEAK_TEST(cluster, pooler_pools_transactions)
{
	struct cluster *c = cluster_new(NULL);
	char *db = cluster_database_in(c, "");
	cluster_pooler(c, NULL);
	char text[256];
	snprintf(text, sizeof(text), "%s port=6432", db);
	PGconn *one = PQconnectdb(text);
	PGconn *two = PQconnectdb(text);
	PGconn *three = PQconnectdb(text);
	cr_assert_eq(PQstatus(three), CONNECTION_OK, "%s", PQerrorMessage(three));
	/* Three clients, two servers at most: between transactions they share. */
	value(one, "select 1");
	value(two, "select 1");
	value(three, "select 1");
	cr_assert_leq(strtol(value(one, "select count(*) from pg_stat_activity where "
				      "datname = current_database()"), NULL, 10), 2);
	PQfinish(one);
	PQfinish(two);
	PQfinish(three);
	free(db);
	cluster_free(&c);
}

LEAK_TEST(cluster, tls_is_verified)
{
	struct cluster *c = cluster_new(NULL);
	int port = cluster_tls(c);
	char text[256];
	snprintf(text, sizeof(text),
		 "host=127.0.0.1 port=%d user=postgres dbname=postgres sslmode=verify-full "
		 "sslrootcert=%s/root.crt", port, cluster_host(c));
	PGconn *conn = PQconnectdb(text);
	cr_assert_eq(PQstatus(conn), CONNECTION_OK, "%s", PQerrorMessage(conn));
	cr_assert(PQsslInUse(conn));
	PQfinish(conn);
	cluster_free(&c);
}

LEAK_TEST(proxy, counts_round_trips_and_messages)
{
	char *db = cluster_database("");
	struct proxy *p = proxy_new(cluster_host(cluster()));
	PGconn *conn = connect_by(p, db);
	cr_assert_eq(PQstatus(conn), CONNECTION_OK, "%s", PQerrorMessage(conn));
	proxy_reset(p);
	cr_assert_str_eq(value(conn, "select 42"), "42");
	cr_assert_str_eq(value(conn, "select 43"), "43");
	struct proxy_counts n;
	proxy_counts(p, &n);
	cr_assert_eq(n.round_trips, 2);
	cr_assert_eq(n.types[FROM_CLIENT]['Q'], 2);
	cr_assert_eq(n.messages[FROM_CLIENT], 2);
	cr_assert_eq(n.types[FROM_SERVER]['D'], 2);
	cr_assert_eq(n.messages[FROM_SERVER], 8); /* T D C Z, twice */
	cr_assert_eq(n.bytes[FROM_CLIENT], 2 * (1 + 4 + sizeof("select 42")));
	value(conn, "select length(x), x from repeat('x', 3000000) as x");
	proxy_counts(p, &n);
	cr_assert_eq(n.round_trips, 3, "a long answer is still one");
	PQfinish(conn);
	proxy_free(&p);
	free(db);
}

LEAK_TEST(proxy, delays_and_holds)
{
	char *db = cluster_database("");
	struct proxy *p = proxy_new_at(cluster_host(cluster()), 5432, false);
	PGconn *conn = connect_by(p, db);
	proxy_delay(p, 50);
	double begun = seconds();
	value(conn, "select 1");
	cr_assert_geq(seconds() - begun, 0.1);
	proxy_delay(p, 0);
	proxy_hold(p, true);
	cr_assert_eq(PQsendQuery(conn, "select 7"), 1);
	PQflush(conn);
	nanosleep(&(struct timespec){ .tv_nsec = 50000000 }, NULL);
	PQconsumeInput(conn);
	cr_assert(PQisBusy(conn));
	proxy_hold(p, false);
	PGresult *r = PQgetResult(conn);
	cr_assert_str_eq(PQgetvalue(r, 0, 0), "7");
	PQclear(r);
	cr_assert_null(PQgetResult(conn));
	PQfinish(conn);
	proxy_free(&p);
	free(db);
}

LEAK_TEST(proxy, cuts_and_refuses)
{
	char *db = cluster_database("");
	struct proxy *p = proxy_new(cluster_host(cluster()));
	PGconn *conn = connect_by(p, db);
	proxy_cut(p);
	cr_assert_str_eq(value(conn, "select 1"), "PGRES_FATAL_ERROR");
	cr_assert_eq(PQstatus(conn), CONNECTION_BAD);
	proxy_refuse(p, true);
	PQreset(conn);
	cr_assert_eq(PQstatus(conn), CONNECTION_BAD);
	proxy_refuse(p, false);
	PQreset(conn);
	cr_assert_eq(PQstatus(conn), CONNECTION_OK);
	PQfinish(conn);
	proxy_free(&p);
	free(db);
}

/* The commit whose answer is lost, and the commit that never arrives. */
static void commit_cut(enum proxy_side side, char type, const char *expected)
{
	char *db = cluster_database("");
	struct proxy *p = proxy_new(cluster_host(cluster()));
	PGconn *conn = connect_by(p, db);
	value(conn, "create table t (x int)");
	value(conn, "begin");
	value(conn, "insert into t values (1)");
	proxy_cut_at(p, side, type, "COMMIT", false);
	cr_assert_str_eq(value(conn, "COMMIT"), "PGRES_FATAL_ERROR");
	cr_assert_eq(PQstatus(conn), CONNECTION_BAD);
	PQfinish(conn);
	char *rows = cluster_sql(db, "select count(*) from t");
	cr_assert_str_eq(rows, expected);
	struct proxy_counts n;
	proxy_counts(p, &n);
	cr_assert_eq(n.cuts, 1);
	free(rows);
	proxy_free(&p);
	free(db);
}

LEAK_TEST(proxy, cuts_at_the_answer)
{
	commit_cut(FROM_SERVER, 'C', "1");
}

LEAK_TEST(proxy, cuts_at_the_question)
{
	commit_cut(FROM_CLIENT, 'Q', "0");
}

LEAK_TEST(proxy, tcp_with_tls_in_it)
{
	struct cluster *c = cluster_new(NULL);
	char upstream[64];
	snprintf(upstream, sizeof(upstream), "127.0.0.1:%d", cluster_tls(c));
	struct proxy *p = proxy_new_at(upstream, 0, true);
	PGconn *conn = connect_by(p, "user=postgres dbname=postgres sslmode=require");
	cr_assert_eq(PQstatus(conn), CONNECTION_OK, "%s", PQerrorMessage(conn));
	cr_assert(PQsslInUse(conn));
	proxy_reset(p);
	cr_assert_str_eq(value(conn, "select 42"), "42");
	struct proxy_counts n;
	proxy_counts(p, &n);
	cr_assert_eq(n.round_trips, 1);
	cr_assert_eq(n.messages[FROM_CLIENT], 0); /* it cannot look inside */
	PQfinish(conn);
	proxy_free(&p);
	cluster_free(&c);
}
