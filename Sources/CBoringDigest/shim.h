#ifndef CBORINGDIGEST_SHIM_H
#define CBORINGDIGEST_SHIM_H

#include <stddef.h>
#include <stdint.h>

/*
 * SHA-256 in one call, from the BoringSSL that swift-crypto brings along and links.
 *
 * swift-crypto's own SHA256 is a class instance a hash: about as long again as hashing the 65 bytes
 * of a tree node. If swift-crypto renames its copy, the link fails; nothing is computed wrongly.
 */
extern uint8_t *CCryptoBoringSSL_SHA256(const uint8_t *data, size_t count, uint8_t *digest);

#endif
