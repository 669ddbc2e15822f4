"""A small system-call filter for the sandbox, built by hand as classic BPF.

Everything a program that reads, computes and prints needs stays allowed. Refused with EPERM are
new processes (threads stay possible, so one address space is all a program can fill), sockets,
memory that escapes the address-space limit (memfd, shared memory, message queues) and the calls
that kernels were attacked through before. Numbers: the kernel's `unistd_64.h` (x86-64) and
`asm-generic/unistd.h` (arm64).
"""

from __future__ import annotations

import errno
import platform
import struct

ALLOW = 0x7FFF0000
KILL = 0x80000000
ERRNO = 0x00050000
CLONE_THREAD = 0x00010000
X32_BIT = 0x40000000

# Where `struct seccomp_data` keeps what the filter looks at.
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16

LOAD, JUMP_EQUAL, JUMP_AT_LEAST, JUMP_SET, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06

_SHARED = {  # same numbers on both architectures
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "io_uring_register": 427,
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "fsconfig": 431,
    "fsmount": 432,
    "pidfd_open": 434,
    "pidfd_getfd": 438,
    "mount_setattr": 442,
    "memfd_secret": 447,
}
_X86 = {
    "shmget": 29,
    "socket": 41,
    "socketpair": 53,
    "semget": 64,
    "msgget": 68,
    "ptrace": 101,
    "syslog": 103,
    "personality": 135,
    "modify_ldt": 154,
    "pivot_root": 155,
    "chroot": 161,
    "mount": 165,
    "umount2": 166,
    "init_module": 175,
    "mq_open": 240,
    "kexec_load": 246,
    "add_key": 248,
    "request_key": 249,
    "keyctl": 250,
    "unshare": 272,
    "vmsplice": 278,
    "perf_event_open": 298,
    "fanotify_init": 300,
    "name_to_handle_at": 303,
    "open_by_handle_at": 304,
    "setns": 308,
    "process_vm_readv": 310,
    "process_vm_writev": 311,
    "kcmp": 312,
    "finit_module": 313,
    "memfd_create": 319,
    "bpf": 321,
    "userfaultfd": 323,
}
_ARM = {
    "umount2": 39,
    "mount": 40,
    "pivot_root": 41,
    "chroot": 51,
    "vmsplice": 75,
    "personality": 92,
    "unshare": 97,
    "kexec_load": 104,
    "init_module": 105,
    "syslog": 116,
    "ptrace": 117,
    "mq_open": 180,
    "msgget": 186,
    "semget": 190,
    "shmget": 194,
    "socket": 198,
    "socketpair": 199,
    "add_key": 217,
    "request_key": 218,
    "keyctl": 219,
    "perf_event_open": 241,
    "fanotify_init": 262,
    "name_to_handle_at": 264,
    "open_by_handle_at": 265,
    "setns": 268,
    "process_vm_readv": 270,
    "process_vm_writev": 271,
    "kcmp": 272,
    "finit_module": 273,
    "memfd_create": 279,
    "bpf": 280,
    "userfaultfd": 282,
}
# machine → (audit architecture, clone, clone3, fork-like calls, refused calls)
_MACHINES = {
    "x86_64": (0xC000003E, 56, 435, (57, 58), {**_SHARED, **_X86}),
    "aarch64": (0xC00000B7, 220, 435, (), {**_SHARED, **_ARM}),
}


def _instruction(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, value)


def build_filter(*, processes: bool, machine: str = "") -> bytes:
    """The filter as bytes for `bwrap --seccomp`; empty where the machine is not known.

    `processes=True` is for compilers, which start helpers of their own.
    """
    known = _MACHINES.get(machine or platform.machine())
    if known is None:
        return b""
    architecture, clone, clone3, forks, refused = known
    deny = _instruction(RETURN, ERRNO | errno.EPERM)
    program = [
        _instruction(LOAD, ARCHITECTURE),
        _instruction(JUMP_EQUAL, architecture, yes=1),
        _instruction(RETURN, KILL),
        _instruction(LOAD, NUMBER),
        _instruction(JUMP_AT_LEAST, X32_BIT, no=1),
        deny,
    ]
    for number in sorted({*refused.values(), *(() if processes else forks)}):
        program += [_instruction(JUMP_EQUAL, number, no=1), deny]
    # clone3 hides its flags behind a pointer: "not implemented" makes libc use clone instead.
    program += [
        _instruction(JUMP_EQUAL, clone3, no=1),
        _instruction(RETURN, ERRNO | errno.ENOSYS),
    ]
    if not processes:
        program += [
            _instruction(JUMP_EQUAL, clone, no=3),
            _instruction(LOAD, FIRST_ARGUMENT),
            _instruction(JUMP_SET, CLONE_THREAD, yes=1),
            deny,
        ]
    program.append(_instruction(RETURN, ALLOW))
    return b"".join(program)
