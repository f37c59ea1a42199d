/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/timefmt.h"
#include "base/utf8.h"

/* The log belongs to the process, as stderr does: every layer may write a line at any moment. */
static int log_fd = -1;

bool log_open(const char *path, struct err *err)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_errno(err, path);
	log_close();
	log_fd = fd;
	return true;
}

void log_close(void)
{
	if (log_fd >= 0)
		close(log_fd);
	log_fd = -1;
}

bool log_on(void)
{
	return log_fd >= 0;
}

void log_line(const char *area, const char *fmt, ...)
{
	struct buf text = BUF_INIT, line = BUF_INIT;
	int saved = errno;
	va_list ap;

	if (!log_on())
		return;
	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	timefmt_instant(&line, time_now_us());
	buf_addf(&line, ".%06d %-8s ", (int)(time_now_us() % 1000000), area);
	utf8_sanitize(&line, text.data, text.len, SANITIZE_LINE);
	buf_addc(&line, '\n');
	/* One write, so that lines of several processes do not mix.  A full disk loses the line. */
	if (write(log_fd, line.data, line.len) < 0)
		log_close();
	buf_release(&text);
	buf_release(&line);
	errno = saved;
}
