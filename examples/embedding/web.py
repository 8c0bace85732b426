"""A web service that decides deals, with the standard library alone.

    python web.py rules/national-interest 8080
    curl --json @deal.json http://localhost:8080/decisions

Each decision is by the policy as its files are now; while they are broken, by the last good one,
and `/health` says so.
"""

import json
import sys
from datetime import UTC, datetime
from wsgiref.simple_server import make_server

from policyengine import PolicyEngineError, PolicyStore, Terms

MOST = 1_000_000  # bytes of a request


def application(store):
    """The service over a store, for any WSGI server."""

    def serve(environ, start_response):
        where = (environ["REQUEST_METHOD"], environ["PATH_INFO"])
        if where == ("GET", "/health"):
            problem = [found.to_dict() for found in store.problem]
            body = {"policy": store.digest, "generation": store.generation, "problem": problem}
            return answer(start_response, "200 OK", json.dumps(body))
        if where != ("POST", "/decisions"):
            return refuse(start_response, "404 Not Found", "no such page")
        size = environ.get("CONTENT_LENGTH") or ""
        if not (size.isascii() and size.isdigit()):
            return refuse(start_response, "411 Length Required", "say how many bytes there are")
        if len(size) > len(str(MOST)) or int(size) > MOST:
            return refuse(start_response, "413 Content Too Large", f"at most {MOST} bytes")
        try:
            text = environ["wsgi.input"].read(int(size)).decode("utf-8")
        except UnicodeDecodeError:
            return refuse(start_response, "400 Bad Request", "this is no UTF-8")
        try:
            # one policy for the whole request, whatever happens to its files meanwhile
            policy = store.current
            terms = Terms.from_text(text, name="request", format="json")
            decision = policy.evaluate(terms, as_of=datetime.now(UTC).date())
            return answer(start_response, "200 OK", decision.to_json())
        except PolicyEngineError as error:
            errors = [found.to_dict() for found in error.diagnostics]
            return refuse(start_response, "422 Unprocessable Content", *errors)

    return serve


def refuse(start_response, status, *errors):
    """No verdict, and why: nothing here counts as one by mistake."""
    return answer(start_response, status, json.dumps({"verdict": None, "errors": errors}))


def answer(start_response, status, text):
    body = text.encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start_response(status, headers)
    return [body]


if __name__ == "__main__":
    with (
        PolicyStore(sys.argv[1]).watch() as store,
        make_server("127.0.0.1", int(sys.argv[2]), application(store)) as server,
    ):
        print(f"http://127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever()
