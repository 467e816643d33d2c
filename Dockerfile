# tonghop in two stages: install and compile in the first, run as nobody in particular in the second.
#
#   docker build -t tonghop .
#   docker run -p 8080:8080 -v tonghop-data:/data -e TONGHOP_HOOK_SECRET=… tonghop
#   docker run --rm -v tonghop-data:/data tonghop tonghop provision

FROM python:3.13-slim AS build

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/tonghop
ENV PATH=/opt/tonghop/bin:$PATH

# first what seldom changes: the exact packages, each held to its hash
WORKDIR /src
COPY requirements.lock ./
RUN pip install --require-hashes -r requirements.lock

COPY pyproject.toml README.md ./
COPY sheets_schema ./sheets_schema
COPY service ./service
RUN pip install --no-deps . \
    # unchecked: a layer never changes, so that no start compares times
    && python -m compileall -q -f --invalidation-mode unchecked-hash /opt/tonghop/lib


FROM python:3.13-slim

# papers as .pdf need LibreOffice, about 500 MB: docker build --build-arg PDF=1
ARG PDF=
RUN if [ -n "$PDF" ]; then \
      apt-get update && apt-get install -y --no-install-recommends libreoffice-writer fonts-liberation \
      && rm -rf /var/lib/apt/lists/*; \
    fi

RUN useradd --system --uid 10001 --no-create-home --home-dir /data tonghop \
    && install -d -o tonghop -g tonghop -m 0700 /data
COPY --from=build /opt/tonghop /opt/tonghop

ENV PATH=/opt/tonghop/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    TONGHOP_DATA_DIR=/data/tonghop \
    PORT=8080

USER tonghop
WORKDIR /data
VOLUME /data
EXPOSE 8080

HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz', timeout=4)"]

# the port is read from PORT; signals reach tonghop itself, which ends within ten seconds
CMD ["tonghop", "serve", "--host", "0.0.0.0"]
