#ifndef LABBOOK_PROCESS_GUARD_H
#define LABBOOK_PROCESS_GUARD_H

#include <stdbool.h>
#include <sys/types.h>

/// A program to start, and where its standard streams lead.
typedef struct {
  /// The file to execute; `PATH` is not looked at.
  const char *_Nonnull path;
  /// The words of the command and the variables of its environment, each list with a null at its end.
  char *_Nullable const *_Nonnull arguments;
  char *_Nullable const *_Nonnull environment;
  /// The folder that it works in; null for that of this process.
  const char *_Nullable folder;
  /// The descriptors that become standard input, output and error.
  int input, output, errors;
  /// Whether the program ignores the end of the terminal, as under `nohup`.
  bool ignores_hang_up;
  /// A descriptor that the guard keeps open to its end, such as that of a lock; -1 for none.
  int held;
} lb_guarded_program;

/// Starts a program that ends with this process, however that ends, with all that the program has started.
///
/// A guard stands in between: a copy of this process that holds nothing but one end of a pipe. When the other end
/// closes it kills the program's process group and whatever else has come of it: a process that outlives its parent
/// becomes the guard's child (`PR_SET_CHILD_SUBREAPER`), in whichever group or session it is. Should the guard itself be
/// killed, the kernel kills the program (`PR_SET_PDEATHSIG`). The guard ends as the program ended, with its exit code or by its signal.
/// After `SIGUSR2` it waits for all that has come of the program, not for the program alone.
///
/// - Parameters:
///   - program: The program; its descriptors stay open in this process.
///   - guard: Is set to the process to wait for.
///   - life: Is set to the descriptor whose closing ends the program.
/// - Returns: 0, or the error number of what failed; then nothing was started.
int lb_start_guarded(const lb_guarded_program *_Nonnull program, pid_t *_Nonnull guard, int *_Nonnull life);

#endif
