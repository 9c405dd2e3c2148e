"""Stock nameko in a process of its own, as a caller (`call`) or a service (`serve`). Arguments: role, broker URL."""

from __future__ import annotations

import json
import sys
import warnings

warnings.filterwarnings("ignore")

import eventlet  # noqa: E402

eventlet.monkey_patch()

from nameko.rpc import rpc  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402
from nameko.standalone.rpc import ClusterRpcProxy  # noqa: E402


class Greeter:
    """A service as nameko's own documentation writes one."""

    name = "greeter"

    @rpc
    def greet(self, name: str) -> str:
        return f"Hello, {name}"

    @rpc
    def fail(self) -> None:
        raise ValueError("as expected")


def call(url: str) -> None:
    """Calls `deals.list_pipelines`, and one thing that is refused; prints what came back."""
    token = json.loads(sys.stdin.read())
    with ClusterRpcProxy({"AMQP_URI": url}, context_data={"rapport_context": token}, timeout=20) as peers:
        print(json.dumps(peers.deals.list_pipelines()))
        try:
            peers.deals.get_deal(deal_id="nonsense")
        except Exception as error:  # noqa: BLE001
            print(json.dumps([type(error).__name__, error.exc_type, str(error.value)]))


def serve(url: str) -> None:
    runner = ServiceRunner({"AMQP_URI": url})
    runner.add_service(Greeter)
    runner.start()
    print("ready", flush=True)
    runner.wait()


if __name__ == "__main__":
    {"call": call, "serve": serve}[sys.argv[1]](sys.argv[2])
