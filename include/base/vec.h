/* SPDX-License-Identifier: MIT */
/*
 * vec.h - a typed growable array.
 *
 *	VEC(struct field) fields = VEC_INIT;
 *	*VEC_PUSH(&fields) = (struct field){ … };
 *	for (size_t i = 0; i < fields.len; i++) use(&fields.v[i]);
 *	VEC_RELEASE(&fields);
 *
 * Elements move when the array grows: keep indexes, not pointers, over a push.
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include <stddef.h>
#include <stdlib.h>

#define VEC(type)           \
	struct {            \
		type *v;    \
		size_t len; \
		size_t cap; \
	}
#define VEC_INIT { NULL, 0, 0 }

/* A pointer to one new element at the end; not cleared. */
#define VEC_PUSH(vec)                                                                            \
	((vec)->v = vec_grow((vec)->v, (vec)->len, &(vec)->cap, sizeof *(vec)->v),               \
	 (vec)->v + (vec)->len++)
/* Remove element i, keeping the order. */
#define VEC_REMOVE(vec, i) vec_remove((vec)->v, &(vec)->len, (i), sizeof *(vec)->v)
#define VEC_CLEAR(vec) ((void)((vec)->len = 0))
#define VEC_RELEASE(vec) \
	(free((vec)->v), (vec)->v = NULL, (void)((vec)->len = (vec)->cap = 0))

/* Room for one more than len elements; updates *cap. */
void *vec_grow(void *v, size_t len, size_t *cap, size_t size);
void vec_remove(void *v, size_t *len, size_t i, size_t size);

#endif
