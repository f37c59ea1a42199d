/* SPDX-License-Identifier: MIT */
/*
 * proxy.h - a relay between a client and a PostgreSQL server that counts, delays, holds and cuts.
 *
 * It runs as a child process of the test and is steered through shared memory, so the test may
 * block or run a loop meanwhile.  It understands the frontend/backend protocol (3.0) as far as the
 * borders of messages; after an accepted SSLRequest it sees bytes only.
 *
 *	struct proxy *p = proxy_new(cluster_host(c));
 *	conninfo: "host=<proxy_host(p)> user=… dbname=…"
 *
 * Counters are exact once the client has its answer: they are raised before bytes are passed on.
 */
#ifndef SUPPORT_PROXY_H
#define SUPPORT_PROXY_H

#include <stdbool.h>
#include <stdint.h>

struct proxy;

enum proxy_side { FROM_CLIENT, FROM_SERVER };

struct proxy_counts {
	uint64_t connections;
	/* Times the client spoke after it had heard something, and was answered.  A request in several
	 * packets is one if the answers are late enough (proxy_delay) to arrive after its end. */
	uint64_t round_trips;
	uint64_t bytes[2];     /* by enum proxy_side */
	uint64_t messages[2];
	uint64_t types[2][128]; /* messages by their type letter; start-up packets are type 0 */
	uint64_t cuts;
};

/* upstream: folder of a socket (port 5432), or "address:port".  Listens on a socket in a new folder. */
struct proxy *proxy_new(const char *upstream);
/* The same with port 6432, or any; and listening on 127.0.0.1 when tcp. */
struct proxy *proxy_new_at(const char *upstream, int port, bool tcp);
void proxy_free(struct proxy **p);

const char *proxy_host(const struct proxy *p);
int proxy_port(const struct proxy *p); /* 5432, or the port chosen when tcp */

void proxy_counts(const struct proxy *p, struct proxy_counts *out);
void proxy_reset(struct proxy *p); /* counters back to 0 */

/* Each direction is late by ms, without limiting what is under way. */
void proxy_delay(struct proxy *p, int ms);
/* Stop passing anything on (both directions; connections stay), or go on. */
void proxy_hold(struct proxy *p, bool hold);
/* Refuse new connections, or accept them again. */
void proxy_refuse(struct proxy *p, bool refuse);
/* Drop every connection now. */
void proxy_cut(struct proxy *p);
/*
 * Drop the connection when the next message of this type that contains text ("" for any) comes
 * from side; pass: the message still gets through.  So a reply "COMMIT" that is not
 * passed is a transaction that was committed and whose client does not know.  Once only.
 */
void proxy_cut_at(struct proxy *p, enum proxy_side side, char type, const char *text, bool pass);

#endif
