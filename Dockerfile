# The portal in a container: built in one stage, run in another, as a user without rights.

FROM python:3.11-slim-bookworm AS build
WORKDIR /srv/portal
RUN python -m venv .venv
COPY requirements.lock .
RUN .venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY troubleshoot/locale troubleshoot/locale
COPY troubleshoot/locale_django troubleshoot/locale_django
RUN .venv/bin/pybabel -q compile --directory troubleshoot/locale --domain django \
    && .venv/bin/pybabel -q compile --directory troubleshoot/locale_django --domain "django djangojs" \
    && .venv/bin/python -m compileall -q .venv/lib

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /srv/portal portal \
    && install --directory --owner portal /var/lib/portal
WORKDIR /srv/portal
COPY --from=build /srv/portal/.venv .venv
COPY . .
COPY --from=build /srv/portal/troubleshoot/locale troubleshoot/locale
COPY --from=build /srv/portal/troubleshoot/locale_django troubleshoot/locale_django
ENV PATH=/srv/portal/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    VAR_DIR=/var/lib/portal \
    HOST=0.0.0.0 \
    PORT=8000 \
    LOG_FORMAT=json
USER portal
VOLUME /var/lib/portal
EXPOSE 8000
# Asks under the first of the portal's own names, which it must answer to.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(u.Request(f\"http://127.0.0.1:{os.environ['PORT']}/readyz\", headers={'Host': os.environ.get('ALLOWED_HOSTS', 'localhost').split(',')[0].strip() or 'localhost'}), timeout=4)"]
CMD ["sh", "-c", "python manage.py prepare && exec gunicorn"]
