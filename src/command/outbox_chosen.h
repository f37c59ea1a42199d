/* SPDX-License-Identifier: MIT */
/*
 * outbox_chosen.h - of several outboxes in one database the one that a command is about.
 */
#ifndef OUTBOX_CHOSEN_H
#define OUTBOX_CHOSEN_H

#include "base/attr.h"
#include "base/err.h"
#include "command/command.h"
#include "domain/outbox.h"

/* The one of all that --outbox names, else the one that the screens show.  NULL: err says why. */
const struct outbox *outbox_chosen(const struct call *c, const struct outboxes *all,
				   struct err *err);

#endif
