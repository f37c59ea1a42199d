/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "cli_priv.h"

static bool read_line(int fd, struct buf *line)
{
	char c;

	for (;;) {
		ssize_t n = read(fd, &c, 1);

		if (n <= 0)
			return false;
		if (c == '\n' || c == '\r')
			return true;
		buf_addc(line, c);
	}
}

/* In batch mode nothing else is going on while the person types: blocking here is right. */
char *cli_ask_password(const char *prompt)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
	struct termios before, quiet;
	struct buf line = BUF_INIT;
	bool ok;

	if (fd < 0 || tcgetattr(fd, &before) != 0) {
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(fd, TCSAFLUSH, &quiet);
	ok = write(fd, prompt, strlen(prompt)) >= 0 && read_line(fd, &line);
	tcsetattr(fd, TCSAFLUSH, &before);
	ok = write(fd, "\n", 1) >= 0 && ok;
	close(fd);
	if (!ok) {
		buf_release(&line);
		return NULL;
	}
	return buf_detach(&line);
}
