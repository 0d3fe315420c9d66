"""Programs the demonstration starts, and nothing else: each is stopped by its own process number."""

import signal
import subprocess
import time

STOP_SECONDS = 15


class Failed(Exception):
    """A step that did not end as it should; the message is for the person who watches."""


class Program:
    """One running program. Its output goes to a log file."""

    def __init__(self, name, command, log, environment=None):
        self.name = name
        self.command = [str(word) for word in command]
        self.log = log
        self.environment = environment
        self._process = None

    @property
    def pid(self):
        return self._process.pid

    @property
    def is_running(self):
        return self._process is not None and self._process.poll() is None

    def start(self):
        with open(self.log, "ab") as output:
            # A stop that arrives while the program is being started waits until it is known, or nobody would stop it.
            before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
            try:
                # A session of its own: Ctrl-C reaches the demonstration alone, which then stops what it started, in order.
                self._process = subprocess.Popen(self.command, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                                 env=self.environment, start_new_session=True,
                                                 preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_SETMASK, before))
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return self

    def kill(self):
        """SIGKILL: the program gets no chance to put anything in order."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self):
        if not self.is_running:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def tail(self, lines=15):
        try:
            with open(self.log, encoding="utf-8", errors="replace") as log:
                return log.read().splitlines()[-lines:]
        except OSError:
            return []


class Programs:
    """All programs of one demonstration, stopped in the reverse of the order in which they were started."""

    def __init__(self, log_folder):
        self._log_folder = log_folder
        self.all = []

    def add(self, name, command, environment=None):
        program = Program(name, command, self._log_folder / f"{name}.log", environment)
        self.all.append(program)
        return program.start()

    def stop(self):
        for program in reversed(self.all):
            program.stop()


def wait_until(holds, seconds, what, programs=(), every=0.05):
    """Asks again and again until `holds()` gives something true, and returns it. Fails when a program ends or the time is up."""
    end = time.monotonic() + seconds
    while True:
        found = holds()
        if found:
            return found
        for program in programs:
            if not program.is_running:
                raise Failed(f"{program.name} ended while waiting for {what}")
        if time.monotonic() > end:
            raise Failed(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(every)
