# One image for every role; which one a container plays is its command: api, engine, projector, relay, scheduler, or any
# other command of `gavel`. The version of Node is the one that package.json pins (test/tooling/compose.it.test.ts).
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The pinned Node comes by an install script, for checkouts; here the image has it, so no script runs.
RUN npm ci --ignore-scripts
COPY .swcrc tsconfig.json ./
COPY scripts scripts
COPY vite.config.mjs ./
COPY web web
COPY src src
RUN node scripts/build.mjs

FROM node:24.21.0-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Without PostgreSQL's binaries and a second Node, which are for houses of one process.
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production GAVEL_DATA=/var/lib/gavel GAVEL_HTTP_HOST=0.0.0.0
RUN mkdir -p /var/lib/gavel && chown node:node /var/lib/gavel
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
COPY sql sql
COPY config config
COPY metabase metabase
USER node
VOLUME /var/lib/gavel
EXPOSE 3000
# The flags are those of scripts/hand-over.mjs, which does not run here: it installs and builds.
ENTRYPOINT ["node", "--enable-source-maps", "--max-semi-space-size=64", "--disable-warning=TimeoutNegativeWarning", "dist/src/main.js"]
CMD ["--help"]
