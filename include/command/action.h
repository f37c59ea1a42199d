/* SPDX-License-Identifier: MIT */
/*
 * action.h - a function of the database called for a record, as a screen's [action NAME] declares it:
 * receive goods, release a reservation, whatever a schema offers.
 *
 *	BEGIN · scope · which backend we are  ->  call · audit row  ->  COMMIT
 *
 * The backend is known before the call, so that while the call waits for a lock it is told who holds
 * it.  Nothing is retried by itself.  A COMMIT whose answer is lost is asked after, as a save's is.
 */
#ifndef COMMAND_ACTION_H
#define COMMAND_ACTION_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "command/session.h"
#include "db/reply.h"
#include "domain/screendef.h"

struct action_call;

enum action_outcome {
	ACTION_DONE,
	ACTION_REFUSED, /* the function, a constraint or a policy says no: err in words, param or NULL */
	ACTION_LOCKED,  /* somebody held what it needs for too long */
	ACTION_FAILED,  /* nothing was done */
	ACTION_UNKNOWN, /* the connection died during COMMIT, and nothing tells */
};

struct action_result {
	enum action_outcome outcome;
	const struct reply *row; /* ACTION_DONE: what the function returned, borrowed; NULL else */
	const struct err *err;
	const char *holder;      /* the last one that was seen in the way; NULL */
};

struct action_callbacks {
	/* "waiting 2 s for support_ben (pid 4211, psql), idle in transaction since 3 m"; NULL: not any more. */
	void (*waiting)(void *ctx, const char *text);
	void (*done)(void *ctx, const struct action_result *result);
	void *ctx;
};

const struct screen_action *action_find(const struct screendef *def, const char *name);
/* The parameter of this name ("p_reason", "reason"); NULL. */
const struct screen_param *action_param(const struct screen_action *a, const char *name);
struct action_request {
	const struct screendef *def;        /* whose action it is: the audit names its relation */
	const struct screen_action *action;
	const char *const *values;          /* one per parameter, NULL: not given (its default) */
};
/*
 * The session must be armed (BUG() else).  What is missing is an error that names the parameter.  def and action
 * outlive the call; values are copied.
 */
struct action_call *action_start(struct session *s, const struct action_request *req,
				 const struct action_callbacks *cb, struct err *err) MUST_CHECK;
/* Nothing is done if it is freed now: COMMIT was not sent. */
bool action_may_give_up(const struct action_call *c);
/* Give up: cancelled on the server, unless COMMIT was sent. */
void action_free(struct action_call **c);
/* "on_hand 12, reserved 3" of a row. */
void action_row_text(struct buf *out, const struct reply *r);

#endif
