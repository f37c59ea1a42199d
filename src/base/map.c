/* SPDX-License-Identifier: MIT */
/*
 * Entries stand in an array in order of insertion; a table of indexes with open addressing finds
 * them.  Removing leaves a hole in both (iteration stays valid); holes go when the map grows.
 */
#include "base/map.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/vec.h"

struct entry {
	const char *key; /* NULL: removed */
	void *value;
	uint32_t hash;
};

enum { EMPTY = 0, GONE = 1, FIRST = 2 }; /* slot = index of the entry + FIRST */

struct map {
	void (*free_value)(void *value);
	VEC(struct entry) entries;
	uint32_t *slots;
	size_t n_slots; /* a power of two, or 0 */
	size_t used;    /* slots that are not EMPTY */
	size_t len;
	bool borrows; /* the keys */
};

static uint32_t hash_key(const char *key)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (; *key; key++)
		h = (h ^ (unsigned char)*key) * 16777619u;
	return h ^ h >> 15;
}

struct map *map_new(void (*free_value)(void *value))
{
	struct map *m = xcalloc(1, sizeof *m);

	m->free_value = free_value;
	return m;
}

struct map *map_new_borrowing(void)
{
	struct map *m = map_new(NULL);

	m->borrows = true;
	return m;
}

static void free_key(const struct map *m, const struct entry *e)
{
	if (!m->borrows)
		free((void *)(uintptr_t)e->key);
}

void map_clear(struct map *m)
{
	for (size_t i = 0; i < m->entries.len; i++) {
		struct entry *e = &m->entries.v[i];

		if (e->key && m->free_value)
			m->free_value(e->value);
		free_key(m, e);
	}
	VEC_RELEASE(&m->entries);
	free(m->slots);
	m->slots = NULL;
	m->n_slots = m->used = m->len = 0;
}

void map_free(struct map **m)
{
	if (!*m)
		return;
	map_clear(*m);
	free(*m);
	*m = NULL;
}

/* The slot that holds key, or NULL. */
static uint32_t *find(const struct map *m, const char *key, uint32_t hash)
{
	if (!m->n_slots)
		return NULL;
	for (size_t i = hash;; i++) {
		uint32_t *slot = &m->slots[i & (m->n_slots - 1)];
		const struct entry *e;

		if (*slot == EMPTY)
			return NULL;
		if (*slot == GONE)
			continue;
		e = &m->entries.v[*slot - FIRST];
		if (e->hash == hash && !strcmp(e->key, key))
			return slot;
	}
}

static void put(struct map *m, uint32_t hash, size_t index)
{
	size_t i = hash;

	while (m->slots[i & (m->n_slots - 1)] != EMPTY)
		i++;
	m->slots[i & (m->n_slots - 1)] = (uint32_t)index + FIRST;
	m->used++;
}

/* Close the holes and make the table fit for one entry more. */
static void rebuild(struct map *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->entries.len; i++)
		if (m->entries.v[i].key)
			m->entries.v[n++] = m->entries.v[i];
	m->entries.len = n;
	m->n_slots = 4;
	while (m->n_slots < (n + 1) * 2)
		m->n_slots *= 2;
	free(m->slots);
	m->slots = xcalloc(m->n_slots, sizeof *m->slots);
	m->used = 0;
	for (size_t i = 0; i < n; i++)
		put(m, m->entries.v[i].hash, i);
}

void map_set(struct map *m, const char *key, void *value)
{
	uint32_t hash = hash_key(key);
	uint32_t *slot = find(m, key, hash);

	if (slot) {
		struct entry *e = &m->entries.v[*slot - FIRST];

		if (m->free_value && e->value != value)
			m->free_value(e->value);
		e->value = value;
		return;
	}
	if ((m->used + 1) * 4 > m->n_slots * 3)
		rebuild(m);
	put(m, hash, m->entries.len);
	*VEC_PUSH(&m->entries) =
		(struct entry){ m->borrows ? key : xstrdup(key), value, hash };
	m->len++;
}

void *map_get(const struct map *m, const char *key)
{
	const uint32_t *slot = find(m, key, hash_key(key));

	return slot ? m->entries.v[*slot - FIRST].value : NULL;
}

bool map_has(const struct map *m, const char *key)
{
	return find(m, key, hash_key(key)) != NULL;
}

bool map_remove(struct map *m, const char *key)
{
	uint32_t *slot = find(m, key, hash_key(key));
	struct entry *e;

	if (!slot)
		return false;
	e = &m->entries.v[*slot - FIRST];
	*slot = GONE;
	if (m->free_value)
		m->free_value(e->value);
	free_key(m, e);
	*e = (struct entry){ 0 };
	m->len--;
	return true;
}

size_t map_len(const struct map *m)
{
	return m->len;
}

bool map_next(const struct map *m, size_t *it, const char **key, void **value)
{
	while (*it < m->entries.len) {
		const struct entry *e = &m->entries.v[(*it)++];

		if (!e->key)
			continue;
		if (key)
			*key = e->key;
		if (value)
			*value = e->value;
		return true;
	}
	return false;
}
