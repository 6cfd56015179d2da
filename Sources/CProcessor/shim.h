#ifndef CPROCESSOR_SHIM_H
#define CPROCESSOR_SHIM_H

#include <sys/syscall.h>
#include <unistd.h>

/// Tells the processor that the caller spins, so that a sibling or the other side gets on.
static inline void processor_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/// Asks for the cache line at `address`, which is about to be read. Any address is harmless.
static inline void processor_prefetch(const void *address) { __builtin_prefetch(address); }

/// Names the calling thread; 15 characters are kept. The C library's own function is hidden from Swift.
static inline void processor_name_thread(const char *name) {
  syscall(SYS_prctl, 15 /* PR_SET_NAME */, name, 0, 0, 0);
}

/// Processors in the calling thread's affinity mask; 0 if it can't be read. The C library's own function
/// and its macros are hidden from Swift.
static inline int processor_available_count(void) {
  unsigned long mask[1024];
  long bytes = syscall(SYS_sched_getaffinity, 0, sizeof mask, mask);
  int count = 0;
  for (long word = 0; word < bytes / (long)sizeof *mask; word++) count += __builtin_popcountl(mask[word]);
  return count;
}

/// A new file in memory, without a name, closed in programs that are started; negative if there can be none. The C
/// library's own function is hidden from Swift.
static inline int processor_memory_file(void) {
  return (int)syscall(SYS_memfd_create, "ptrain", 1 /* MFD_CLOEXEC */);
}

#endif
