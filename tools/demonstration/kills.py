"""The second day: the engine is killed while a delivery is under way, and started again."""

import time

WANTED = 5
SEARCH_SECONDS = 12
# Long enough that a write is still under way when the operator's status says so; only the gateway's calls and SSM's are slowed.
GATEWAY_LATENCY_MS = 700
API_LATENCY_MS = 100


class Killer:
    """Kills the engine once a step, at the first moment its own status shows an operation handed to a connector and not answered."""

    def __init__(self, scene):
        self.scene = scene
        self.kills = []
        self._armed = False

    def play(self, step):
        """Plays a step, with both systems slowed so that a delivery takes a while."""
        self._arm()
        step()
        self._disarm()

    def _arm(self):
        self.scene.sandbox.sage("set-faults", latency_ms=GATEWAY_LATENCY_MS)
        self.scene.sandbox.ssm("set", latency_ms=API_LATENCY_MS)
        self._armed = True

    def _disarm(self):
        self._armed = False
        self.scene.sandbox.sage("clear-faults")
        self.scene.sandbox.ssm("set", latency_ms=0)

    def strike(self, holds):
        """Waits for a delivery in flight and kills; gives up when the step is already as it should be, or nothing is owed."""
        if not self._armed:
            return
        engine = self.scene.engine
        end = time.monotonic() + SEARCH_SECONDS
        while time.monotonic() < end:
            in_flight = engine.deliveries_in_flight()
            if in_flight:
                process = engine.program.pid
                engine.kill()
                self.kills.append(in_flight)
                more = f" and {len(in_flight) - 1} more" if len(in_flight) > 1 else ""
                self.scene.tell.kill(f"SIGKILL to the engine (process {process}) with a delivery in flight: {in_flight[0]}{more}")
                self._disarm()
                engine.restart()
                self.scene.tell.say(f"  the engine runs again as process {engine.program.pid}")
                return
            if _quiet(holds):
                break
        self._disarm()


def _quiet(holds):
    try:
        return holds()
    except (KeyError, TypeError, IndexError):
        return False
