// The parent may have threads, so between `_Fork` and `execve` only calls are made that are safe in a signal handler. `fork`
// is none: it runs what libraries have registered, and the lock by which OpenBLAS stops its threads may be held for ever in
// a child that another thread's start of a program was forked in.
#define _GNU_SOURCE
#include "ProcessGuard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// What the guard must not end by; the program gets the usual reactions back.
static const int guarded_signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTSTP, SIGCHLD, SIGUSR1, SIGUSR2};
enum { guarded_signal_count = sizeof guarded_signals / sizeof *guarded_signals };

static volatile sig_atomic_t is_to_stop = 0, is_to_warn = 0, is_of_tree = 0;

static void note(int signal) {
  if (signal == SIGTSTP) is_to_stop = 1;
  if (signal == SIGUSR1) is_to_warn = 1;
  if (signal == SIGUSR2) is_of_tree = 1;
}

static void react(int signal, void (*handler)(int)) {
  struct sigaction action = {.sa_handler = handler};
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, NULL);
}

// Closes every descriptor but `kept`, which is sorted.
static void close_all_but(const int *kept, int count) {
  unsigned from = 0;
  for (int index = 0; index <= count; index++) {
    unsigned end = index < count ? (unsigned)kept[index] : ~0U;
    if (from < end || index == count) {
#ifdef SYS_close_range
      if (syscall(SYS_close_range, from, index < count ? end - 1 : ~0U, 0) == 0) {
        from = end + 1;
        continue;
      }
#endif
      struct rlimit limit;
      unsigned most = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 65536 ? (unsigned)limit.rlim_cur : 65536;
      for (unsigned descriptor = from; descriptor < (end < most ? end : most); descriptor++) close((int)descriptor);
    }
    from = end + 1;
  }
}

static _Noreturn void become(const lb_guarded_program *program, const int *streams, int failed, pid_t guard) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != guard) _exit(127);
  for (int index = 0; index < guarded_signal_count; index++) {
    int number = guarded_signals[index];
    react(number, number == SIGHUP && program->ignores_hang_up ? SIG_IGN : SIG_DFL);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  for (int stream = 0; stream < 3; stream++) dup2(streams[stream], stream);
  if (program->folder == NULL || chdir(program->folder) == 0) execve(program->path, program->arguments, program->environment);
  int code = errno;
  while (write(failed, &code, sizeof code) < 0 && errno == EINTR) {
  }
  _exit(127);
}

// Reads children of this process; a number that the end of the text cuts off is left for the next time.
static int read_children(pid_t *children, int most) {
  int list = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
  if (list < 0) return 0;
  char text[4096];
  ssize_t length = read(list, text, sizeof text);
  close(list);
  int count = 0;
  pid_t child = 0;
  for (ssize_t index = 0; index < length && count < most; index++) {
    if (text[index] >= '0' && text[index] <= '9') {
      child = child * 10 + (text[index] - '0');
    } else {
      if (child > 0) children[count++] = child;
      child = 0;
    }
  }
  return count;
}

enum { most_children = 2048 };

// Kills the processes that have become this one's children, and those that become it thereby, until there are none.
static void kill_orphans(void) {
  // A process that is killed leaves its children to this one, so a few rounds reach every depth that there is.
  for (int round = 0; round < 100; round++) {
    pid_t children[most_children];
    int count = read_children(children, most_children);
    if (count == 0) return;
    for (int index = 0; index < count; index++) {
      kill(children[index], SIGKILL);
      while (waitpid(children[index], NULL, 0) < 0 && errno == EINTR) {
      }
    }
  }
}

// Whether something that the program has started goes on after it, which has ended and is not waited for yet.
static bool has_orphans(pid_t program) {
  pid_t children[most_children];
  int count = read_children(children, most_children);
  for (int index = 0; index < count; index++)
    if (children[index] != program && waitpid(children[index], NULL, WNOHANG) == 0) return true;
  return false;
}

