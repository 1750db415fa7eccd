"""A separate network, a bad link in it, and a look at its packets. Linux and root only.

    Link              a TUN device that sends each packet back as if from 10.9.9.2

    client 10.9.9.1 ──► 10.9.9.2 ──► fate ──► 10.9.9.1 server, which sees 10.9.9.2

Both ends are the kernel's own. The two addresses of a packet are swapped, which leaves every
checksum right, since a sum does not depend on the order. Sources: network_namespaces(7),
packet(7), the kernel's Documentation/networking/tuntap.rst.
"""
import collections
import ctypes
import fcntl
import heapq
import os
import select
import socket
import struct
import subprocess
import threading
import time

CLONE_NEWNET = 0x40000000
TUNSETIFF, TUN_MODE = 0x400454CA, 0x1001  # IFF_TUN, IFF_NO_PI
ETH_P_IP = 0x0800

NEAR, FAR, PORT = "10.9.9.1", "10.9.9.2", 7000


class NotHere(Exception):
    """This machine lacks what the check needs."""


def be_alone():
    """Moves this process into a new network, which has nothing but a loopback interface."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
        raise NotHere("a network namespace wants Linux and root")
    ip("link", "set", "lo", "up")


def ip(*words):
    subprocess.run(["ip", *words], check=True)


class Link:
    """`fate(number, there)` says after how many seconds each copy of a packet arrives.

    Only packets with data have numbers, from 1 for each transport and direction; `there` is
    true for those to `PORT`. All others arrive after `delay` seconds.
    """

    def __init__(self, fate, delay=0.0):
        self.fate, self.delay = fate, delay
        self.flipped = None  # the number of a packet there of which a bit is flipped
        self.counts = collections.Counter()
        self.waiting = []  # (when, order, packet)
        try:
            self.tun = os.open("/dev/net/tun", os.O_RDWR)
            fcntl.ioctl(self.tun, TUNSETIFF, struct.pack("16sH22x", b"bad0", TUN_MODE))
        except OSError as error:
            raise NotHere(f"a bad link wants root and /dev/net/tun: {error.strerror}")
        ip("address", "add", f"{NEAR}/24", "dev", "bad0")
        ip("link", "set", "bad0", "up")
        threading.Thread(target=self.carry, daemon=True).start()

    def carry(self):
        waiting, order = self.waiting, 0
        while True:
            rest = max(0, waiting[0][0] - time.monotonic()) if waiting else None
            if select.select([self.tun], [], [], rest)[0]:
                packet = os.read(self.tun, 65536)
                if packet[0] >> 4 != 4:
                    continue
                kind, there, has_data = looked_at(packet)
                delays = [self.delay]
                if has_data:
                    number = self.counts[kind, there] + 1
                    delays = self.fate(number, there)
                    if there and number == self.flipped:
                        packet = packet[:-1] + bytes([packet[-1] ^ 0x10])
                for delay in delays:
                    order += 1
                    when = time.monotonic() + delay
                    heapq.heappush(waiting, (when, order, swapped(packet)))
                self.counts[kind, there] += has_data  # now that it waits, or is lost
            while waiting and waiting[0][0] <= time.monotonic():
                os.write(self.tun, waiting[0][2])
                heapq.heappop(waiting)

    def settle(self, kind, count):
        """Waits until this many packets with data have gone there, and nothing waits."""
        while self.counts[kind, True] < count or self.waiting:
            time.sleep(0.01)


def looked_at(packet, port=PORT):
    """Its transport, whether it goes to `port`, and whether it has data."""
    header, kind = (packet[0] & 15) * 4, packet[9]
    there = struct.unpack_from("!H", packet, header + 2)[0] == port
    transport = (packet[header + 12] >> 4) * 4 if kind == socket.IPPROTO_TCP else 8
    return kind, there, len(packet) > header + transport


def swapped(packet):
    return packet[:12] + packet[16:20] + packet[12:16] + packet[20:]


class Capture:
    """The IPv4 packets of the loopback interface, each once, where it arrives."""

    def __init__(self):
        try:
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        except PermissionError:
            raise NotHere("a look at packets wants root")
        self.socket.bind(("lo", ETH_P_IP))

    def next(self):
        return self.socket.recv(65536)[14:]

    def packets(self, quiet=0.3):
        """Those so far, and those that follow until none comes for `quiet` seconds."""
        found = []
        while select.select([self.socket], [], [], quiet)[0]:
            found.append(self.next())
        return found
