"""A SQL Server that lets nobody in: it speaks as much of the TDS protocol as a driver needs to be told that its login failed."""

import socket
import struct
import threading

PRELOGIN, LOGIN, REPLY = 0x12, 0x10, 0x04
LOGIN_FAILED = 18456


class LoginRefusingServer:
    """Listens on a free port of this machine until closed."""

    def __init__(self):
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        self._socket.close()

    def _serve(self):
        while True:
            try:
                caller, _ = self._socket.accept()
            except OSError:
                return
            with caller:
                try:
                    self._refuse(caller)
                except OSError:
                    continue

    def _refuse(self, caller):
        while True:
            kind = self._packet(caller)
            if kind == PRELOGIN:
                # Options: version at 11, 6 bytes; encryption at 17, 1 byte, "not supported".
                options = b"\x00" + struct.pack(">HH", 11, 6) + b"\x01" + struct.pack(">HH", 17, 1) + b"\xff"
                self._reply(caller, options + b"\x10\x00\x00\x00\x00\x00" + b"\x02")
            else:
                if kind == LOGIN:
                    self._reply(caller, self._login_failed())
                return

    @staticmethod
    def _login_failed():
        text, server = "Login failed for user 'entente'.", "SAGE"
        error = (struct.pack("<iBB", LOGIN_FAILED, 1, 14) + struct.pack("<H", len(text)) + text.encode("utf-16-le") + bytes([len(server)])
                 + server.encode("utf-16-le") + b"\x00" + struct.pack("<I", 1))
        return b"\xaa" + struct.pack("<H", len(error)) + error + b"\xfd" + struct.pack("<HHQ", 2, 0, 0)

    @classmethod
    def _packet(cls, caller):
        """The kind of the next message; None when the caller has gone. Its content does not matter: it may hold a password."""
        while True:
            head = cls._exactly(caller, 8)
            if not head:
                return None
            kind, status, length = struct.unpack(">BBH", head[:4])
            cls._exactly(caller, length - 8)
            if status & 1:
                return kind

    @staticmethod
    def _exactly(caller, count):
        taken = b""
        while len(taken) < count:
            more = caller.recv(count - len(taken))
            if not more:
                return b""
            taken += more
        return taken

    @staticmethod
    def _reply(caller, body):
        caller.sendall(struct.pack(">BBHHBB", REPLY, 1, len(body) + 8, 0, 1, 0) + body)
