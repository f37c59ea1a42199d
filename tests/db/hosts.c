/* SPDX-License-Identifier: MIT */
/* Where a connection goes: one host of several, by name, and who it proves to be. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "support/client.h"
#include "support/cluster.h"
#include "support/leak.h"
#include "support/proxy.h"

static bool is_ready(const struct client *c, enum db_lane lane)
{
	return db_state(c->db, lane) == DB_READY;
}

/* A server that takes the connection and then says nothing. */
LEAK_TEST(hosts, silent_one_times_out)
{
	char *conninfo = cluster_database("");
	struct proxy *proxy = proxy_new(cluster_host(cluster()));
	char *text = xasprintf("%s host=%s connect_timeout=2", conninfo, proxy_host(proxy));
	struct client c;
	struct answer a;

	proxy_hold(proxy, true);
	client_open(&c, text);
	a = client_run(&c, DB_READ, client_txn(TXN_READ, "SELECT 1", NULL));
	cr_assert_eq(a.outcome, TXN_FAILED);
	cr_assert(strstr(a.err.why, "within 2 s"), "%s", a.err.why);
	answer_release(&a);
	proxy_hold(proxy, false);
	db_retry(c.db);
	free(client_value(&c, "SELECT 1"));
	client_close(&c);
	proxy_free(&proxy);
	free(text);
	free(conninfo);
}

LEAK_TEST(hosts, the_second_is_taken_when_the_first_is_silent)
{
	char *conninfo = cluster_database("");
	struct proxy *proxy = proxy_new(cluster_host(cluster()));
	char *text = xasprintf("%s host=%s,%s,/nowhere connect_timeout=2", conninfo,
			       proxy_host(proxy), cluster_host(cluster()));
	struct client c;

	proxy_hold(proxy, true);
	client_open(&c, text);
	free(client_value(&c, "SELECT 1"));
	cr_assert_str_eq(db_session(c.db)->host, cluster_host(cluster()));
	client_close(&c);
	proxy_free(&proxy);
	free(text);
	free(conninfo);
}

LEAK_TEST(hosts, several_and_session_attributes)
{
	char *conninfo = cluster_database("");
	char *text = xasprintf("%s host=/nowhere,%s", conninfo, cluster_host(cluster()));
	struct client c;
	struct answer a;

	client_open(&c, text);
	free(client_value(&c, "SELECT 1"));
	cr_assert_str_eq(db_session(c.db)->host, cluster_host(cluster()));
	client_close(&c);
	free(text);
	text = xasprintf("%s target_session_attrs=standby", conninfo);
	client_open(&c, text);
	a = client_run(&c, DB_READ, client_txn(TXN_READ, "SELECT 1", NULL));
	cr_assert_eq(a.outcome, TXN_FAILED);
	cr_assert(strstr(a.err.why, "standby"), "%s", a.err.why);
	answer_release(&a);
	client_close(&c);
	free(text);
	free(conninfo);
}

/* The first host was away when the first lane came; now it is there, and the others go where
 * the first is. */
LEAK_TEST(hosts, all_lanes_take_the_same_host)
{
	struct cluster *first = cluster_new(NULL), *second = cluster_new(NULL);
	char *text = xasprintf("user=postgres dbname=postgres host=%s,%s", cluster_host(first),
			       cluster_host(second));
	struct client c;
	struct answer a;

	cluster_stop(first, "fast");
	client_open(&c, text);
	free(client_value(&c, "SELECT 1"));
	cr_assert_str_eq(db_session(c.db)->host, cluster_host(second));
	cluster_start(first);
	for (enum db_lane lane = DB_EDIT; lane < DB_LANES; lane++) {
		a = client_run(&c, lane,
			       client_txn(TXN_READ, "SHOW unix_socket_directories", NULL));
		cr_assert_eq(a.outcome, TXN_DONE);
		cr_assert_str_eq(reply_text(a.replies[0], 0, 0), cluster_host(second));
		answer_release(&a);
	}
	/* gone with it, all go to the other one */
	cluster_stop(second, "fast");
	client_until(&c, db_state(c.db, DB_READ) != DB_READY);
	client_until(&c, is_ready(&c, DB_READ) && is_ready(&c, DB_EDIT));
	cr_assert_str_eq(db_session(c.db)->host, cluster_host(first));
	client_close(&c);
	cluster_free(&first);
	cluster_free(&second);
	free(text);
}

LEAK_TEST(hosts, names_and_certificates)
{
	struct cluster *server = cluster_new(NULL);
	char *conninfo = cluster_database_in(server, "");
	int port = cluster_tls(server);
	char *text = xasprintf(
		"%s host=localhost port=%d sslmode=verify-full sslrootcert=%s/root.crt",
		conninfo, port, cluster_host(server));
	struct client c;
	struct answer a;

	client_open(&c, text);
	free(client_value(&c, "SELECT 1"));
	cr_assert_str_eq(db_session(c.db)->host, "localhost");
	cr_assert(db_session(c.db)->tls);
	cr_assert_eq(strncmp(db_session(c.db)->tls_text, "TLSv1.", 6), 0);
	cr_assert(strstr(db_session(c.db)->tls_text, ", certificate verified"));
	client_close(&c);
	free(text);
	text = xasprintf("%s host=nobody.invalid port=%d", conninfo, port);
	client_open(&c, text);
	a = client_run(&c, DB_READ, client_txn(TXN_READ, "SELECT 1", NULL));
	cr_assert_eq(a.outcome, TXN_FAILED);
	cr_assert(a.err.what && strstr(a.err.what, "nobody.invalid"), "%s", a.err.why);
	answer_release(&a);
	client_close(&c);
	free(text);
	/* one name of two is enough */
	text = xasprintf("%s host=nobody.invalid,localhost port=1,%d sslmode=require", conninfo,
			 port);
	client_open(&c, text);
	free(client_value(&c, "SELECT 1"));
	cr_assert(strstr(db_session(c.db)->tls_text, "not verified"));
	client_close(&c);
	free(text);
	free(conninfo);
	cluster_free(&server);
}
