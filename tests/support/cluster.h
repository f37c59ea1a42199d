/* SPDX-License-Identifier: MIT */
/*
 * cluster.h - a private PostgreSQL server for database tests.
 *
 * A program that calls any of these gets one server, started before its first test and gone after
 * its last, kill -9 included (cluster.sh does the work and guards).  Each test takes databases
 * of its own from it:
 *
 *	char *db = cluster_database("tests/db/dialects/a.sql");
 *	... conninfo "host=… user=postgres dbname=t_…" ...
 *	free(db);
 *
 * A test that stops, kills or reconfigures the server makes one for itself (cluster_new).
 * Nothing here is asynchronous.  What fails ends the test with a message.
 */
#ifndef SUPPORT_CLUSTER_H
#define SUPPORT_CLUSTER_H

struct cluster;

/* The program's own server. */
struct cluster *cluster(void);
/* Another one, for this test; conf: lines of postgresql.conf or NULL. */
struct cluster *cluster_new(const char *conf);
/* A standby of it that follows by streaming and can be promoted. */
struct cluster *cluster_standby(const struct cluster *primary);
void cluster_free(struct cluster **c);

const char *cluster_host(const struct cluster *c); /* the folder of its socket, port 5432 */

void cluster_stop(struct cluster *c, const char *mode); /* "fast" or "immediate" */
void cluster_start(struct cluster *c);
void cluster_kill(struct cluster *c); /* kill -9 of the postmaster */
/* PgBouncer in transaction mode before it: same host, port 6432.  Roles must exist already.
 * forced_user: the user that the pooler logs in as for everybody, or NULL: each one's own. */
void cluster_pooler(struct cluster *c, const char *forced_user);
/* Restarted with TLS on 127.0.0.1; returns the port.  The authority is cluster_host()/root.crt. */
int cluster_tls(struct cluster *c);

/*
 * A new database in which files (blank-separated .sql or .sh, from the repository's root; "" for
 * none) were run by the superuser.  They run once per server, into a template; each
 * call copies it.  Returns a conninfo string for the superuser, to be freed; later words win,
 * so " user=anna" may be appended.
 */
char *cluster_database(const char *files);
char *cluster_database_in(struct cluster *c, const char *files);

/* Run SQL text as the superuser through psql; the result, unaligned and without header. To be freed. */
char *cluster_sql(const char *conninfo, const char *sql);

#endif
