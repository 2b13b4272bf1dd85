FROM node:24.11.1-bookworm-slim AS production
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM production AS build
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY simulators simulators
RUN npm run build

FROM node:24.11.1-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
RUN mkdir /data && chown node:node /data
COPY package.json ./
COPY bin bin
COPY models models
COPY desks desks
COPY docs/schema docs/schema
COPY simulators/scenarios simulators/scenarios
COPY --from=production /app/node_modules node_modules
COPY --from=build /app/dist dist
USER node
ENV FETTLE_DATA_DIR=/data FETTLE_HTTP_HOST=0.0.0.0
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/bin/fettle.js"]
CMD ["serve"]
