"""Makes the vectors of keys, certificates and signed tokens: tests/vectors/shapes-{keys,signed}.toml.

Nothing runs this but somebody who adds a format. The credentials are made by the tools that people use,
and what is expected of the gate is what those tools say of them: OpenSSL, OpenSSH, PuTTY, GnuPG, age,
PyJWT, jwcrypto and pypitoken. Each run makes new ones; they were never of use to anybody.

    apt-get install openssl openssh-client putty-tools gnupg age
    pip install pyjwt cryptography jwcrypto pypitoken
    python tests/shapes/make.py
"""

import base64
import calendar
import hashlib
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

import jwt
import pypitoken
from jwcrypto import jwe, jwk

from vectors import NOW, File, shape

PASSWORD = "correct-horse-battery"


def run(*command, stdin=None, env=None):
    """What a command prints."""
    result = subprocess.run(
        command, input=stdin, capture_output=True, check=True, env={**os.environ, **(env or {})}
    )
    return result.stdout


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def public_print(pem):
    """The SHA-256 of the public key of a private one, by OpenSSL."""
    return sha256(run("openssl", "pkey", "-pubout", "-outform", "DER", stdin=pem))


def body_line(pem):
    """A line from the middle of a block: no answer may repeat it."""
    lines = [line for line in pem.splitlines() if ":" not in line and not line.startswith("-")]
    return lines[len(lines) // 2]


def openssl_keys(file):
    """Private and public keys in every form that OpenSSL writes."""
    kinds = {
        "rsa-2048": (["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"], {"algorithm": "RSA", "bits": "2048"}),
        "ec-p256": (
            ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
            {"algorithm": "EC", "bits": "256", "curve": "P-256"},
        ),
        "ec-p384": (
            ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
            {"algorithm": "EC", "bits": "384", "curve": "P-384"},
        ),
        "ec-p521": (
            ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"],
            {"algorithm": "EC", "bits": "521", "curve": "P-521"},
        ),
        "ec-secp256k1": (
            ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"],
            {"algorithm": "EC", "bits": "256", "curve": "secp256k1"},
        ),
        "ed25519": (["-algorithm", "ED25519"], {"algorithm": "Ed25519", "bits": "256"}),
        "ed448": (["-algorithm", "ED448"], {"algorithm": "Ed448", "bits": "448"}),
        "x25519": (["-algorithm", "X25519"], {"algorithm": "X25519", "bits": "256"}),
    }
    keys = {}
    for name, (options, facts) in kinds.items():
        pem = run("openssl", "genpkey", *options)
        keys[name] = pem
        told = {**facts, "fingerprint": public_print(pem)}
        text = pem.decode()
        # The format of keys on these curves leaves the public half out.
        own = told if facts["algorithm"] in ("RSA", "EC") else facts
        own = {**own, "encrypted": "no"}
        private = shape("private-key", "private-key", lifetime="static", facts=own)
        file.inspect(f"key-pkcs8-{name}", text, private, around=["newline"], secret=[body_line(text)])
        public = run("openssl", "pkey", "-pubout", stdin=pem).decode()
        file.inspect(
            f"key-public-{name}", public, shape("public-key", "public-key", facts=told), around=["newline"]
        )
        if facts["algorithm"] in ("RSA", "EC"):
            old = run("openssl", "pkey", "-traditional", stdin=pem).decode()
            file.inspect(f"key-traditional-{name}", old, private, around=["newline"], secret=[body_line(old)])
    rsa, curve = keys["rsa-2048"], keys["ec-p256"]

    rsa_public = run("openssl", "rsa", "-RSAPublicKey_out", stdin=rsa).decode()
    facts = {"algorithm": "RSA", "bits": "2048", "fingerprint": public_print(rsa)}
    file.inspect("key-public-pkcs1", rsa_public, shape("public-key", "public-key", facts=facts), around=["newline"])

    secret = run("openssl", "pkcs8", "-topk8", "-passout", f"pass:{PASSWORD}", stdin=curve).decode()
    sealed = shape("private-key", "private-key", lifetime="static", facts={"encrypted": "yes"})
    file.inspect("key-pkcs8-encrypted", secret, sealed, around=["newline"], secret=[body_line(secret)])
    old = run("openssl", "ec", "-aes256", "-passout", f"pass:{PASSWORD}", stdin=curve).decode()
    sealed = shape("private-key", "private-key", lifetime="static", facts={"algorithm": "EC", "encrypted": "yes"})
    file.inspect("key-traditional-encrypted", old, sealed, around=["newline"], secret=[body_line(old)])

    der = base64.b64encode(run("openssl", "pkey", "-outform", "DER", stdin=curve)).decode()
    told = {"algorithm": "EC", "bits": "256", "curve": "P-256", "fingerprint": public_print(curve), "encrypted": "no"}
    bare = shape("private-key", "private-key", lifetime="static", facts=told)
    file.inspect("key-der-in-base64", der, bare, secret=[der[40:80]])
    der = base64.b64encode(run("openssl", "pkey", "-pubout", "-outform", "DER", stdin=curve)).decode()
    del told["encrypted"]
    file.inspect("key-public-der-in-base64", der, shape("public-key", "public-key", facts=told))

    text = curve.decode()
    one_line = text.replace("\n", "\\n")
    told = {**told, "encrypted": "no"}
    private = shape("private-key", "private-key", lifetime="static", facts=told)
    file.inspect("key-on-one-line", one_line, private, why="as environment variables and JSON hold it")
    file.inspect("key-with-windows-line-ends", text.replace("\n", "\r\n"), private, around=["newline"])
    coded = base64.b64encode(text.encode()).decode()
    file.inspect("key-in-base64", coded, private, around=["base64", "newline"])
    broken = shape("private-key", "private-key", "broken", lifetime="static", facts={})
    lines = text.splitlines(keepends=True)
    file.inspect("key-cut-off", "".join(lines[:2]), broken, around=["newline"])
    wrong = lines[1].replace(lines[1][8:16], "AAAAAAAA", 1)
    file.inspect("key-with-broken-der", "".join([lines[0], wrong, *lines[2:]]), broken, around=["newline"])
    return keys


def certificates(file, keys):
    with tempfile.TemporaryDirectory() as folder:
        for name, subject in [
            ("rsa-2048", "/C=DE/O=Acme/CN=www.example.com"),
            ("ec-p256", "/CN=example.com/emailAddress=ops@example.com"),
            ("ed25519", "/O=Acme, Inc./CN=client"),
        ]:
            key = Path(folder, "key.pem")
            key.write_bytes(keys[name])
            pem = run(
                "openssl", "req", "-x509", "-key", key, "-subj", subject, "-days", "365",
                "-addext", "subjectAltName=DNS:www.example.com",
            )  # fmt: skip
            said = run(
                "openssl", "x509", "-noout", "-subject", "-serial", "-startdate", "-enddate",
                "-nameopt", "RFC2253", stdin=pem,
            ).decode()  # fmt: skip
            # An older name of the same attribute.
            said = said.replace("emailAddress=", "EMAIL=")
            said = dict(line.split("=", 1) for line in said.splitlines())
            moment = lambda text: calendar.timegm(time.strptime(text, "%b %d %H:%M:%S %Y %Z"))
            facts = {
                "subject": said["subject"],
                "authority": said["subject"],
                "identifier": said["serial"].lower(),
                "algorithm": {"rsa-2048": "RSA", "ec-p256": "EC", "ed25519": "Ed25519"}[name],
                "bits": {"rsa-2048": "2048"}.get(name, "256"),
                **({"curve": "P-256"} if name == "ec-p256" else {}),
                "fingerprint": public_print(keys[name]),
            }
            seen = shape(
                "certificate", "certificate", lifetime="long", starts=moment(said["notBefore"]),
                expires=moment(said["notAfter"]), facts=facts,
            )  # fmt: skip
            file.inspect(f"certificate-{name}", pem.decode(), seen, around=["newline"])
        key_facts = {
            "algorithm": "Ed25519", "bits": "256", "encrypted": "no",
        }  # fmt: skip
        both = pem.decode() + keys["ed25519"].decode()
        private = shape("private-key", "private-key", lifetime="static", facts=key_facts)
        file.inspect("certificate-with-its-key", both, private, seen, around=["newline"],
                     why="the key is the graver of the two")  # fmt: skip
        broken = shape("certificate", "certificate", "broken", lifetime="long", facts={})
        file.inspect("certificate-cut-off", pem.decode()[:200], broken)


def ssh_keys(file):
    kinds = {
        "ed25519": ([], {"algorithm": "Ed25519", "bits": "256"}),
        "rsa": (["-b", "3072"], {"algorithm": "RSA", "bits": "3072"}),
        "ecdsa": (["-b", "384"], {"algorithm": "EC", "curve": "P-384", "bits": "384"}),
    }
    with tempfile.TemporaryDirectory() as folder:
        for kind, (options, facts) in kinds.items():
            path = Path(folder, kind)
            run("ssh-keygen", "-q", "-t", kind, *options, "-N", "", "-C", "ops@example.com", "-f", str(path))
            print_ = run("ssh-keygen", "-lf", str(path)).decode().split()[1]
            told = {**facts, "fingerprint": print_, "comment": "ops@example.com"}
            text = path.read_text()
            seen = shape("private-key", "private-key", lifetime="static", facts={**told, "encrypted": "no"})
            file.inspect(f"ssh-{kind}", text, seen, around=["newline"], secret=[body_line(text)])
            public = path.with_suffix(".pub").read_text()
            seen = shape("ssh-public-key", "public-key", facts=told)
            file.inspect(f"ssh-public-{kind}", public, seen, around=["newline"])
        path = Path(folder, "sealed")
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", PASSWORD, "-C", "ops", "-f", str(path))
        print_ = run("ssh-keygen", "-lf", str(path.with_suffix(".pub"))).decode().split()[1]
        told = {"algorithm": "Ed25519", "bits": "256", "fingerprint": print_, "encrypted": "yes"}
        seen = shape("private-key", "private-key", lifetime="static", facts=told)
        file.inspect("ssh-encrypted", path.read_text(), seen, around=["newline"],
                     why="the remark is in the encrypted half")  # fmt: skip

        for name, password in [("plain", ""), ("sealed", PASSWORD)]:
            source, word, target = Path(folder, "ed25519"), Path(folder, "word"), Path(folder, f"{name}.ppk")
            word.write_text(password)
            run("puttygen", str(source), "-O", "private", "-o", str(target), "--new-passphrase", str(word))
            print_ = run("ssh-keygen", "-lf", str(source)).decode().split()[1]
            facts = {
                "type": "version 3", "comment": "ops@example.com", "encrypted": "yes" if password else "no",
                "algorithm": "Ed25519", "bits": "256", "fingerprint": print_,
            }  # fmt: skip
            seen = shape("putty-private-key", "private-key", lifetime="static", facts=facts)
            text = target.read_text()
            secret = text.split("Private-Lines: ")[1].splitlines()[1]
            file.inspect(f"putty-{name}", text, seen, around=["newline"], secret=[secret])


def pgp_keys(file):
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o700)
        gpg = ["gpg", "--homedir", folder, "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", ""]
        for name, algorithm, facts in [
            ("ed25519", "ed25519", {"algorithm": "EdDSA"}),
            ("rsa", "rsa3072", {"algorithm": "RSA", "bits": "3072"}),
        ]:
            user = f"{name}@example.com"
            run(*gpg, "--quick-generate-key", user, algorithm, "sign", "1y")
            listed = run(*gpg, "--with-colons", "--list-keys", user).decode().splitlines()
            made = int(next(line for line in listed if line.startswith("pub")).split(":")[5])
            told = {"type": "version 4", **facts}
            private = run(*gpg, "--armor", "--export-secret-keys", user).decode()
            seen = shape("pgp-private-key", "private-key", lifetime="static", issued=made, facts=told)
            file.inspect(f"pgp-{name}", private, seen, around=["newline"], secret=[body_line(private)])
            public = run(*gpg, "--armor", "--export", user).decode()
            seen = shape("pgp-public-key", "public-key", issued=made, facts=told)
            file.inspect(f"pgp-public-{name}", public, seen, around=["newline"])


