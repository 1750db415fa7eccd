"""Sends one UDP datagram whose source address is not its sender's: a raw socket, raw(7).

Arguments: source-host source-port host port text. Exit status 3 where that needs more
rights than we have (root, or CAP_NET_RAW).
"""
import socket
import struct
import sys

source, source_port, host, port, text = sys.argv[1:6]
payload = text.encode()
# RFC 768: ports, length, and a checksum, which 0 leaves out.
udp = struct.pack("!HHHH", int(source_port), int(port), 8 + len(payload), 0) + payload
# RFC 791: the kernel fills in what is 0 here, length and checksum among it.
ip = struct.pack(
    "!BBHHHBBH4s4s",
    0x45, 0, 0, 0, 0, 64, socket.IPPROTO_UDP, 0,
    socket.inet_aton(source), socket.inet_aton(host),
)
try:
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
except PermissionError:
    sys.exit(3)
raw.sendto(ip + udp, (host, 0))
