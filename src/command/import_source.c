/* SPDX-License-Identifier: MIT */
#include "import_source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"

enum { PIECE = 256 << 10 };

/* Shared with the thread while it reads; the one that ends last frees it. */
struct piece {
	int fd;
	uint64_t offset;
	char data[PIECE];
	ssize_t len;
	int error;
	struct import_source *owner; /* NULL: freed meanwhile */
	int works;		     /* reads that a thread or the loop still holds */
};

struct import_source {
	struct loop *loop;
	struct piece *piece;
	uint64_t size;
	int64_t changed_us;
	import_more_fn *fn;
	void *ctx;

	struct csv *csv; /* NULL: JSON lines */
	/* JSON lines: */
	struct buf text;
	size_t at; /* in the piece */
	bool ended, too_long;
	uint64_t offset, line;
	struct json *object;
	struct err broken;
	struct import_record record;
};

/* ---- life ---- */

static struct piece *piece_open(const char *path, struct stat *st, struct err *err)
{
	struct piece *p;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, st) < 0) {
		err_errno(err, path);
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	if (!S_ISREG(st->st_mode)) {
		close(fd);
		err_set(err, ERR_USAGE, path, "is not a file that can be read twice");
		err_hint(err, "an import can be resumed, so it wants a regular file");
		return NULL;
	}
	p = xmalloc(sizeof *p);
	p->fd = fd;
	p->offset = 0;
	p->len = 0;
	p->error = 0;
	p->owner = NULL;
	p->works = 0;
	return p;
}

struct import_source *import_source_open(struct loop *loop, const char *path, char delimiter,
					 struct err *err)
{
	struct stat st;
	struct piece *piece = piece_open(path, &st, err);
	struct import_source *s;

	if (!piece)
		return NULL;
	s = xcalloc(1, sizeof *s);
	s->loop = loop;
	s->piece = piece;
	piece->owner = s;
	s->size = (uint64_t)st.st_size;
	s->changed_us = (int64_t)st.st_mtim.tv_sec * 1000000 + st.st_mtim.tv_nsec / 1000;
	s->csv = delimiter ? csv_new(delimiter, IMPORT_RECORD_MAX) : NULL;
	buf_init(&s->text);
	s->line = 1;
	return s;
}

static void piece_free(struct piece *p)
{
	close(p->fd);
	free(p);
}

void import_source_free(struct import_source **sp)
{
	struct import_source *s = *sp;

	*sp = NULL;
	if (!s)
		return;
	s->piece->owner = NULL;
	if (!s->piece->works)
		piece_free(s->piece);
	csv_free(&s->csv);
	json_free(&s->object);
	err_release(&s->broken);
	buf_release(&s->text);
	free(s);
}

void import_source_begin_at(struct import_source *s, uint64_t offset, uint64_t line)
{
	s->piece->offset = offset;
	s->offset = offset;
	s->line = line;
	if (s->csv)
		csv_begin_at(s->csv, offset, line);
}

uint64_t import_source_size(const struct import_source *s)
{
	return s->size;
}

int64_t import_source_changed_us(const struct import_source *s)
{
	return s->changed_us;
}

/* ---- reading ---- */

static void read_piece(void *ctx)
{
	struct piece *p = ctx;
	size_t got = 0;

	/* A piece is short at the end of the file only. */
	while (got < sizeof p->data) {
		ssize_t n = pread(p->fd, p->data + got, sizeof p->data - got,
				  (off_t)(p->offset + got));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			p->error = errno;
		if (n <= 0)
			break;
		got += (size_t)n;
	}
	p->len = (ssize_t)got;
	p->offset += got;
}

static bool utf16(const struct piece *p)
{
	const unsigned char *b = (const unsigned char *)p->data;

	return p->offset == (uint64_t)p->len && p->len >= 2 &&
	       ((b[0] == 0xFF && b[1] == 0xFE) || (b[0] == 0xFE && b[1] == 0xFF));
}

static void piece_read(void *ctx)
{
	struct piece *p = ctx;
	struct import_source *s = p->owner;
	struct err err = ERR_INIT;

	if (!s)
		return;
	s->at = 0;
	if (p->error) {
		errno = p->error;
		err_errno(&err, "import");
	} else if (utf16(p)) {
		err_set(&err, ERR_FAILED, "import", "the file is UTF-16, not UTF-8");
		err_hint(&err, "convert it: iconv -f UTF-16 -t UTF-8");
	} else if (s->csv) {
		csv_feed(s->csv, p->data, (size_t)p->len);
		if (!p->len)
			csv_finish(s->csv);
	}
	if (!p->len)
		s->ended = true;
	s->fn(s->ctx, err.kind ? &err : NULL);
	err_release(&err);
}

