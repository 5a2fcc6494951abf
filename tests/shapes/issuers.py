"""Makes the vectors of tokens with a checksum or a structure of their issuer's own:
tests/vectors/shapes-issuers.toml.

Nothing runs this but somebody who adds such a format. Checksums are computed here a second time, from
their descriptions, so that the gate does not judge itself. Each run makes the same ones.

    pip install msgpack
    python tests/shapes/issuers.py
"""

import base64
import random
import struct
import zlib

import msgpack

from vectors import NOW, File, shape

MASK = 0xFFFF_FFFF
DRAWN = random.Random(20261125)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def marvin(name, data):
    """Marvin32 under the seed of this name, as .NET's runtime has it."""
    p0, p1 = struct.unpack("<II", bytes(name[::-1], "ascii"))

    def block(word):
        nonlocal p0, p1
        turn = lambda it, by: (it << by | it >> (32 - by)) & MASK  # noqa: E731
        p0 = (p0 + word) & MASK
        p1 ^= p0
        p0 = (turn(p0, 20) + p1) & MASK
        p1 = turn(p1, 9) ^ p0
        p0 = (turn(p0, 27) + p1) & MASK
        p1 = turn(p1, 19)

    padded = data + b"\x80" + bytes(3 - len(data) % 4)
    for (word,) in struct.iter_unpack("<I", padded):
        block(word)
    block(0)
    return p0 ^ p1


def drawn(count, letters=LETTERS):
    return "".join(DRAWN.choice(letters) for _ in range(count))


def key_with_mark(mark, seed, size, right=True, urlsafe=False):
    """A key of so many bytes with the mark and the checksum at its end."""
    digits = (size * 4 + 2) // 3
    coded = drawn(digits - 10) + mark + "A" * 6
    body = bytearray(base64.b64decode(coded + "=" * (-len(coded) % 4)))
    body[-4:] = struct.pack("<I", marvin(seed, bytes(body[:-4])) ^ (not right))
    coded = base64.b64encode(bytes(body)).decode()
    assert coded.rstrip("=")[-10:-6] == mark, coded
    return coded.replace("+", "-").replace("/", "_") if urlsafe else coded


def sum_shape(id, kind, right=True, **more):
    made = shape(id, kind, "checksum" if right else "structure", checksum="right" if right else "wrong", **more)
    return made if right else {**made, "ground": "wrong-checksum", "confidence": "medium"}


