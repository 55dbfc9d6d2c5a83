#include "warden/syscall_filter.h"

#include <linux/sched.h>
#include <seccomp.h>
#include <sys/prctl.h>

#include <array>
#include <cerrno>
#include <memory>

namespace rota::warden {
namespace {

// By name: some are unknown to some machines, and those are left out.
constexpr std::array kDenied{
    // other processes
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "pidfd_getfd",
    "perf_event_open", "userfaultfd",
    // keys, programs inside the kernel, modules, another kernel
    "add_key", "request_key", "keyctl", "bpf", "init_module", "finit_module", "delete_module",
    "kexec_load", "kexec_file_load", "io_uring_setup", "io_uring_enter", "io_uring_register",
    // mounts and name spaces
    "mount", "umount", "umount2", "pivot_root", "chroot", "open_tree", "move_mount", "fsopen",
    "fsconfig", "fsmount", "fspick", "mount_setattr", "unshare", "setns", "open_by_handle_at",
    // the machine as a whole
    "acct", "quotactl", "quotactl_fd", "swapon", "swapoff", "reboot", "settimeofday",
    "clock_settime", "clock_settime64", "stime", "sethostname", "setdomainname", "iopl", "ioperm",
    "vhangup", "nfsservctl", "lookup_dcookie", "syslog"};

struct Release {
  void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, Release>;

bool deny(const Filter& filter, const char* name) {
  const int number = seccomp_syscall_resolve_name(name);
  if (number == __NR_SCMP_ERROR) return true;
  const int added = seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EPERM), number, 0);
  return added == 0 || added == -EDOM;  // EDOM: not a call of one of the machine's kinds
}

// A new user name space makes its owner root inside, with all that a kernel lets such a root do.
bool deny_namespaces(const Filter& filter) {
  constexpr std::array<unsigned, 7> kSpaces{CLONE_NEWUSER,  CLONE_NEWNS,  CLONE_NEWPID,
                                            CLONE_NEWNET,   CLONE_NEWIPC, CLONE_NEWUTS,
                                            CLONE_NEWCGROUP};
  for (const unsigned space : kSpaces) {
    const scmp_arg_cmp asked = SCMP_A0(SCMP_CMP_MASKED_EQ, space, space);
    if (seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1, asked) != 0) {
      return false;
    }
  }
  // Its flags stand in memory, where no filter can look; the C library then uses clone().
  return seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0;
}

// Programs of the same machine's older kinds run on, under the same rules.
void add_older_kinds(const Filter& filter) {
  if (seccomp_arch_native() != SCMP_ARCH_X86_64) return;
  seccomp_arch_add(filter.get(), SCMP_ARCH_X86);
  seccomp_arch_add(filter.get(), SCMP_ARCH_X32);
}

}  // namespace

bool can_filter_calls() { return ::prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0; }

bool filter_calls(bool no_truncate) {
  const Filter filter(seccomp_init(SCMP_ACT_ALLOW));
  if (!filter) {
    errno = ENOMEM;
    return false;
  }
  add_older_kinds(filter);
  bool good = deny_namespaces(filter);
  for (const char* name : kDenied) good = good && deny(filter, name);
  if (no_truncate) good = good && deny(filter, "truncate") && deny(filter, "truncate64");
  const int loaded = good ? seccomp_load(filter.get()) : -EINVAL;
  if (loaded != 0) errno = -loaded;
  return loaded == 0;
}

}  // namespace rota::warden
