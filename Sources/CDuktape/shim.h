// Duktape, as Debian ships it. Its interface is macros, which Swift cannot import; these are the
// few that labbook needs, as functions.
#include <duktape.h>

/// Makes an engine of its own; NULL if memory is short.
static inline duk_context *labbook_duk_create(void) { return duk_create_heap_default(); }

/// Runs `source` and leaves its value, or the error, on the stack; 0 if it ran.
static inline int labbook_duk_evaluate(duk_context *context, const char *source, duk_size_t length) {
  return duk_peval_lstring(context, source, length);
}

/// The value on top of the stack as text in Duktape's encoding; valid until the value is popped.
static inline const char *labbook_duk_text(duk_context *context, duk_size_t *length) {
  return duk_safe_to_lstring(context, -1, length);
}
