/* SPDX-License-Identifier: MIT */
/*
 * map.h - from text (or bytes) to a pointer, kept in order of insertion.
 *
 * Keys are copied, unless the map borrows them.  Values belong to the caller, or to the map if it was made with a free
 * function.  Iteration is in order of insertion; removing keeps the order of the rest.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>

struct map;

/* free_value may be NULL. */
struct map *map_new(void (*free_value)(void *value));
/* Its keys are borrowed: they stay where they are for as long as the map. Nothing is freed with it. */
struct map *map_new_borrowing(void);
void map_free(struct map **m);

/* The old value, if any, is freed with free_value. */
void map_set(struct map *m, const char *key, void *value);
/* NULL if absent. */
void *map_get(const struct map *m, const char *key);
bool map_has(const struct map *m, const char *key);
/* False if it was not there. */
bool map_remove(struct map *m, const char *key);
void map_clear(struct map *m);
size_t map_len(const struct map *m);

/* for (size_t it = 0; map_next(m, &it, &key, &value);) …; key and value may be NULL. */
bool map_next(const struct map *m, size_t *it, const char **key, void **value);

#endif
