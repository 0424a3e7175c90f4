// glibc's settings of its allocator, which its Swift module leaves out; other systems have none.
#if defined(__GLIBC__) || __has_include(<gnu/libc-version.h>)
#include <malloc.h>
#endif
