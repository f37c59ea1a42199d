/* SPDX-License-Identifier: MIT */
/*
 * uuid.h - identifiers that the client makes (libuuid).
 */
#ifndef BASE_UUID_H
#define BASE_UUID_H

#define UUID_TEXT 37

/* Lower-case canonical text, random (version 4), terminated. */
void uuid_make(char out[UUID_TEXT]);

#endif
