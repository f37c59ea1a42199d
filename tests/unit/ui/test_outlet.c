/* SPDX-License-Identifier: MIT */
#include "../../../src/ui/outlet.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "support/leak.h"

/* A terminal that is read when we say so. */
static struct outlet *on_pipe(int ends[2])
{
	struct err err = ERR_INIT;
	struct outlet *o;

	cr_assert_eq(pipe(ends), 0);
	cr_assert_eq(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	cr_assert_eq(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
	o = outlet_new(ends[1], &err);
	cr_assert_not_null(o);
	return o;
}

static void end(struct outlet **o, const int ends[2])
{
	outlet_free(o);
	close(ends[0]);
	close(ends[1]);
}

static size_t read_all(int fd, char *to, size_t size)
{
	size_t len = 0;
	ssize_t n;

	while (len < size && (n = read(fd, to + len, size - len)) > 0)
		len += (size_t)n;
	return len;
}

/* As curses does it: past stdio, a piece for each move of the cursor. */
static void write_paper(const struct outlet *o, const char *text)
{
	cr_assert_eq(write(fileno(outlet_paper(o)), text, strlen(text)), (ssize_t)strlen(text));
}

LEAK_TEST(outlet, what_stands_on_the_paper_goes_in_one_piece)
{
	char bytes[64];
	int ends[2];
	struct outlet *o = on_pipe(ends);

	write_paper(o, "a page ");
	write_paper(o, "of rows");
	cr_assert_eq(read_all(ends[0], bytes, sizeof bytes), 0);
	outlet_take(o);
	cr_assert_eq(read_all(ends[0], bytes, sizeof bytes), 14);
	cr_assert_arr_eq(bytes, "a page of rows", 14);
	/* The paper is blank again, and what is wiped off is not sent. */
	write_paper(o, "a guess");
	outlet_wipe(o);
	outlet_take(o);
	cr_assert_eq(read_all(ends[0], bytes, sizeof bytes), 0);
	write_paper(o, "next");
	outlet_take(o);
	cr_assert_eq(read_all(ends[0], bytes, sizeof bytes), 4);
	cr_assert_not(outlet_busy(o));
	end(&o, ends);
}

LEAK_TEST(outlet, who_takes_nothing_holds_up_nobody)
{
	static char many[1 << 18], got[1 << 19];
	int ends[2];
	struct outlet *o = on_pipe(ends);
	size_t n;

	memset(many, 'x', sizeof many - 1);
	write_paper(o, many);
	outlet_take(o);
	cr_assert(outlet_busy(o), "a pipe took all of it");
	/* What comes later waits its turn. */
	outlet_send(o, "later", 5);
	n = read_all(ends[0], got, sizeof got);
	cr_assert_lt(n, sizeof many - 1);
	while (outlet_busy(o)) {
		outlet_go_on(o);
		n += read_all(ends[0], got + n, sizeof got - n);
	}
	cr_assert_eq(n, sizeof many - 1 + 5);
	cr_assert_arr_eq(got, many, sizeof many - 1);
	cr_assert_arr_eq(got + n - 5, "later", 5);
	end(&o, ends);
}

LEAK_TEST(outlet, what_is_dropped_ends_where_it_was_cut)
{
	static char many[1 << 18], got[1 << 18];
	int ends[2];
	struct outlet *o = on_pipe(ends);
	size_t n;

	outlet_drop(o); /* nothing */
	memset(many, 'x', sizeof many);
	outlet_send(o, many, sizeof many);
	outlet_drop(o);
	outlet_send(o, "bye", 3);
	n = read_all(ends[0], got, sizeof got);
	outlet_go_on(o);
	n += read_all(ends[0], got + n, sizeof got - n);
	cr_assert_not(outlet_busy(o));
	cr_assert_lt(n, sizeof many);
	cr_assert_arr_eq(got + n - 5, "x\030bye", 5);
	end(&o, ends);
}

LEAK_TEST(outlet, at_the_end_it_is_waited_for_a_moment)
{
	static char many[1 << 18];
	int ends[2];
	struct outlet *o = on_pipe(ends);

	outlet_send(o, many, sizeof many);
	cr_assert(outlet_busy(o));
	outlet_drain(o, 20);
	cr_assert_not(outlet_busy(o));
	outlet_rescue(ends[1], many, sizeof many);
	end(&o, ends);
}