// Whether the program has ended; those that it left behind and that have ended are forgotten.
static bool has_ended(pid_t child) {
  for (;;) {
    siginfo_t ended = {0};
    if (waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) != 0 || ended.si_pid == 0) return false;
    // The program is not waited for yet, so nobody else can have its number.
    if (ended.si_pid == child) return true;
    waitpid(ended.si_pid, NULL, 0);
  }
}

static _Noreturn void stand_guard(const lb_guarded_program *program, int life, int failed) {
  prctl(PR_SET_NAME, "labbook-guard");
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  // No core of a process that only repeats how another one ended.
  setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
  // Above the standard streams, so that none of them is overwritten before it is copied, and in a known order.
  int kept[6] = {program->input, program->output, program->errors, life, failed, program->held};
  int count = program->held >= 0 ? 6 : 5;
  for (int index = 0; index < count; index++) kept[index] = fcntl(kept[index], F_DUPFD_CLOEXEC, index == 0 ? 3 : kept[index - 1] + 1);
  close_all_but(kept, count);
  life = kept[3], failed = kept[4];
  for (int index = 0; index < guarded_signal_count; index++) {
    int number = guarded_signals[index];
    react(number, number == SIGCHLD || number == SIGTSTP || number == SIGUSR1 || number == SIGUSR2 ? note : SIG_IGN);
  }
  pid_t guard = getpid();
  pid_t child = _Fork();
  if (child == 0) become(program, kept, failed, guard);
  if (child < 0) {
    int code = errno;
    while (write(failed, &code, sizeof code) < 0 && errno == EINTR) {
    }
    _exit(127);
  }
  setpgid(child, child);
  for (int index = 0; index < 3; index++) close(kept[index]);
  close(failed);
  // Signals come in `ppoll` alone; they are blocked from before the first `fork` on.
  sigset_t none;
  sigemptyset(&none);
  struct pollfd end = {.fd = life, .events = 0};
  for (;;) {
    if (has_ended(child) && !(is_of_tree && has_orphans(child))) break;
    if (is_to_stop) {
      // The program is in a process group of its own, so Ctrl-Z does not reach it.
      is_to_stop = 0;
      kill(-child, SIGSTOP);
      kill(guard, SIGSTOP);
      kill(-child, SIGCONT);
    }
    if (is_to_warn) {
      is_to_warn = 0;
      kill(child, SIGUSR1);
    }
    if (ppoll(&end, 1, NULL, &none) > 0) break;
  }
  kill(-child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  kill_orphans();
  if (WIFSIGNALED(status)) {
    react(WTERMSIG(status), SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    kill(guard, WTERMSIG(status));
  }
  _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 127);
}

int lb_start_guarded(const lb_guarded_program *program, pid_t *guard, int *life) {
  int alive[2], failed[2];
  if (pipe2(alive, O_CLOEXEC) != 0) return errno;
  if (pipe2(failed, O_CLOEXEC) != 0) {
    int code = errno;
    close(alive[0]), close(alive[1]);
    return code;
  }
  // Where a parent ignored the end of its children, which programs inherit, the kernel waits for ours in our place, and
  // nobody can tell how they ended.
  struct sigaction end;
  if (sigaction(SIGCHLD, NULL, &end) == 0 &&
      (end.sa_flags & SA_NOCLDWAIT || (!(end.sa_flags & SA_SIGINFO) && end.sa_handler == SIG_IGN)))
    react(SIGCHLD, SIG_DFL);
  // A handler of this process must not run in the guard.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pid_t process = _Fork();
  if (process == 0) stand_guard(program, alive[0], failed[1]);
  int code = process < 0 ? errno : 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  close(alive[0]), close(failed[1]);
  if (process > 0) {
    // The other end closes when the program is executed.
    ssize_t count;
    do count = read(failed[0], &code, sizeof code);
    while (count < 0 && errno == EINTR);
    if (count != sizeof code) code = 0;
  }
  close(failed[0]);
  if (code != 0) {
    close(alive[1]);
    if (process > 0) {
      while (waitpid(process, NULL, 0) < 0 && errno == EINTR) {
      }
    }
    return code;
  }
  *guard = process;
  *life = alive[1];
  return 0;
}
