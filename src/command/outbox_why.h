/* SPDX-License-Identifier: MIT */
/*
 * outbox_why.h - what keeps the messages of one outbox from leaving (sql/queries/outbox_why.sql).
 */
#ifndef OUTBOX_WHY_H
#define OUTBOX_WHY_H

#include "base/attr.h"
#include "base/err.h"
#include "command/command.h"
#include "db/db.h"

/* Asked for a call, about the outbox that it names or the screens show: rows of panel "why" hold
 * cause, state, detail and next.  False: there is none, or it cannot be asked; cb is not called. */
bool outbox_why_ask(struct call *c, const struct request_callbacks *cb,
		    struct err *err) MUST_CHECK;

#endif
