package dev.octavo.engine.sandbox.kube;

import java.util.Optional;

/** Where Services are reached on this machine. */
@FunctionalInterface
public interface ServicePorts {
    /** A port on {@code 127.0.0.1} that leads to a port of a Service; nothing where it has no such port. */
    Optional<Integer> of(String namespace, String service, int port);
}
