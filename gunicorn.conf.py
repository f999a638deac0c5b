"""Owns how gunicorn serves the portal: where it listens, with how many workers, and what it writes."""

import os
import shutil
import sys
from functools import partial

import gunicorn.http.message
from django.core.exceptions import ImproperlyConfigured

KIB = 1024

try:
    from portal import counters
    from portal.settings import LOGGING, VAR_DIR, env

    host = env.text("HOST", default="127.0.0.1").strip("[]")
    port = env.integer("PORT", default=8000, least=1, most=65_535)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    workers = env.integer("WEB_CONCURRENCY", default=min(max(cores, 2), 8), least=1)
    threads = env.integer("WEB_THREADS", default=4, least=1)
    metrics_dir = env.text("METRICS_DIR", default="")
except ImproperlyConfigured as error:
    sys.exit(f"The portal can't start. {error}")

wsgi_app = "portal.wsgi"
bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
worker_class = "gthread"
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - a heartbeat, never on a slow disk
timeout = 30
graceful_timeout = 20
keepalive = 5
max_requests = 20_000  # memory that creeps is given back now and then, never by all workers at once
max_requests_jitter = 2_000
control_socket_disable = True

# Loaded once, before the fork: workers start at once and share memory. Connections and index readers are opened by
# the first request that needs them, in its worker; post_fork holds that for connections.
preload_app = True

# A search stands in the address, where a Korean letter takes nine bytes: 10,000 letters are searched for (cut), and
# what is more than the search reads at all (SEARCH_QUERY_BYTES) must still reach the page that says so instead of a
# bare line of gunicorn's. Its own ceiling of 8 KiB is raised, not removed.
limit_request_line = 1024 * KIB
gunicorn.http.message.MAX_REQUEST_LINE = limit_request_line
limit_request_field_size = 128 * KIB  # htmx repeats the address in a header
limit_request_fields = 50

# Paths without their query: readers paste secrets.
accesslog = "-"
access_log_format = '%(h)s "%(m)s %(U)s" %(s)s %(B)sB %(L)ss'
logconfig_dict = LOGGING


counters_folder = counters.begin(counters.folder_for(VAR_DIR, metrics_dir))


def reserve_counters(process: int) -> None:
    """Without space to count in, the portal serves and does not count until there is some."""
    if counters_folder is None:
        return
    reserve = partial(counters.reserve, counters_folder, process)
    try:
        reserve()
    except OSError as error:
        from troubleshoot import metrics  # noqa: PLC0415 - reads the folder that is set by now

        metrics.pause_counting(error, reserve)


def on_starting(server):  # noqa: ANN001, ANN201, ARG001 - gunicorn's signature
    from django.core.management.base import BaseCommand, SystemCheckError  # noqa: PLC0415 - not before the app is loaded

    try:
        BaseCommand().check()
    except SystemCheckError as error:
        sys.exit(f"The portal can't start. {error}")


def post_fork(server, worker):  # noqa: ANN001, ANN201, ARG001 - gunicorn's signature
    from django.db import connections  # noqa: PLC0415 - not before the app is loaded

    connections.close_all()
    reserve_counters(worker.pid)


def child_exit(server, worker):  # noqa: ANN001, ANN201, ARG001 - gunicorn's signature
    from troubleshoot import metrics  # noqa: PLC0415 - reads the folder that is set by now

    if counters_folder is not None:
        metrics.add_ended(counters_folder, worker.pid)


def on_exit(server):  # noqa: ANN001, ANN201, ARG001 - gunicorn's signature
    if counters_folder is not None:
        shutil.rmtree(counters_folder, ignore_errors=True)
