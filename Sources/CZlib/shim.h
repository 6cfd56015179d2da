#include <zlib.h>

// inflateInit2 is a macro that passes the header's version along. 15 + 16: a window of 32 KiB, gzip framing.
static inline int ptrain_inflate_init_gzip(z_stream *stream) { return inflateInit2(stream, 15 + 16); }
