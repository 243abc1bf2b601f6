# syntax=docker/dockerfile:1
# The headless server. Runs as an ordinary user, supports a read-only root, and writes only to /data.
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
# The scripts use the Node of the package `node`, which is not fetched here; the image has the same major version.
RUN npm run build && npm pack --ignore-scripts --pack-destination /tmp \
  && npm install --global --offline --prefix /opt/mailbell /tmp/mailbell-*.tgz

FROM node:24-bookworm-slim
# Contains its packages in the versions of the lock file; nothing is installed here.
COPY --from=build /opt/mailbell /usr/local
# Programs of the source `command` may leave processes behind, which an init reaps.
RUN install -d -o node -g node -m 700 /data \
  && apt-get update && apt-get install --yes --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
USER node
ENV NODE_ENV=production MAILBELL_DATA_DIR=/data MAILBELL_HOST=0.0.0.0 MAILBELL_PORT=6245
VOLUME /data
EXPOSE 6245
# On SIGTERM the server drains and exits.
STOPSIGNAL SIGTERM
# Finds the port of the running server by itself.
HEALTHCHECK --interval=30s --timeout=6s --start-period=15s CMD ["mailbell", "health"]
ENTRYPOINT ["tini", "--"]
CMD ["mailbell", "serve"]
