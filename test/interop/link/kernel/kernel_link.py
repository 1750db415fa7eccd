"""Two kernels' worth of TCP with a bad link between them. Linux, as root.

    namespace 1                                     namespace 2
    sender ══ 10.9.0.1 "near" ── forwarder ── "far" 10.9.0.2 ══ receiver

"near" and "far" are TUN devices: whatever the kernel sends there comes out of a file, as IP
packets, and what is written to the file is what the kernel receives. The forwarder reads one
file and writes the other, and lets happen on the way what it likes. Each end lives in a
network namespace of its own; otherwise the kernel would take the short way.

All three are idle nearly always, and have a real-time priority as soon as they run (sched(7)), so
that a busy machine does not make them late. How late it made them all the same the forwarder
measures and prints, behind what the receiver prints; whoever started this decides what a run is
worth.

Arguments: three commands (forwarder, receiver, sender), each one JSON list of words. The
forwarder gets the numbers of the two files behind its words. With the one argument --check
it only tries whether it may do all this, and says why not.

Sources: tun(4) (Documentation/networking/tuntap.rst), network_namespaces(7), unshare(2).
"""

import ctypes
import fcntl
import json
import os
import signal
import struct
import subprocess
import sys

CLONE_NEWNET = 0x40000000
PR_SET_PDEATHSIG = 1
TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000

libc = ctypes.CDLL(None, use_errno=True)


def new_network():
    if libc.unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")


def die_with_parent():
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def put_first(process):
    """All its threads: Node reads files in threads of their own."""
    for thread in os.listdir(f"/proc/{process}/task"):
        os.sched_setscheduler(int(thread), os.SCHED_RR, os.sched_param(1))


def tun(name):
    file = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(file, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    os.set_inheritable(file, True)
    return file


def ip(*words):
    subprocess.run(["ip", *words], check=True, stdout=subprocess.DEVNULL)


def wait_for(pipe):
    """Until the other process has got so far; it has failed if the pipe ends first."""
    if not os.read(pipe, 1):
        sys.exit("the other namespace could not be made")


def configure(device, address):
    ip("address", "add", f"{address}/24", "dev", device)
    ip("link", "set", device, "up")


if sys.argv[1:] == ["--check"]:
    try:
        new_network()
        os.close(tun("near"))
        ip("link", "show", "lo")
    except (OSError, subprocess.SubprocessError) as error:
        sys.exit(f"it needs root, network namespaces, TUN devices and ip: {error}")
    sys.exit()

forwarder, receiver, sender = (json.loads(words) for words in sys.argv[1:4])
die_with_parent()
new_network()
near, far = tun("near"), tun("far")

child_is_apart, tell_apart = os.pipe()
far_is_there, tell_there = os.pipe()
child_is_ready, tell_ready = os.pipe()
child = os.fork()
if child == 0:
    die_with_parent()
    new_network()
    for file in (near, far, tell_there):
        os.close(file)
    os.write(tell_apart, b"x")
    wait_for(far_is_there)
    configure("far", "10.9.0.2")
    os.write(tell_ready, b"x")
    os.execvp(receiver[0], receiver)

for file in (tell_apart, tell_ready):
    os.close(file)
wait_for(child_is_apart)
ip("link", "set", "far", "netns", str(child))
os.write(tell_there, b"x")
wait_for(child_is_ready)
configure("near", "10.9.0.1")
between = subprocess.Popen(
    [*forwarder, str(near), str(far)],
    pass_fds=(near, far),
    preexec_fn=die_with_parent,
    stdout=subprocess.PIPE,
)
# A handshake that waits for the forwarder would be the first round trip that TCP measures: it
# would be patient for seconds, with every packet that is lost after.
if between.stdout.readline() != b"ready\n":
    os.kill(child, signal.SIGKILL)
    sys.exit("the forwarder did not start")
put_first(between.pid)
sent = subprocess.run(sender, preexec_fn=die_with_parent)
if sent.returncode != 0:
    os.kill(child, signal.SIGKILL)
_, received = os.waitpid(child, 0)
between.terminate()
how_late, _ = between.communicate(timeout=60)
sys.stdout.buffer.write(how_late)
sys.exit(sent.returncode or os.waitstatus_to_exitcode(received))
