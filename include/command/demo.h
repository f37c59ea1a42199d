/* SPDX-License-Identifier: MIT */
/*
 * demo.h - souk demo: the platform with lively data on a private PostgreSQL server.
 *
 * The server has a folder of its own ($XDG_STATE_HOME/souk/demo or --dir), listens on a unix socket there
 * only, and runs as an unprivileged user when souk is run by root.  The first time it is made and
 * filled (about half a minute); later it is started or, when it runs already, shared.  Who uses it
 * holds a shared lock; the last one out stops it, unless somebody said keep.  A process of
 * its own (demo_traffic) lets shoppers, colleagues and relays work as long as the server runs; it
 * also stops the server when all users are gone without a word.
 *
 * In the folder:  data/ the cluster · log the server's words · souk-demo what was made · lock held
 * while something is made, started or stopped · users · keep · traffic
 *
 * demo_open blocks for some milliseconds (it looks for programs); all that takes longer runs in the loop.
 */
#ifndef COMMAND_DEMO_H
#define COMMAND_DEMO_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/loop.h"

struct demo_options {
	const char *dir;  /* NULL: the usual place */
	int scale;        /* 1: 50,000 products; 0: 600, for tests; < 0: as it was made, at first 1 */
	bool fresh;       /* make it anew */
	bool keep;        /* let it run when nobody uses it any more */
	bool quiet;       /* no traffic */
};

struct demo_callbacks {
	/* done of total (total 0: unknown); at least once for each thing that takes time */
	void (*progress)(void *ctx, const char *what, double done, double total);
	/* Once: the demo is ready, or err says why not. */
	void (*ready)(void *ctx, const struct err *err);
	void *ctx;
};

struct demo;

/* NULL: err says why.  ready follows in the loop. */
struct demo *demo_open(struct loop *loop, const struct demo_options *opts,
		       const struct demo_callbacks *cb, struct err *err) MUST_CHECK;
/* A connection URI for who works there: "support", "dba", "oncall"; "admin" is the superuser.
 * To be freed. */
char *demo_uri(const struct demo *d, const char *as);
/* Is its server there?  Another souk may have stopped it, or it crashed. */
bool demo_runs(const struct demo *d);
/* The folder of a demo that is being made and not ready yet; NULL: none. */
const char *demo_unfinished(const struct demo *d);
/* Leave; one that is not ready is thrown away. The last one out stops the server, which may block for a second. */
void demo_close(struct demo **d);

/* Stop it whoever uses it, and forget a keep.  False when it could not be stopped. */
bool demo_stop(const char *dir, struct err *err) MUST_CHECK;

/*
 * The process of the traffic; ends with the server.  An exit status.  demo_open starts it as this program
 * under the name DEMO_TRAFFIC with the folder as its only argument, and main leads here.
 */
#define DEMO_TRAFFIC "souk-demo-traffic"
int demo_traffic(const char *dir);

#endif
