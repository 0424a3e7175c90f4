#include <cmark.h>
#include <string.h>

/* Swift sees the C library's string functions under another module on each platform. */
static inline size_t ringwalk_text_length(const char *text) { return strlen(text); }
