# The program as one image; what it does is chosen by the command:
#   web     (as it stands)
#   worker  celery -A config.celery worker -Q routing,documents,notices,periodic
#   beat    celery -A config.celery beat --schedule /tmp/beat
#   relay   python manage.py relay
#   migrate python manage.py migrate   (with the owner's URL as DATABASE_URL)

FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
COPY requirements/ requirements/
RUN python -m venv /opt/venv \
    && pip install --require-hashes -r requirements/bootstrap.txt \
    && uv pip install --compile-bytecode --python /opt/venv/bin/python --require-hashes -r requirements/base.txt

WORKDIR /app
COPY manage.py ./
COPY config/ config/
COPY apps/ apps/
COPY templates/ templates/
COPY static/ static/
COPY locale/ locale/
COPY fixtures/ fixtures/
# Whoever runs the image may not write here: what is not compiled now is compiled at each start, and for each file that a
# process of its own examines.
RUN /opt/venv/bin/python -m compileall -q config apps
# Neither step talks to a server; the settings only ask that these are named.
RUN set -e; \
    for po in locale/*/LC_MESSAGES/*.po; do \
        if [ -e "$po" ]; then /opt/venv/bin/pybabel compile --input-file "$po" --output-file "${po%.po}.mo"; fi; \
    done; \
    SECRET_KEY=build TRACKING_KEY=build PUBLIC_URL=http://build DATABASE_URL=postgres://build@localhost/build REDIS_URL=redis://localhost/0 \
    DJANGO_SETTINGS_MODULE=config.settings.base /opt/venv/bin/python manage.py collectstatic --noinput

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --create-home motcua \
    && install -d -o motcua -g motcua /var/lib/motcua/media
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=config.settings.base \
    MEDIA_ROOT=/var/lib/motcua/media
USER motcua
VOLUME /var/lib/motcua/media
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "config.wsgi:application"]
