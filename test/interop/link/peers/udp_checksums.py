"""Sends three UDP datagrams of its own making through a raw socket, raw(7), to 127.0.0.1.

Arguments: port. The first has a bit flipped after its checksum was computed, the second has a
bit flipped and no checksum, the third is as it should be. Exit status 3 where raw sockets need
more rights than we have (root, or CAP_NET_RAW).
"""
import socket
import struct
import sys

port = int(sys.argv[1])
here = socket.inet_aton("127.0.0.1")


def checksum(data: bytes) -> int:
    """RFC 1071: the ones' complement of the ones' complement sum."""
    words = struct.unpack(f"!{len(data) // 2}H", data)
    total = sum(words)
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def datagram(text: bytes, *, checked: bool, flipped: bool) -> bytes:
    length = 8 + len(text)
    header = struct.pack("!HHHH", 40000, port, length, 0)
    # RFC 768: computed over a pseudo header too; 0 says that there is none.
    pseudo = here + here + struct.pack("!BBH", 0, socket.IPPROTO_UDP, length)
    total = checksum(pseudo + header + text) if checked else 0
    body = bytes([text[0] ^ 1]) + text[1:] if flipped else text
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 0, 0, 0, 64, socket.IPPROTO_UDP, 0, here, here)
    return ip + header[:6] + struct.pack("!H", total) + body


try:
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
except PermissionError:
    sys.exit(3)
raw.sendto(datagram(b"flipped.", checked=True, flipped=True), ("127.0.0.1", 0))
raw.sendto(datagram(b"no check", checked=False, flipped=True), ("127.0.0.1", 0))
raw.sendto(datagram(b"all well", checked=True, flipped=False), ("127.0.0.1", 0))
