# docker build --build-arg VERSION=v1.2.3 --build-arg REVISION="$(git rev-parse HEAD)" -t onlyoffice-graphql .
# The compiler runs on the machine that builds, for the platform that is asked for, so
# that --platform linux/amd64,linux/arm64 takes no emulation.

ARG GO_IMAGE=golang:1.26
ARG RUNTIME_IMAGE=gcr.io/distroless/static-debian12:nonroot

FROM --platform=$BUILDPLATFORM ${GO_IMAGE} AS build
WORKDIR /src
COPY . .
ARG TARGETOS
ARG TARGETARCH
ARG VERSION
ARG REVISION
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -buildvcs=false \
    -ldflags "-s -w -X onlyoffice-graphql/internal/observe.version=$VERSION -X onlyoffice-graphql/internal/observe.revision=$REVISION" \
    -o /out/onlyoffice-graphql .

FROM ${RUNTIME_IMAGE}
ARG VERSION
ARG REVISION
LABEL org.opencontainers.image.title="onlyoffice-graphql" \
      org.opencontainers.image.description="GraphQL over the CRM of an ONLYOFFICE portal" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
COPY --from=build /out/onlyoffice-graphql /onlyoffice-graphql
# Loopback, the default, cannot be reached from outside a container. Metrics stay there
# unless ADMIN_ADDR says otherwise.
ENV LISTEN_ADDR=:8080
EXPOSE 8080
# A number, as Kubernetes cannot tell from a name that it is not root's.
USER 65532:65532
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 CMD ["/onlyoffice-graphql", "healthcheck"]
ENTRYPOINT ["/onlyoffice-graphql"]
