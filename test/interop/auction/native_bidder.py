"""A bidder that speaks the native protocol, written from its description alone.

  python3 native_bidder.py framed|datagrams PORT NAME

Over TCP a message is a frame: four bytes of length, big-endian, then JSON. Over UDP it is a
datagram: each request has a number and is asked again until the answer with that number comes.
Each bid ends in three digits that are its round. At the end it prints its account of the game
as one line of JSON.
"""

import json
import random
import secrets
import socket
import struct
import sys
import time

over, port, name = sys.argv[1:]


class Framed:
    """Answers and news come when they come; news that come before an answer wait."""

    def __init__(self):
        self.socket = socket.create_connection(("127.0.0.1", int(port)), timeout=180)
        self.bytes = b""
        self.waiting = []

    def join(self):
        return self.ask(
            {"type": "join", "version": 1, "name": name, "after": 0}
        )

    def ask(self, request):
        payload = json.dumps(request).encode()
        self.socket.sendall(struct.pack(">I", len(payload)) + payload)
        while True:
            message = self.receive()
            if "seq" not in message:
                return message
            self.waiting.append(message)

    def news(self):
        return self.waiting.pop(0) if self.waiting else self.receive()

    def receive(self):
        (length,) = struct.unpack(">I", self.take(4))
        return json.loads(self.take(length))

    def take(self, count):
        while len(self.bytes) < count:
            chunk = self.socket.recv(65536)
            if not chunk:
                sys.exit("the auctioneer has gone")
            self.bytes += chunk
        taken, self.bytes = self.bytes[:count], self.bytes[count:]
        return taken


class Datagrams:
    """News are asked for: what came last is known by its number."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect(("127.0.0.1", int(port)))
        self.id = int(time.time() * 1000)
        self.seen = 0
        self.waiting = []
        self.token = None
        self.cookie = None

    def join(self):
        welcome = self.ask(
            {"type": "join", "version": 1, "name": name, "attempt": secrets.token_hex(16)}
        )
        self.token = welcome.get("token")
        return welcome

    def ask(self, request):
        self.id += 1
        request = dict(request, id=self.id)
        if self.token:
            request["token"] = self.token
        wait = 0.25
        for _ in range(10):
            if self.cookie:
                request["cookie"] = self.cookie
            self.socket.send(json.dumps(request).encode())
            end = time.monotonic() + wait
            while time.monotonic() < end:
                self.socket.settimeout(max(0.001, end - time.monotonic()))
                try:
                    answer = json.loads(self.socket.recv(65536))
                except TimeoutError:
                    break
                except socket.timeout:
                    break
                if answer.get("id") != self.id:
                    continue
                if answer["type"] != "prove":
                    return answer
                self.cookie = answer["cookie"]
                break
            wait = min(2 * wait, 2)
        sys.exit("the auctioneer does not answer")

    def news(self):
        while not self.waiting:
            self.waiting = self.ask({"type": "news", "after": self.seen})["news"]
        news = self.waiting.pop(0)
        self.seen = news["seq"]
        return news


link = Framed() if over == "framed" else Datagrams()
welcome = link.join()
if welcome["type"] != "welcome":
    sys.exit("refused: " + welcome["reason"])
items = welcome["items"]
money = {}
owned = {}
sales = []
bids = []
answers = set()
seen = 0

while True:
    news = link.news()
    seen += 1
    if news["seq"] != seen:
        sys.exit("news %d came, not %d" % (news["seq"], seen))
    kind = news["type"]
    if kind == "start":
        for bidder in news["bidders"]:
            money[bidder] = welcome["rules"]["budget"]
            owned[bidder] = {}
    elif kind == "round":
        if news["item"] != items[news["round"]]:
            sys.exit("other items than in the welcome")
        bid = 1000 * random.randint(1, 20) + news["round"]
        bids.append(bid)
        answer = link.ask({"type": "bid", "round": news["round"], "amount": bid})
        answers.add(answer["type"])
        if answer != dict(answer, type="accepted", round=news["round"], amount=bid):
            sys.exit("bid %d, answered %s" % (bid, answer))
    elif kind == "sold":
        sales.append([news["item"], news["winner"], news["price"]])
        money[news["winner"]] -= news["price"]
        mine = owned[news["winner"]]
        mine[news["item"]] = mine.get(news["item"], 0) + 1
    elif kind == "over":
        break
link.socket.close()

print(
    json.dumps(
        {
            "name": name,
            "bids": bids,
            "answers": sorted(answers),
            "sales": sales,
            "standings": [
                {"name": who, "money": money[who], "owned": owned[who]} for who in money
            ],
            "winner": news["winner"],
        }
    )
)
