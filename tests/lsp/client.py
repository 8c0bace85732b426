"""A client of the language server, as an editor is one: messages over standard input and
output of a process."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SECONDS = 20


class Client:
    """One session. `diagnostics` are the last that were published, by the name of the file."""

    def __init__(self, folder: Path, *, encodings: tuple[str, ...] = ("utf-16",)) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "policyengine", "lsp"],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.messages: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.stderr: list[bytes] = []
        threading.Thread(target=self._read_errors, daemon=True).start()
        self.diagnostics: dict[str, dict[str, Any]] = {}
        self.registered: list[str] = []
        self.number = 0
        self.versions: dict[str, int] = {}
        self.texts: dict[str, str] = {}
        self.capabilities: dict[str, Any] = self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": folder.as_uri(),
                "capabilities": {
                    "general": {"positionEncodings": list(encodings)},
                    "workspace": {
                        "workspaceEdit": {"documentChanges": True},
                        "didChangeWatchedFiles": {"dynamicRegistration": True},
                    },
                },
            },
        )["capabilities"]
        self.notify("initialized", {})

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while True:
            size = 0
            while (line := stream.readline()) not in (b"\r\n", b""):
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    size = int(value)
            if not size:
                return
            self.messages.put(json.loads(stream.read(size)))

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        self.stderr.extend(self.process.stderr)

    def _send(self, message: dict[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self.process.stdin.flush()

    def notify(self, method: str, params: Any) -> None:
        self._send({"method": method, "params": params})

    def _next(self) -> dict[str, Any]:
        try:
            message = self.messages.get(timeout=SECONDS)
        except queue.Empty:
            raise AssertionError(b"".join(self.stderr).decode() or "no answer") from None
        if message.get("method") == "textDocument/publishDiagnostics":
            name = message["params"]["uri"].rpartition("/")[2]
            self.diagnostics[name] = message["params"]
        if message.get("method") == "client/registerCapability":
            self.registered += [one["method"] for one in message["params"]["registrations"]]
            self._send({"id": message["id"], "result": None})
        return message

    def answer(self, method: str, params: Any) -> dict[str, Any]:
        """The whole answer to a request, `result` or `error`."""
        self.number += 1
        number = self.number
        self._send({"id": number, "method": method, "params": params})
        while True:
            message = self._next()
            if message.get("id") == number and "method" not in message:
                return message

    def request(self, method: str, params: Any) -> Any:
        message = self.answer(method, params)
        assert "error" not in message, message["error"]
        return message["result"]

    # documents ----------------------------------------------------------------------------

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def open(self, name: str, text: str | None = None) -> None:
        made = (self.folder / name).read_text("utf-8") if text is None else text
        self.versions[name], self.texts[name] = 1, made
        document = {"uri": self.uri(name), "languageId": "yaml", "version": 1, "text": made}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def change(self, name: str, text: str) -> None:
        self.versions[name] += 1
        self.texts[name] = text
        document = {"uri": self.uri(name), "version": self.versions[name]}
        change = {"textDocument": document, "contentChanges": [{"text": text}]}
        self.notify("textDocument/didChange", change)

    def found(self, name: str) -> list[dict[str, Any]]:
        """The findings in a document as it is now: waits until they are published."""
        while True:
            known = self.diagnostics.get(Path(name).name)
            if known is not None and known.get("version") == self.versions.get(name):
                return list(known["diagnostics"])
            self._next()

    def until(self, name: str, codes: list[str]) -> list[dict[str, Any]]:
        """Wait until the findings in a file, open or not, have these codes."""
        while True:
            known = self.diagnostics.get(Path(name).name, {"diagnostics": []})["diagnostics"]
            if [one["code"] for one in known] == codes:
                return list(known)
            self._next()

    # places -------------------------------------------------------------------------------

    def at(self, name: str, mark: str, *, after: int = 0) -> dict[str, Any]:
        """The place of the first `mark` in a document, so many characters on."""
        text = self.texts[name]
        offset = text.index(mark) + after
        line = text.count("\n", 0, offset)
        before = text[text.rfind("\n", 0, offset) + 1 : offset]
        column = len(before.encode("utf-16-le")) // 2
        return {
            "textDocument": {"uri": self.uri(name)},
            "position": {"line": line, "character": column},
        }

    def marked(self, name: str, range_: dict[str, Any]) -> str:
        """The text of a range within one line."""
        number: int = range_["start"]["line"]
        line: bytes = self.texts[name].split("\n")[number].encode("utf-16-le")
        assert range_["start"]["line"] == range_["end"]["line"]
        start: int = range_["start"]["character"] * 2
        end: int = range_["end"]["character"] * 2
        return line[start:end].decode("utf-16-le")

    def apply(self, edits: list[dict[str, Any]], text: str) -> str:
        """A text with edits made, the last first."""
        lines = text.split("\n")
        starts = [0]
        for line in lines:
            starts.append(starts[-1] + len(line) + 1)

        def offset(place: dict[str, int]) -> int:
            line = lines[place["line"]].encode("utf-16-le")
            return starts[place["line"]] + len(line[: place["character"] * 2].decode("utf-16-le"))

        places = [(offset(e["range"]["start"]), offset(e["range"]["end"]), e["newText"])
                  for e in edits]  # fmt: skip
        for start, end, new in sorted(places, reverse=True):
            text = text[:start] + new + text[end:]
        return text

    def end(self) -> int:
        self.request("shutdown", None)
        self.notify("exit", None)
        return self.process.wait(SECONDS)


@contextmanager
def session(folder: Path, **options: Any) -> Iterator[Client]:
    client = Client(folder, **options)
    try:
        yield client
    finally:
        if client.process.poll() is None:
            client.process.kill()
        client.process.wait()
        for stream in (client.process.stdin, client.process.stdout, client.process.stderr):
            if stream is not None:
                stream.close()
