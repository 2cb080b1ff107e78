// Duktape, as Debian ships it. Its interface is macros, which Swift cannot import; these are the
// few that labbook needs, as functions.
#include <duktape.h>
#include <stdlib.h>

/// What an engine may use. Debian's Duktape has no check of its own for the time that a script takes, but scripts
/// that work for long allocate all the time: what they have allocated measures their work, and is the same on
/// every machine.
typedef struct labbook_duk_budget {
  /// The bytes in use, and the most that may be.
  size_t used, most;
  /// The bytes that may still be allocated, freed ones not given back.
  size_t left;
} labbook_duk_budget;

/// The room before each block for its size, which keeps blocks aligned.
enum { labbook_duk_header = 16 };

static inline void *labbook_duk_reallocate(void *user, void *block, duk_size_t size) {
  labbook_duk_budget *budget = (labbook_duk_budget *)user;
  char *old = block ? (char *)block - labbook_duk_header : NULL;
  size_t before = old ? *(size_t *)old : 0;
  if (size == 0) {
    budget->used -= before;
    free(old);
    return NULL;
  }
  if (size > budget->left || size > budget->most - (budget->used - before)) return NULL;
  char *fresh = (char *)realloc(old, size + labbook_duk_header);
  if (!fresh) return NULL;
  *(size_t *)fresh = size;
  budget->used += size - before;
  budget->left -= size;
  return fresh + labbook_duk_header;
}

static inline void *labbook_duk_allocate(void *user, duk_size_t size) {
  return labbook_duk_reallocate(user, NULL, size);
}

static inline void labbook_duk_free(void *user, void *block) { labbook_duk_reallocate(user, block, 0); }

/// Makes an engine of its own, within `budget`, which has to outlive it; NULL if memory is short.
static inline duk_context *labbook_duk_create(labbook_duk_budget *budget) {
  return duk_create_heap(labbook_duk_allocate, labbook_duk_reallocate, labbook_duk_free, budget, NULL);
}

/// Runs `source` and leaves its value, or the error, on the stack; 0 if it ran.
static inline int labbook_duk_evaluate(duk_context *context, const char *source, duk_size_t length) {
  return duk_peval_lstring(context, source, length);
}

/// The value on top of the stack as text in Duktape's encoding; valid until the value is popped.
static inline const char *labbook_duk_text(duk_context *context, duk_size_t *length) {
  return duk_safe_to_lstring(context, -1, length);
}
