/* SPDX-License-Identifier: MIT */
/*
 * sha256.h - the checksum by which a file that was changed is told (FIPS 180-4).
 */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include <stddef.h>

enum { SHA256_HEX = 65 }; /* 64 digits and the terminator */

/* As lower-case hexadecimal digits. */
void sha256_hex(const void *data, size_t len, char out[SHA256_HEX]);

#endif
