#include <zlib.h>

/* A macro with sizeof in it, which Swift does not see. */
static inline int ringwalk_inflate_begin(z_stream *stream, int windowBits) {
  return inflateInit2(stream, windowBits);
}