def age_key(file):
    said = run("age-keygen").decode().splitlines()
    key = said[-1]
    seen = shape("age-secret-key", "private-key", "checksum", checksum="right", facts={})
    file.inspect("age-identity", key, seen, secret=[key[20:50]])
    letters = key[:-1] + ("Q" if key[-1] != "Q" else "P")
    seen = {**seen, "ground": "wrong-checksum", "confidence": "medium", "checksum": "wrong"}
    file.inspect("age-identity-mistyped", letters, seen)


def tokens(file, keys):
    """JSON Web Tokens by PyJWT and jwcrypto."""
    rsa, curve, edwards = (keys[name].decode() for name in ("rsa-2048", "ec-p256", "ed25519"))

    def token(claims, key=rsa, algorithm="RS256", kid="k1", **header):
        return jwt.encode(claims, key, algorithm, headers={"kid": kid, **header})

    def signature(text):
        return [text.rsplit(".", 1)[1][:40]]

    def seen(claims, algorithm="RS256", issuer="", lifetime="session", principal="none",
             kind="identity-token", phase="within", typ="JWT", **facts):  # fmt: skip
        times = {"issued": "iat", "starts": "nbf", "expires": "exp"}
        times = {name: claims[claim] for name, claim in times.items() if claim in claims}
        return shape(
            "jwt", kind, issuer=issuer, lifetime=lifetime, principal=principal, phase=phase, **times,
            facts={"algorithm": algorithm, "key": "k1", "type": typ, **facts},
        )  # fmt: skip

    github = {
        "iss": "https://token.actions.githubusercontent.com",
        "sub": "repo:acme/site:ref:refs/heads/main",
        "aud": "https://github.com/acme",
        "repository": "acme/site", "repository_id": "1234", "repository_owner": "acme",
        "ref": "refs/heads/main", "environment": "production",
        "job_workflow_ref": "acme/site/.github/workflows/deploy.yml@refs/heads/main",
        "jti": "example-jti", "iat": NOW - 60, "nbf": NOW - 660, "exp": NOW + 240,
    }  # fmt: skip
    text = token(github)
    facts = {
        "authority": github["iss"], "subject": github["sub"], "audience": github["aud"],
        "repository": "acme/site", "project": "1234", "organisation": "acme",
        "reference": ["refs/heads/main", "production"], "identifier": "example-jti",
    }  # fmt: skip
    expected = seen(github, issuer="GitHub", principal="workload", **facts)
    file.inspect("jwt-github-actions", text, expected, secret=signature(text))
    file.inspect("jwt-behind-bearer", f"Authorization: Bearer {text}", expected, around=["scheme", "space"])
    late = {**github, "iat": NOW - 900, "nbf": NOW - 900, "exp": NOW - 300}
    over = seen(late, issuer="GitHub", principal="workload", phase="over", **facts)
    file.inspect("jwt-that-is-over", token(late), over)
    soon = {**github, "iat": NOW, "nbf": NOW + 60, "exp": NOW + 360}
    early = seen(soon, issuer="GitHub", principal="workload", phase="early", **facts)
    file.inspect("jwt-that-is-early", token(soon), early)

    gitlab = {
        "iss": "https://gitlab.example.com", "sub": "project_path:acme/site:ref_type:branch:ref:main",
        "aud": ["https://vault.example.com", "https://two.example.com"], "project_path": "acme/site",
        "project_id": "22", "namespace_path": "acme", "ref": "main", "environment": "production",
        "ci_config_ref_uri": "gitlab.example.com/acme/site//.gitlab-ci.yml@refs/heads/main",
        "iat": NOW, "nbf": NOW - 5, "exp": NOW + 3600,
    }  # fmt: skip
    facts = {
        "authority": gitlab["iss"], "subject": gitlab["sub"], "audience": gitlab["aud"], "repository": "acme/site",
        "project": "22", "organisation": "acme", "reference": ["main", "production"],
    }  # fmt: skip
    file.inspect("jwt-gitlab-job", token(gitlab), seen(gitlab, issuer="GitLab", principal="workload", **facts))

    kubernetes = {
        "iss": "https://kubernetes.default.svc.cluster.local", "sub": "system:serviceaccount:shop:web",
        "aud": ["https://kubernetes.default.svc.cluster.local"], "iat": NOW, "nbf": NOW, "exp": NOW + 3607,
        "jti": "example-jti",
        "kubernetes.io": {"namespace": "shop", "serviceaccount": {"name": "web", "uid": "example-uid"}},
    }  # fmt: skip
    facts = {
        "authority": kubernetes["iss"], "subject": kubernetes["sub"], "audience": kubernetes["aud"],
        "namespace": "shop", "user": "web", "identifier": "example-jti",
    }  # fmt: skip
    expected = seen(kubernetes, issuer="Kubernetes", principal="workload", **facts)
    file.inspect("jwt-kubernetes-projected", token(kubernetes), expected)
    old = {
        "iss": "kubernetes/serviceaccount", "sub": "system:serviceaccount:shop:web",
        "kubernetes.io/serviceaccount/namespace": "shop",
        "kubernetes.io/serviceaccount/secret.name": "web-token-x",
        "kubernetes.io/serviceaccount/service-account.name": "web",
    }  # fmt: skip
    facts = {"authority": old["iss"], "subject": old["sub"], "namespace": "shop", "user": "web"}
    expected = seen(old, issuer="Kubernetes", principal="workload", lifetime="static", **facts)
    file.inspect("jwt-kubernetes-secret", token(old), expected,
                 why="tokens of the older kind do not end")  # fmt: skip

    entra = {
        "iss": "https://sts.windows.net/11111111-2222-3333-4444-555555555555/", "tid": "11111111-2222-3333-4444-555555555555",
        "appid": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "aud": "https://management.azure.com",
        "sub": "99999999-8888-7777-6666-555555555555", "idtyp": "app",
        "iat": NOW, "nbf": NOW, "exp": NOW + 3900,
    }  # fmt: skip
    facts = {
        "authority": entra["iss"], "subject": entra["sub"], "audience": entra["aud"], "account": entra["tid"],
        "client": entra["appid"],
    }  # fmt: skip
    expected = seen(entra, issuer="Microsoft Entra", principal="application", kind="access-token", **facts)
    file.inspect("jwt-entra-application", token(entra), expected)

    google = {
        "iss": "https://accounts.google.com", "azp": "32555940559.apps.googleusercontent.com",
        "aud": "https://run.example.com", "sub": "1234567890", "email": "svc@acme.iam.gserviceaccount.com",
        "iat": NOW, "exp": NOW + 3600,
    }  # fmt: skip
    facts = {
        "authority": google["iss"], "subject": google["sub"], "client": google["azp"], "user": google["email"],
        "audience": google["aud"],
    }  # fmt: skip
    file.inspect("jwt-google", token(google), seen(google, issuer="Google", **facts))

    supabase = {"iss": "supabase", "ref": "abcdefghijklmnopqrst", "role": "service_role", "iat": NOW, "exp": NOW + 315_360_000}
    text = jwt.encode(supabase, "made-up-secret-of-thirty-two-bytes", "HS256", headers={"kid": "k1"})
    facts = {"authority": "supabase", "role": "service_role", "reference": supabase["ref"]}
    expected = seen(supabase, "HS256", issuer="Supabase", lifetime="long", kind="api-key", **facts)
    file.inspect("jwt-supabase-service-role", text, expected)

    access = {"iss": "https://id.example.com/", "sub": "u1", "client_id": "web", "scope": "read write", "iat": NOW, "exp": NOW + 600}
    text = token(access, curve, "ES256", typ="at+jwt")
    facts = {"authority": access["iss"], "subject": "u1", "client": "web", "scope": "read write"}
    expected = seen(access, "ES256", kind="access-token", typ="at+jwt", **facts)
    file.inspect("jwt-access-token", text, expected, why="RFC 9068")
    plain = {"sub": "u1", "iat": NOW, "exp": NOW + 5 * 86_400}
    file.inspect("jwt-edwards-curve", token(plain, edwards, "EdDSA"), seen(plain, "EdDSA", lifetime="short", subject="u1"))
    week = {"sub": "u1", "iat": NOW, "exp": NOW + 30 * 86_400}
    file.inspect("jwt-of-a-month", token(week, edwards, "EdDSA"), seen(week, "EdDSA", lifetime="long", subject="u1"))

    private = jwk.JWK.from_pem(rsa.encode())
    sealed = jwe.JWE(b"who reads this", json.dumps({"alg": "RSA-OAEP-256", "enc": "A256GCM", "kid": "k1"}), recipient=private)
    text = sealed.serialize(compact=True)
    expected = shape("jwt", "identity-token", facts={"algorithm": ["RSA-OAEP-256", "A256GCM"], "key": "k1", "encrypted": "yes"})
    file.inspect("jwt-encrypted", text, expected, why="nobody reads it but whom it is for")

    key = json.loads(private.export_private())
    facts = {"algorithm": "RSA", "key": key["kid"], "encrypted": "no", "bits": "2048"}
    text = json.dumps(key)
    file.inspect("jwk-private-rsa", text, shape("jwk", "private-key", facts={"algorithm": "RSA", "key": key["kid"]}), secret=[key["d"][:40]])
    key = json.loads(jwk.JWK.generate(kty="EC", crv="P-256").export_public())
    facts = {"algorithm": "EC", "curve": "P-256"}
    facts |= {"key": key["kid"]} if "kid" in key else {}
    file.inspect("jwk-public-ec", json.dumps(key), shape("jwk", "public-key", facts=facts))
    key = json.loads(jwk.JWK.generate(kty="oct", size=256, kid="k1").export())
    file.inspect("jwk-symmetric", json.dumps(key), shape("jwk", "symmetric-key", facts={"key": "k1"}), secret=[key["k"]])

    app = {"iss": "123456", "iat": NOW, "exp": NOW + 3600}
    text = f"ghs_123456_{jwt.encode(app, rsa, 'RS256')}"
    facts = {"client": "123456", "algorithm": "RS256", "type": "JWT", "authority": "123456"}
    expected = shape(
        "github-app-token-stateless", "access-token", issuer="GitHub", issued=NOW, expires=NOW + 3600, facts=facts,
    )  # fmt: skip
    file.inspect("github-app-token-with-claims", text, expected, secret=signature(text))


