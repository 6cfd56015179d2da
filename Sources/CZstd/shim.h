#include <zstd.h>
#include <zstd_errors.h>

// Swift can't import these macros: they are expressions with casts.
static inline unsigned long long ptrain_zstd_content_size_unknown(void) { return ZSTD_CONTENTSIZE_UNKNOWN; }
static inline unsigned long long ptrain_zstd_content_size_error(void) { return ZSTD_CONTENTSIZE_ERROR; }
