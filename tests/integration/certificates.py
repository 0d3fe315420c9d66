"""Certificates made for a test, by the openssl program."""

import subprocess

EC = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


def openssl(*words):
    subprocess.run(["openssl", *map(str, words)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Authority:
    """A root of its own, and certificates it signed."""

    def __init__(self, home, name):
        self.home, self.name = home, name
        self.root = home / f"{name}.pem"
        openssl("req", "-x509", *EC, "-keyout", home / f"{name}.key", "-out", self.root, "-days", 2, "-subj", f"/CN={name}",
                "-addext", "basicConstraints=critical,CA:TRUE")

    def sign(self, name, hosts, days=1):
        """(certificate, key) for the hosts."""
        key, request, certificate, extension = (self.home / f"{name}.{end}" for end in ("key", "csr", "pem", "ext"))
        openssl("req", "-new", *EC, "-keyout", key, "-out", request, "-subj", f"/CN={name}")
        extension.write_text(f"subjectAltName={hosts}\n", "utf-8")
        openssl("x509", "-req", "-in", request, "-CA", self.root, "-CAkey", self.home / f"{self.name}.key", "-CAcreateserial", "-days", days, "-extfile", extension,
                "-out", certificate)
        key.chmod(0o600)
        return certificate, key


def tls_lines(certificate, key):
    return f'tls_cert_file = "{certificate}"\ntls_key_file = "{key}"\n'
