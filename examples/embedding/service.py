"""An asyncio service: a deal as a line of JSON in, its decision as a line of JSON out.

    python service.py rules/national-interest 9000

Deciding takes microseconds and happens on the loop. Loading takes milliseconds: a thread of the
store does that, so that no line waits for it.
"""

import asyncio
import sys
from datetime import UTC, datetime

from policyengine import PolicyEngineError, PolicyStore, Terms
from policyengine.decision import no_verdict
from policyengine.values.jsontext import dumps


def decide(store, line):
    """The answer to one line; never raises for what the line says."""
    try:
        terms = Terms.from_json(line.decode("utf-8", "replace"), name="line")
        return store.current.evaluate(terms, as_of=datetime.now(UTC).date()).to_json()
    except PolicyEngineError as error:
        return dumps(no_verdict([found.to_dict() for found in error.diagnostics]))


async def converse(store, reader, writer):
    """One connection."""
    try:
        while line := await reader.readline():
            writer.write(decide(store, line).encode() + b"\n")
            await writer.drain()
    except (ConnectionError, ValueError):
        pass  # the other side has gone, or sends a line without an end
    finally:
        writer.close()


async def serve(path, port=0):
    """Serve until cancelled; prints where."""
    with PolicyStore(path).watch() as store:
        server = await asyncio.start_server(
            lambda reader, writer: converse(store, reader, writer), "127.0.0.1", port
        )
        async with server:
            print(server.sockets[0].getsockname()[1], flush=True)
            await server.serve_forever()


if __name__ == "__main__":
    try:
        asyncio.run(serve(sys.argv[1], int(sys.argv[2])))
    except KeyboardInterrupt:
        pass
