/* SPDX-License-Identifier: MIT */
/*
 * log.h - the debug log (--log FILE), never passwords, never values of rows.
 *
 * One line per event: time, area, text.  Nothing is written before log_open.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"

/* Append to path, mode 0600. */
bool log_open(const char *path, struct err *err) MUST_CHECK;
void log_close(void);
bool log_on(void);
void log_line(const char *area, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
