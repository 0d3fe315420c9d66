"""Stands between a connector and SSM, passes everything on, and remembers what a log on the way would have seen."""

import http.client
import http.server
import json
import threading
import urllib.parse

HOP = ("connection", "keep-alive", "transfer-encoding", "content-length", "host")


class ListeningProxy:
    """Listens on a free port of this machine until closed. `tokens`: sessions SSM gave; `addresses`: what was asked for."""

    def __init__(self, url):
        there = urllib.parse.urlsplit(url)
        self.tokens, self.addresses = set(), set()
        proxy = self

        class Pass(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                upstream = http.client.HTTPConnection(there.netloc, timeout=60)
                upstream.request(self.command, self.path, body, {name: text for name, text in self.headers.items() if name.lower() not in HOP})
                answer = upstream.getresponse()
                content = answer.read()
                upstream.close()
                proxy.addresses.add(self.path)
                if self.path.endswith("/login") and answer.status == 200:
                    proxy.tokens.add(json.loads(content)["token"])
                self.send_response(answer.status)
                for name, text in answer.getheaders():
                    if name.lower() not in HOP:
                        self.send_header(name, text)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = pass_on

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pass)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}{there.path}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()
