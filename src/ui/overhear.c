/* SPDX-License-Identifier: MIT */
#include "overhear.h"

#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"

static char *read_all(FILE *paper)
{
	struct buf text = BUF_INIT;

	rewind(paper);
	for (int c; (c = getc(paper)) != EOF;)
		buf_addc(&text, (char)c);
	if (text.len)
		return buf_detach(&text);
	buf_release(&text);
	return NULL;
}

char *overhear(void (*fn)(void))
{
	FILE *paper = tmpfile();
	int before = paper ? dup(STDERR_FILENO) : -1;
	bool listens = before >= 0 && fflush(stderr) == 0 &&
		       dup2(fileno(paper), STDERR_FILENO) >= 0;
	char *said;

	fn();
	fflush(stderr);
	if (listens)
		dup2(before, STDERR_FILENO);
	said = listens ? read_all(paper) : NULL;
	if (before >= 0)
		close(before);
	if (paper)
		fclose(paper);
	return said;
}
