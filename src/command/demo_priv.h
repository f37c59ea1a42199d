/* SPDX-License-Identifier: MIT */
/* demo_priv.h - the demo's folder, its server, and what its files share. */
#ifndef COMMAND_DEMO_PRIV_H
#define COMMAND_DEMO_PRIV_H

#include "base/sha256.h"
#include "command/demo.h"

/* ---- demo_place.c: the folder, who owns it, who uses it ---- */

struct demo_place {
	char *dir, *data, *log;
	char *socket;      /* folder of the socket: dir, or a short one when dir is too long for it */
	char *user;        /* who runs the server when we are root; else NULL */
	int uid, gid;      /* of user; -1: ours */
	int lock, users;   /* descriptors; -1: not held */
};

/* Where it is; nothing is touched. */
bool demo_place_find(struct demo_place *p, const char *dir, struct err *err) MUST_CHECK;
void demo_place_release(struct demo_place *p);
/* Make the folder if it is not there; one that is not ours is refused. */
bool demo_place_make(struct demo_place *p, struct err *err) MUST_CHECK;
bool demo_place_exists(const struct demo_place *p);
/* The socket's folder, when it is another one: there while the server runs. */
bool demo_socket_make(const struct demo_place *p, struct err *err) MUST_CHECK;
void demo_socket_remove(const struct demo_place *p);

/* Take the lock for making, starting and stopping.  False with *busy: somebody holds it. */
bool demo_lock(struct demo_place *p, bool *busy, struct err *err) MUST_CHECK;
void demo_unlock(struct demo_place *p);
/* With the lock held: whether nobody else uses the demo. */
bool demo_alone(const struct demo_place *p);
/* With the lock held: be one of the users until demo_leave. */
bool demo_enter(struct demo_place *p, struct err *err) MUST_CHECK;
void demo_leave(struct demo_place *p);
/* The lock of this name, held until the descriptor is closed; -1: somebody else holds it. */
int demo_only_one(const struct demo_place *p, const char *name);

/* A marker file in the folder; text NULL removes it. */
bool demo_mark(const struct demo_place *p, const char *name, const char *text, struct err *err)
	MUST_CHECK;
/* Its text, to be freed; NULL if there is none. */
char *demo_marker(const struct demo_place *p, const char *name);
/* What the binary would make at this scale. */
char *demo_fingerprint(int scale);

/* Stop the server unless somebody uses it or said keep.  True: it is down. */
bool demo_put_out(struct demo_place *p);

/* ---- demo_uri ---- */

/* postgresql://USER@/commerce?host=…; to be freed. */
char *demo_place_uri(const struct demo_place *p, const char *user);

/* ---- demo_programs.c: the server's programs ---- */

struct demo_programs {
	char *bin; /* their folder */
	int major; /* 15 */
};

/* The newest that fits; major: this version only, 0: any that souk works with. */
bool demo_programs_find(struct demo_programs *found, int major, struct err *err) MUST_CHECK;
void demo_programs_release(struct demo_programs *programs);
/* The surroundings of a program that we start: nothing of the person's settings. NULL-terminated. */
char *const *demo_environment(void);
/* The log, to be written by us and by the server's user; -1: it cannot be opened (errno). */
int demo_log_open(const struct demo_place *p);
/* Run it as the server's user and wait.  Its words go to the log.  The exit status, -1: it was not run. */
int demo_run(const struct demo_place *p, const char *const *argv);

/* ---- demo_server.c: one private server ---- */

enum demo_server_state { SERVER_DOWN, SERVER_UP, SERVER_SILENT };

struct demo_server;
typedef void demo_server_fn(void *ctx, const struct err *err);

/* Both are borrowed. */
struct demo_server *demo_server_new(struct loop *loop, const struct demo_place *place,
				    const struct demo_programs *programs);
/* What is under way is ended. */
void demo_server_free(struct demo_server **s);
/* A new cluster with an empty database "commerce", where there is none. */
void demo_server_make(struct demo_server *s, demo_server_fn *fn, void *ctx);
void demo_server_start(struct demo_server *s, demo_server_fn *fn, void *ctx);

enum demo_server_state demo_server_state(const struct demo_place *p);
/* Blocks until it is down. */
bool demo_server_stop(const struct demo_place *p, struct err *err) MUST_CHECK;
/* Why it ended or did not come up, from its log. */
void demo_server_explain(const struct demo_place *p, const char *what, struct err *err);
/* The version that made data/, 0: there is none. */
int demo_server_version(const struct demo_place *p);

#endif
