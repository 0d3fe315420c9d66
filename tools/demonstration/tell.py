"""What the person who watches sees: chapters, steps, checks, a progress bar, tables. Plain lines when nobody watches."""

import os
import sys
import time

IS_TERMINAL = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
BAR_CELLS = 32


def _coloured(code, text):
    return f"\033[{code}m{text}\033[0m" if IS_TERMINAL else text


class Tell:
    def __init__(self):
        self.began = time.monotonic()
        self._bar_shown = None
        self._bar_width = 0

    def _print(self, text=""):
        self.end_bar()
        print(text, flush=True)

    def chapter(self, number, title):
        self._print()
        self._print(_coloured("1", f"{number}. {title}") + _coloured("2", f"   [{self.elapsed()}]"))

    def elapsed(self):
        seconds = int(time.monotonic() - self.began)
        return f"{seconds // 60}:{seconds % 60:02d}"

    def say(self, text):
        self._print("   " + text)

    def step(self, text):
        self._print()
        self._print("   " + _coloured("1", "• " + text))

    def acts(self, who, text):
        self._print(f"     {who:<5} {text}")

    def holds(self, text, seconds):
        self._print(f"     {_coloured('32', '✓')} {text}" + _coloured("2", f"  ({seconds:.1f} s)"))

    def fails(self, text):
        self._print(f"     {_coloured('31', '✗')} {text}")

    def warn(self, text):
        self._print("   " + _coloured("33", text))

    def kill(self, text):
        self._print("     " + _coloured("31", "† " + text))

    def block(self, text):
        for line in text.split("\n"):
            self._print("   " + line if line else "")

    # ------------------------------------------------------------------ progress

    def bar(self, done, total, text):
        """Shows how far something is. Without a terminal: a line at each tenth."""
        share = min(1.0, done / total) if total else 0.0
        full = int(share * BAR_CELLS)
        line = f"   [{'█' * full}{'·' * (BAR_CELLS - full)}] {share * 100:3.0f} %  {text}"
        if IS_TERMINAL:
            print("\r" + line.ljust(self._bar_width), end="", flush=True)
            self._bar_width = max(self._bar_width, len(line))
            self._bar_shown = line
        elif self._bar_shown is None or int(share * 10) > self._bar_shown:
            self._bar_shown = int(share * 10)
            print(line, flush=True)

    def end_bar(self):
        if IS_TERMINAL and self._bar_shown is not None:
            print()
        self._bar_shown = None
        self._bar_width = 0


def duration(seconds):
    """"2 h 05 min" of a number of seconds."""
    seconds = int(seconds + 0.5)
    if seconds < 120:
        return f"{seconds} s"
    if seconds < 7200:
        return f"{seconds // 60} min"
    return f"{seconds // 3600} h {seconds % 3600 // 60:02d} min"


def thousands(number):
    return f"{number:,}".replace(",", "\u202f")