def azure(file):
    issued = {"issuer": "Microsoft Azure", "lifetime": "static"}
    for name, mark, seed, size, id, kind, facts in [
        ("storage", "+ASt", "Default0", 64, "azure-shared-key", "secret-key", {"service": "Storage"}),
        ("batch", "+ABa", "AbAcct00", 64, "azure-shared-key", "secret-key", {"service": "Batch"}),
        ("cosmos", "ACDb", "MastRW00", 64, "azure-shared-key", "secret-key", {"service": "Cosmos DB", "role": "read-write"}),
        ("cosmos-read-only", "ACDb", "MastRO00", 64, "azure-shared-key", "secret-key", {"service": "Cosmos DB", "role": "read-only"}),
        ("registry", "+ACR", "ACRDflt0", 39, "azure-service-key", "password", {"service": "Container Registry"}),
        ("search-admin", "AzSe", "PAdmin00", 39, "azure-service-key", "api-key", {"service": "AI Search", "role": "admin"}),
        ("search-query", "AzSe", "Query000", 39, "azure-service-key", "api-key", {"service": "AI Search", "role": "query"}),
        ("functions-master", "AzFu", "Master00", 40, "azure-service-key", "api-key", {"service": "Functions", "role": "master"}),
        ("service-bus-send", "+ASb", "Send0000", 32, "azure-shared-key", "secret-key", {"service": "Service Bus", "role": "send"}),
        ("event-hubs-listen", "+AEh", "Listen00", 32, "azure-shared-key", "secret-key", {"service": "Event Hubs", "role": "listen"}),
        ("iot-hub", "AIoT", "IoTHub00", 32, "azure-shared-key", "secret-key", {"service": "IoT Hub"}),
    ]:  # fmt: skip
        key = key_with_mark(mark, seed, size, urlsafe=mark == "AzFu")
        seen = sum_shape(id, kind, **issued, facts=facts)
        file.inspect(f"issuers-azure-{name}", key, seen, secret=[key[:40]])
        if size == 64:
            file.inspect(f"issuers-azure-{name}-named", f"AccountKey={key}", seen, secret=[key[:40]])
    key = key_with_mark("+ASt", "Default0", 64, right=False)
    seen = sum_shape("azure-shared-key", "secret-key", right=False, **issued, facts={"service": "Storage"})
    file.inspect("issuers-azure-storage-mistyped", key, seen, why="a wrong digit")
    key = key_with_mark("AZEG", "Default0", 32)
    seen = shape("azure-shared-key", "secret-key", **issued, facts={"service": "Event Grid"})
    file.inspect("issuers-azure-event-grid", key, seen, why="how its checksum is seeded is not published")

    digits = LETTERS[26:52] + LETTERS[:26] + "1234567890.-_~"
    for name, body in [("", drawn(3) + "8Q~" + drawn(31)), ("-with-signs", "~.-8Q~" + drawn(30, LETTERS + "~._-") + "a")]:
        left, text = marvin("AadPwd00", body.encode()), ""
        while left:
            left, digit = divmod(left, 66)
            text = digits[digit] + text
        secret = body + text[:3]
        if not secret[-1].isalnum() and secret[-1] != "_":
            # The detector ends at a word.
            raise SystemExit("draw another one")
        told = {"issuer": "Microsoft Azure", "lifetime": "long", "principal": "application"}
        file.inspect(
            f"issuers-azure-client-secret{name}", secret, sum_shape("azure-client-secret", "secret-key", **told, facts={}),
            secret=[secret[6:30]],
        )  # fmt: skip
        wrong = secret[:10] + ("A" if secret[10] != "A" else "B") + secret[11:]
        file.inspect(
            f"issuers-azure-client-secret{name}-mistyped", wrong,
            sum_shape("azure-client-secret", "secret-key", right=False, **told, facts={}),
        )  # fmt: skip
    old = drawn(3) + "7Q~" + drawn(31)
    seen = shape("azure-client-secret", "secret-key", "form", **told, facts={})
    file.inspect("issuers-azure-client-secret-old", old, seen, why="these have no checksum")

    def annotated(made, mark, long):
        while True:
            body = drawn(52) + "JQQJ9" + made + "CK" + drawn(16) + mark
            sum = struct.pack("<I", marvin("Default0", base64.b64decode(body)))
            coded = base64.b64encode(base64.b64decode(body) + sum).decode()
            if "+" not in coded and "/" not in coded:
                return coded if long else coded[:84]

    told = {"issuer": "Azure DevOps", "lifetime": "long", "principal": "person"}
    token = annotated("9", "AZDO", False)
    seen = sum_shape("azure-devops-pat", "access-token", **told, facts={"comment": "made in 2026-11"})
    file.inspect("issuers-azure-devops", token, seen, secret=[token[:52]])
    token = token[:83] + ("A" if token[83] != "A" else "B")
    seen = shape("azure-devops-pat", "access-token", "form", **told, facts={"comment": "made in 2026-11"})
    file.inspect("issuers-azure-devops-another-checksum", token, seen, why="services may count in another way")
    seen = sum_shape("azure-annotated-key", "api-key", **issued, facts={"type": "acme", "comment": "made in 2026-11"})
    file.inspect("issuers-azure-annotated", annotated("9", "acme", False), seen)
    file.inspect("issuers-azure-annotated-long", annotated("9", "acme", True), seen)
    facts = {"type": "acme", "comment": ["derived from another key", "made in 2026-11"]}
    seen = shape("azure-annotated-key", "api-key", "form", **issued, facts=facts)
    file.inspect("issuers-azure-annotated-derived", annotated("D", "acme", False), seen)
    file.inspect("issuers-azure-annotated-cut", annotated("9", "acme", False)[:83], why="one character is missing")

    for name, change, principal in [("", 0xE0B9_692D, "person"), ("-of-an-application", 0x1019_F92E, "application")]:
        body = bytes(DRAWN.randrange(256) for _ in range(28))
        sum = struct.pack(">I", zlib.crc32(body) ^ change)
        left, sum = list(body), list(sum)
        token = [sum.pop(0) if place in (2, 7, 8, 22) else left.pop(0) for place in range(32)]
        text = base64.b32encode(bytes(token)).decode().rstrip("=").lower()
        seen = sum_shape("azure-devops-pat", "access-token", **{**told, "principal": principal}, facts={})
        file.inspect(f"issuers-azure-devops-old{name}", text, seen, secret=[text[:26]])
    text = ("a" if text[0] != "a" else "b") + text[1:]
    file.inspect("issuers-azure-devops-old-mistyped", text, why="nothing but the checksum tells it from others")


