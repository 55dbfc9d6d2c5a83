"""Programs that a command task runs to find what it can reach, for tests/e2e/command_attacks_test.py.

PROBE PID FILE... prints as JSON what it could do to the server of that number and to these files, and to the
helpers of the server that stand above it. BOMB makes processes until none can be made.
"""

PROBE = r"""
import ctypes, glob, json, os, signal, sys
server, files = int(sys.argv[1]), sys.argv[2:]
libc = ctypes.CDLL(None, use_errno=True)
open_ = []
def attempt(name, action):
    try:
        action()
        open_.append(name)
    except OSError:
        pass
def read(path):
    with open(path, "rb") as file:
        file.read(1)
def ptrace():
    if libc.ptrace(16, server, 0, 0) != 0:   # PTRACE_ATTACH
        raise OSError(ctypes.get_errno(), "ptrace")
    libc.ptrace(17, server, 0, 0)
def vm_read():
    buffer = ctypes.create_string_buffer(8)
    class Vector(ctypes.Structure):
        _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]
    local = Vector(ctypes.addressof(buffer), 8)
    remote = Vector(id(buffer), 8)
    if libc.process_vm_readv(server, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0) < 0:
        if ctypes.get_errno() != 14:         # EFAULT: let in, but no such address
            raise OSError(ctypes.get_errno(), "process_vm_readv")
for path in files:
    attempt("read " + os.path.basename(path), lambda: read(path))
    attempt("write " + os.path.basename(path), lambda: os.close(os.open(path, os.O_WRONLY)))
def parents(pid):
    while pid > 1:
        with open(f"/proc/{pid}/stat") as file:
            pid = int(file.read().rpartition(")")[2].split()[1])
        if pid > 1:
            yield pid
watchers = [p for p in parents(os.getpid()) if open(f"/proc/{p}/comm").read().startswith("rota-")]
for pid in [server, *watchers]:
    who = "server" if pid == server else open(f"/proc/{pid}/comm").read().strip()
    for name in ("environ", "mem", "maps", "auxv"):
        attempt(f"{who} {name}", lambda: read(f"/proc/{pid}/{name}"))
    attempt(f"{who} fd", lambda: os.listdir(f"/proc/{pid}/fd") and [
        os.readlink(one) for one in glob.glob(f"/proc/{pid}/fd/*")])
attempt("ptrace", ptrace)
attempt("process_vm_readv", vm_read)
attempt("signal", lambda: os.kill(server, 0))
print(json.dumps({"open": open_, "watchers": len(watchers), "own": os.getpid(), "uid": os.geteuid()}))
"""

BOMB = r"""
import os, time
made = 0
try:
    while made < 2000:
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
        made += 1
except BlockingIOError:
    print("held at", made)
else:
    print("free")
"""
