package dev.octavo.engine.sandbox;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/**
 * How a sandbox is to be.
 *
 * @param folder for this sandbox alone, absolute; created, and deleted when it closes
 * @param cache keeps unpacked images, absolute; sandboxes may share it
 * @param apiPort the API server's port, 0 for a free one
 * @param registryPort the registry's port, 0 for a free one
 * @param retention how long unpacked images are kept that nobody uses
 */
public record SandboxOptions(
        Path folder, Path cache, int apiPort, int registryPort, AddressMode addresses, Duration retention) {
    private static final Duration RETENTION = Duration.ofDays(14);

    public SandboxOptions {
        Objects.requireNonNull(folder);
        Objects.requireNonNull(cache);
        Objects.requireNonNull(addresses);
        Objects.requireNonNull(retention);
    }

    /** Free ports, and the addresses that the system allows. */
    public static SandboxOptions in(Path folder, Path cache) {
        return new SandboxOptions(folder, cache, 0, 0, AddressMode.AUTOMATIC, RETENTION);
    }

    /** The same, with addresses of that kind. */
    public SandboxOptions withAddresses(AddressMode mode) {
        return new SandboxOptions(folder, cache, apiPort, registryPort, mode, retention);
    }
}
