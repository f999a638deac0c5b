"""Owns how gunicorn serves the portal: where it listens, with how many workers, and what it writes."""

import gc
import os
import shutil
import sys
import time
from contextlib import suppress
from functools import partial

import gunicorn.http.message
import gunicorn.util
import gunicorn.workers.gthread
from django.core.exceptions import ImproperlyConfigured

KIB = 1024

try:
    from portal import processes
    from portal.settings import LEAVING, LOGGING, SEARCH_QUERY_BYTES, VAR_DIR, WEB_CONCURRENCY, WEB_THREADS, env

    host = env.text("HOST", default="127.0.0.1").strip("[]")
    port = env.integer("PORT", default=8000, least=1, most=65_535)
    drain_seconds = env.integer("DRAIN_SECONDS", default=0, most=300)
    metrics_dir = env.text("METRICS_DIR", default="")
except ImproperlyConfigured as error:
    sys.exit(f"The portal can't start. {error}")

wsgi_app = "portal.wsgi"
bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
workers = WEB_CONCURRENCY
worker_class = "gthread"
threads = WEB_THREADS
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - a heartbeat, never on a slow disk
timeout = 30
graceful_timeout = 20
keepalive = 5
# A connection that says nothing holds a thread for so many seconds, then waits aside; gunicorn's own five let some
# dozens stop the portal. One that is slow within a request holds its thread: the proxy in front is for that (deploy/).
gunicorn.workers.gthread.DEFAULT_WORKER_DATA_TIMEOUT = 0.2
max_requests = 20_000  # memory that creeps is given back now and then, never by all workers at once
max_requests_jitter = 2_000
control_socket_disable = True

# Loaded once, before the fork: workers start at once and share memory. Connections and index readers are opened by
# the first request that needs them, in its worker; post_fork holds that for connections.
preload_app = True

# The longest address is a search. It reads 65,536 bytes of UTF-8 (SEARCH_QUERY_BYTES; 2,000 characters are searched
# for, the rest is cut), each of which is three in an address (%EB%B0%B1 is one letter): 196,608. Language, filters and
# the search log's token have 8,192 more; a wizard's answers, the next longest, are 16,000 in all. gunicorn documents no
# way above its ceiling of 8,190 but "unlimited", which its parser takes at its word, so the ceiling itself is raised; a
# test sends lines just below and above the limit, and so notices when a gunicorn of another version has none.
limit_request_line = 3 * SEARCH_QUERY_BYTES + 8 * KIB
gunicorn.http.message.MAX_REQUEST_LINE = limit_request_line
limit_request_field_size = 128 * KIB  # htmx repeats the address in a header
limit_request_fields = 50

# Who comes by HTTPS is decided in one place, Django's settings (TRUST_PROXY); gunicorn would believe whoever connects
# from this machine, and let them say below which address the portal stands.
forwarded_allow_ips = ""
forwarder_headers = ""

# Paths without their query: readers paste secrets.
accesslog = "-"
access_log_format = '%(h)s "%(m)s %(U)s" %(s)s %(B)sB %(L)ss %({x-request-id}o)s'
logconfig_dict = LOGGING


processes.share_one_heap()
counters_folder = processes.begin(processes.folder_for(VAR_DIR, metrics_dir))


def reserve_counters(process: int) -> None:
    """Without space to count in, the portal serves and does not count until there is some."""
    if counters_folder is None:
        return
    reserve = partial(processes.reserve, counters_folder, process)
    try:
        reserve()
    except OSError as error:
        from troubleshoot import metrics  # noqa: PLC0415 - reads the folder that is set by now

        metrics.pause_counting(error, reserve)


def on_starting(server):  # noqa: ANN001, ANN201 - gunicorn's signature
    from django.core.management.base import BaseCommand, SystemCheckError  # noqa: PLC0415 - not before the app is loaded

    try:
        BaseCommand().check()
    except SystemCheckError as error:
        sys.exit(f"The portal can't start. {error}")
    end = server.handle_term

    def leave() -> None:
        """``/readyz`` is 503 for a while before the door closes, so that no load balancer sends anybody to it."""
        LEAVING[0] = 1
        time.sleep(drain_seconds)
        end()

    server.handle_term = leave


def pre_fork(server, worker):  # noqa: ANN001, ANN201, ARG001 - gunicorn's signature
    gc.freeze()  # what was loaded stays: to look through it for what can be let go of takes longer than ten pages


def write_refusal(line, status, reason, _message):  # noqa: ANN001, ANN201 - gunicorn's signature
    """What gunicorn itself refuses has our page and our headers, and is counted."""
    from portal.reading import refusal  # noqa: PLC0415 - the empty view that pages are measured against has no models

    gunicorn.util.write_nonblock(line, refusal(status, reason))


def post_fork(server, worker):  # noqa: ANN001, ANN201, ARG001 - gunicorn's signature
    from django.db import connections  # noqa: PLC0415 - not before the app is loaded

    gunicorn.util.write_error = write_refusal
    connections.close_all()
    processes.hold_open(connections.settings["default"])
    reserve_counters(worker.pid)


def post_request(worker, req, environ, resp):  # noqa: ANN001, ANN201, ARG001 - gunicorn's signature
    processes.note_answer()


def child_exit(server, worker):  # noqa: ANN001, ANN201, ARG001 - gunicorn's signature
    from troubleshoot import metrics  # noqa: PLC0415 - reads the folder that is set by now

    if counters_folder is not None:
        metrics.add_ended(counters_folder, worker.pid)


def on_exit(server):  # noqa: ANN001, ANN201, ARG001 - gunicorn's signature
    if counters_folder is not None:
        shutil.rmtree(counters_folder, ignore_errors=True)
        with suppress(OSError):  # another server of this portal is there
            counters_folder.parent.rmdir()
