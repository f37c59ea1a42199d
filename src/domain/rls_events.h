/* SPDX-License-Identifier: MIT */
/* rls_events.h - N13, N14: how events are named and counted, and what they tell. */
#ifndef DOMAIN_RLS_EVENTS_H
#define DOMAIN_RLS_EVENTS_H

#include "domain/outbox.h"
#include "rls_priv.h"

void rule_events(struct judge *j, const struct outbox *o);

#endif
