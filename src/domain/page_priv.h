/* SPDX-License-Identifier: MIT */
/* page_priv.h - what the files of the page protocol share: page.c rows, page_output.c their
 * columns. */
#ifndef PAGE_PRIV_H
#define PAGE_PRIV_H

#include "domain/page.h"

/* The request's columns, with commas. */
void page_outputs(struct buf *out, const struct sqlset *set, const struct page_request *req);
/* What a sort column's value is told by that is longer than the cut, in characters or bytes. */
void page_place(struct buf *out, const struct sqlset *set, const char *column, int cut,
		bool binary);

#endif
