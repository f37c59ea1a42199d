/* SPDX-License-Identifier: MIT */
/*
 * Records come out the same however the bytes are cut, and nothing that is fed can break the
 * reader.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "domain/csv.h"

/* "[a][b]" per record, "!line:column" for a broken one; fed in pieces of n bytes. */
static char *read_all(const char *text, size_t len, size_t n, size_t limit)
{
	struct csv *c = csv_new(',', limit);
	struct buf out = BUF_INIT;
	size_t at = 0;

	for (;;) {
		enum csv_what what = csv_next(c);

		if (what == CSV_END)
			break;
		if (what == CSV_MORE) {
			size_t some = len - at < n ? len - at : n;

			if (!some)
				csv_finish(c);
			else
				csv_feed(c, text + at, some);
			at += some;
			continue;
		}
		buf_addf(&out, "%llu", (unsigned long long)csv_line(c));
		if (what == CSV_BROKEN) {
			cr_assert_not_null(csv_why(c));
			buf_addf(&out, "!%llu:%llu\n", (unsigned long long)csv_why_line(c),
				 (unsigned long long)csv_why_column(c));
			continue;
		}
		for (size_t i = 0; i < csv_cells(c); i++) {
			bool quoted;
			const char *cell = csv_cell(c, i, &quoted);

			buf_addf(&out, quoted ? "{%s}" : "[%s]", cell);
		}
		buf_addc(&out, '\n');
	}
	csv_free(&c);
	return buf_detach(&out);
}

static void check(const char *text, const char *wanted)
{
	for (size_t n = 1; n < 9; n++) {
		char *got = read_all(text, strlen(text), n, 4096);

		cr_assert_str_eq(got, wanted, "%s, in pieces of %zu: %s", text, n, got);
		free(got);
	}
	char *whole = read_all(text, strlen(text), 4096, 4096);
	cr_assert_str_eq(whole, wanted);
	free(whole);
}

Test(csv, records)
{
	check("", "");
	check("a,b\n1,2\n", "1[a][b]\n2[1][2]\n");
	check("a,b\r\n1,2", "1[a][b]\n2[1][2]\n");
	check("a\n\n\nb\n", "1[a]\n4[b]\n");
	check("a,,\n\"\",\n", "1[a][][]\n2{}[]\n");
	check("\"a\nb\",c\nd,e\n", "1{a\nb}[c]\n3[d][e]\n");
	check("\"say \"\"ho\"\"\",x\n", "1{say \"ho\"}[x]\n");
	check("\"a\"\r\nb\r\n", "1{a}\n2[b]\n");
	check("\"cr\rx\",x\n", "1{cr\rx}[x]\n");
	check("\r\na\r\n", "2[a]\n");
}

Test(csv, what_is_broken_is_told_and_passed_over)
{
	check("a\"b,c\nd\n", "1!1:2\n2[d]\n");
	check("x\n\"a\"b,c\nd\n", "1[x]\n2!2:4\n3[d]\n");
	check("ü,\"open\nnever\n", "1!1:3\n");
	check("a\rb\nc\n", "1!1:2\n2[c]\n");
	check("é\"\n", "1!1:2\n");
}

Test(csv, nul_and_length)
{
	char *got = read_all("a\0b,c\nd\n", 8, 3, 4096);

	cr_assert_str_eq(got, "1!1:2\n2[d]\n");
	free(got);
	got = read_all("aaaaaaaaaaaaaaaaaaaaaaaa\nb\n", 27, 5, 10);
	cr_assert_str_eq(got, "1!1:11\n2[b]\n");
	free(got);
	got = read_all("a,\"aaaaaaaaaaaaaaaaaaaaaa\nb\n", 27, 5, 10);
	cr_assert_str_eq(got, "1!1:3\n");
	free(got);
}

Test(csv, mark_is_skipped_when_it_comes_whole)
{
	char *got = read_all("\xEF\xBB\xBF"
			     "a,b\n",
			     7, 4096, 4096);

	cr_assert_str_eq(got, "1[a][b]\n");
	free(got);
}

/* A fixed seed, so that what fails once fails again. */
static unsigned next_random(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 16;
}

Test(csv, any_bytes_in_any_pieces)
{
	static const char alphabet[] = "ab,\"\"\n\r\0\xC3\xBC,";
	unsigned seed = 4180;

	for (int round = 0; round < 3000; round++) {
		char text[64];
		size_t len = next_random(&seed) % sizeof text;
		char *whole, *pieces;

		for (size_t i = 0; i < len; i++)
			text[i] = alphabet[next_random(&seed) % (sizeof alphabet - 1)];
		whole = read_all(text, len, sizeof text, 40);
		pieces = read_all(text, len, 1 + next_random(&seed) % 7, 40);
		cr_assert_str_eq(whole, pieces, "round %d", round);
		free(whole);
		free(pieces);
	}
}

/* What is written by the rules is read back. */
Test(csv, round_trip)
{
	static const char alphabet[] = "ab,\"\n\r\xC3\xBC x";
	unsigned seed = 1;

	for (int round = 0; round < 2000; round++) {
		struct buf text = BUF_INIT, wanted = BUF_INIT;
		size_t cells = 1 + next_random(&seed) % 4;
		char *got;

		buf_adds(&wanted, "1");
		for (size_t i = 0; i < cells; i++) {
			buf_adds(&text, i ? ",\"" : "\"");
			buf_addc(&wanted, '{');
			for (size_t n = next_random(&seed) % 8; n; n--) {
				char b = alphabet[next_random(&seed) % (sizeof alphabet - 1)];

				if (b == '"')
					buf_addc(&text, b);
				buf_addc(&text, b);
				buf_addc(&wanted, b);
			}
			buf_addc(&text, '"');
			buf_addc(&wanted, '}');
		}
		buf_addc(&wanted, '\n');
		buf_adds(&text, round % 2 ? "\r\n" : "\n");
		got = read_all(text.data, text.len, 1 + next_random(&seed) % 9, 4096);
		cr_assert_str_eq(got, wanted.data, "round %d: %s", round, text.data);
		free(got);
		buf_release(&text);
		buf_release(&wanted);
	}
}