static void piece_over(void *ctx)
{
	struct piece *p = ctx;

	if (--p->works == 0 && !p->owner)
		piece_free(p);
}

void import_source_more(struct import_source *s, import_more_fn *fn, void *ctx)
{
	s->fn = fn;
	s->ctx = ctx;
	s->piece->works++;
	loop_work_start(s->loop, read_piece, piece_read, piece_over, s->piece);
}

/* ---- JSON lines ---- */

static void mark_skip(struct import_source *s)
{
	static const char mark[] = "\xEF\xBB\xBF";
	const struct piece *p = s->piece;

	if (s->offset || s->at || p->len < 3 || memcmp(p->data, mark, 3) != 0)
		return;
	s->at = 3;
	s->offset = 3;
}

static void line_judge(struct import_source *s)
{
	struct import_record *r = &s->record;

	json_free(&s->object);
	err_clear(&s->broken);
	if (s->too_long)
		err_set(&s->broken, ERR_FAILED, NULL, "the record is too long");
	else if (memchr(s->text.data, '\0', s->text.len))
		err_set(&s->broken, ERR_FAILED, NULL, "a NUL byte, which no column can hold");
	else
		s->object = json_parse(s->text.data, s->text.len, &s->broken);
	if (s->object && json_type(s->object) != JSON_OBJECT)
		err_set(&s->broken, ERR_FAILED, NULL, "the line is not a JSON object");
	*r = (struct import_record){
		.object = s->object,
		.raw = s->text.data,
		.raw_len = s->text.len,
		.line = s->line - 1,
		.offset = s->offset,
		.next_line = s->line,
		.why = s->broken.kind ? s->broken.why : NULL,
		.why_line = s->line - 1,
	};
}

static bool blank(const struct buf *b)
{
	return strspn(b->data, " \t\r") == b->len;
}

/* One line into text; false: it is not whole. */
static bool line_take(struct import_source *s)
{
	const struct piece *p = s->piece;
	const char *from = p->data + s->at;
	size_t left = (size_t)p->len - s->at;
	const char *end = left ? memchr(from, '\n', left) : NULL;
	size_t take = end ? (size_t)(end - from) : left;
	size_t room = IMPORT_RECORD_MAX - s->text.len;

	s->too_long = s->too_long || take > room;
	buf_add(&s->text, from, take < room ? take : room);
	s->at += take + (end != NULL);
	s->offset += take + (end != NULL);
	return end != NULL;
}

static enum csv_what line_next(struct import_source *s)
{
	for (;;) {
		if (s->record.raw) {
			buf_clear(&s->text);
			s->too_long = false;
			s->record.raw = NULL;
		}
		mark_skip(s);
		if (!line_take(s) && !s->ended)
			return CSV_MORE;
		if (s->ended && !s->text.len)
			return CSV_END;
		s->line++;
		if (blank(&s->text)) {
			buf_clear(&s->text);
			continue;
		}
		line_judge(s);
		return s->record.why ? CSV_BROKEN : CSV_RECORD;
	}
}

/* ---- records ---- */

static enum csv_what record_next(struct import_source *s)
{
	enum csv_what what = csv_next(s->csv);
	struct import_record *r = &s->record;

	if (what == CSV_MORE || what == CSV_END)
		return what;
	*r = (struct import_record){
		.csv = s->csv,
		.raw = "",
		.line = csv_line(s->csv),
		.offset = csv_offset(s->csv),
		.next_line = csv_next_line(s->csv),
	};
	r->raw = csv_raw(s->csv, &r->raw_len);
	if (what == CSV_BROKEN) {
		r->why = csv_why(s->csv);
		r->why_line = csv_why_line(s->csv);
		r->why_column = csv_why_column(s->csv);
	}
	return what;
}

enum csv_what import_source_next(struct import_source *s)
{
	return s->csv ? record_next(s) : line_next(s);
}

const struct import_record *import_source_record(const struct import_source *s)
{
	return &s->record;
}
