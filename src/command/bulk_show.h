/* SPDX-License-Identifier: MIT */
/*
 * bulk_show.h - what the commands that write several records tell of them.
 */
#ifndef BULK_SHOW_H
#define BULK_SHOW_H

#include "command/bulk.h"
#include "command/command.h"

/* A table: key, column, what is there now, what will be. Rows that stay as they are, or cannot be had, say so. */
void bulk_show_plan(struct call *c, const struct bulk *b, const char *title);
/* The beginning of it, for a question: "AB-1: draft > active" in a few lines. */
void bulk_show_sample(struct call *c, const struct bulk *b, size_t lines, struct buf *out);
/* A table: key, outcome, why. */
void bulk_show_result(struct call *c, const struct bulk *b, const char *title);
/* "38 of 40 saved, 2 conflict" in words. */
void bulk_show_sum(struct buf *out, const struct bulk *b);
/* 0 all is as it was wanted, 4 a conflict, else 1. */
int bulk_exit_status(const struct bulk *b);
/* For the progress line of the host; ends it when nothing runs any more. */
void bulk_show_progress(struct call *c, const struct bulk *b, const char *what);

#endif
