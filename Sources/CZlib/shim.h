#include <zlib.h>

// inflateInit2 and deflateInit2 are macros that pass the header's version along. A window of 32 KiB (15) with gzip
// framing (+ 16) or with none (negative).
static inline int ptrain_inflate_init_gzip(z_stream *stream) { return inflateInit2(stream, 15 + 16); }
static inline int ptrain_inflate_init_raw(z_stream *stream) { return inflateInit2(stream, -15); }
static inline int ptrain_deflate_init_raw(z_stream *stream, int level) {
  return deflateInit2(stream, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
}
