"""OpenTelemetry: each call is a span under the caller's, whatever thread sends it."""

import socket
from collections.abc import Iterator
from contextvars import ContextVar
from importlib import import_module
from typing import Any, Protocol

import pytest
import requests
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from supabase_gotrue import Request, RequestsTransport
from tests.transports.wire import http_response, keep_alive, serve

# It has no types.
urllib3_instrumentation: Any = import_module("opentelemetry.instrumentation.urllib3")


class Instrumentor(Protocol):
    def instrument(self, **kwargs: Any) -> None: ...
    def uninstrument(self, **kwargs: Any) -> None: ...


@pytest.fixture(params=[RequestsInstrumentor, urllib3_instrumentation.URLLib3Instrumentor])
def spans(request: pytest.FixtureRequest) -> Iterator[tuple[TracerProvider, InMemorySpanExporter]]:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    instrumentor: Instrumentor = request.param()
    instrumentor.instrument(tracer_provider=provider)
    yield provider, exporter
    instrumentor.uninstrument()


@pytest.mark.parametrize("has_session", [False, True])
def test_call_is_a_child_span(
    spans: tuple[TracerProvider, InMemorySpanExporter], has_session: bool
) -> None:
    provider, exporter = spans
    tracer = provider.get_tracer("tests")
    with serve(keep_alive(http_response())) as server, requests.Session() as session:
        transport = RequestsTransport(timeout=60.0, session=session if has_session else None)
        for _ in range(2):
            with tracer.start_as_current_span("caller"):
                transport(Request("GET", f"{server.url}/admin/users/1", {})).unwrap()
        assert all(b"traceparent: " in request for request in server.requests)
    call, caller, *others = exporter.get_finished_spans()
    assert call.parent is not None
    assert caller.context is not None
    assert call.parent.span_id == caller.context.span_id
    assert len(others) == 2


def test_threads_run_in_the_context_of_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    variable: ContextVar[str] = ContextVar("variable", default="unset")
    seen: list[str] = []
    getaddrinfo = socket.getaddrinfo

    def resolve(*args: Any, **kwargs: Any) -> Any:
        seen.append(variable.get())
        return getaddrinfo(*args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    variable.set("set by the caller")
    with serve(keep_alive(http_response())) as server:
        RequestsTransport()(Request("GET", server.url, {})).unwrap()
    assert seen == ["set by the caller"]