def macaroons(file):
    """Tokens of PyPI by pypitoken."""
    def token(*restrictions, prefix="pypi"):
        made = pypitoken.Token.create(
            domain="pypi.org", identifier="00000000-1111-2222-3333-444444444444", key="made-up-secret", prefix=prefix,
        )  # fmt: skip
        made.restrict(**dict(restrictions))
        return made.dump()

    base = {"host": "pypi.org", "identifier": "00000000-1111-2222-3333-444444444444"}
    text = token(("project_names", ["acme"]))
    caveats = {"caveat": '[1, ["acme"]]', "project": "acme"}
    seen = shape("pypi-api-token", "access-token", issuer="PyPI", facts={**base, **caveats})
    file.inspect("pypi-of-a-project", text, seen, secret=[text[-40:]])
    text = token(("not_before", NOW), ("not_after", NOW + 600))
    caveats = {"caveat": f"[0, {NOW + 600}, {NOW}]"}
    seen = shape(
        "pypi-api-token", "access-token", issuer="PyPI", starts=NOW, expires=NOW + 600, facts={**base, **caveats},
    )  # fmt: skip
    file.inspect("pypi-that-ends", text, seen)
    seen = shape("pypi-api-token", "access-token", "broken", facts={})
    file.inspect("pypi-cut-off", text[:100], seen)


def main():
    file = File(
        "shapes-keys.toml",
        ["Keys and certificates, each made by the tool that people use for it, and what that tool says of it.",
         "Made by tests/shapes/make.py; they were never of use to anybody."],
    )  # fmt: skip
    keys = openssl_keys(file)
    certificates(file, keys)
    ssh_keys(file)
    pgp_keys(file)
    age_key(file)
    file.close()
    file = File(
        "shapes-signed.toml",
        ["Tokens that say something, each made by a library that people use for it. Signatures are not looked at.",
         "Made by tests/shapes/make.py; they were never of use to anybody."],
    )  # fmt: skip
    tokens(file, keys)
    macaroons(file)
    file.close()


if __name__ == "__main__":
    main()