def fly(file):
    def coded(location, caveats, label="fm2_"):
        flat = [it for caveat in caveats for it in caveat]
        nonce = [b"\x01\x02\x03\x04", DRAWN.randbytes(16), False]
        token = msgpack.packb([nonce, location, flat, DRAWN.randbytes(32)])
        return label + base64.b64encode(token).decode()

    home = "https://api.fly.io/v1"
    told = {"issuer": "Fly.io", "lifetime": "long"}
    token = coded(home, [(0, [4721, 31]), (3, [{99001: 31, 99002: 1}]), (4, [NOW - 60, NOW + 600])])
    facts = {"authority": home, "organisation": "4721", "project": ["99001", "99002"]}
    seen = shape("fly-access-token", "access-token", **told, starts=NOW - 60, expires=NOW + 600, facts=facts)
    file.inspect("issuers-fly", token, seen, secret=[token[-30:]])

    old = coded(home, [(10, [12]), (15, ["e82d"]), (99, [1, [2, {}]])], "fm1r_")
    facts = {"authority": home, "user": "12", "caveat": ["from machine e82d", "condition 99"]}
    file.inspect("issuers-fly-old", old, shape("fly-access-token", "access-token", **told, facts=facts))

    # The one that ends first decides, wherever it stands.
    window = (4, [NOW - 60, NOW + 3600])
    asks = coded(home, [(0, [4721, 31]), window, (11, ["https://api.fly.io/aaa/v1", b"\0" * 40, b"\1" * 40])])
    tells = coded("https://api.fly.io/aaa/v1", [(23, 12), (4, [NOW - 600, NOW - 300])])
    facts = {
        "scheme": "FlyV1", "authority": [home, "https://api.fly.io/aaa/v1"], "organisation": "4721",
        "caveat": "confirmed by https://api.fly.io/aaa/v1", "user": "12",
    }  # fmt: skip
    seen = shape(
        "fly-access-token", "access-token", **told, starts=NOW - 60, expires=NOW - 300, phase="over", facts=facts
    )
    file.inspect("issuers-fly-together", f"FlyV1 {asks},{tells}", seen, secret=[asks[-30:], tells[-30:]])
    cut = shape("fly-access-token", "access-token", "broken", **told)
    file.inspect("issuers-fly-cut", token[:120], cut)
    file.inspect("issuers-fly-together-cut", f"FlyV1 {asks},{tells[:60]}", cut)
    # A list that says that four billion items follow.
    bomb = "fm2_" + base64.b64encode(b"\x94\x92\x00\x00\xa0\xdd\xff\xff\xff\xff" + b"\x00\xdd\xff\xff\xff\xff" * 20).decode()
    file.inspect("issuers-fly-bomb", bomb, cut)


def main():
    file = File(
        "shapes-issuers.toml",
        ["Tokens with a checksum or a structure of their issuer's own.",
         "Made by tests/shapes/issuers.py; nobody ever issued them."],
    )  # fmt: skip
    azure(file)
    fly(file)
    file.close()


if __name__ == "__main__":
    main()
