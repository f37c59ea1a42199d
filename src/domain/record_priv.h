/* SPDX-License-Identifier: MIT */
/* record_priv.h - what the files of records share. */
#ifndef RECORD_PRIV_H
#define RECORD_PRIV_H

#include "domain/record.h"

/* The fragment that is the present time for a column that record_plan_stamps tells of. */
const char *record_stamp_piece(const struct column *c);

#endif
