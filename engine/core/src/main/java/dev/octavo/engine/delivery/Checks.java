package dev.octavo.engine.delivery;

import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.cluster.Verification;
import java.time.Duration;
import java.util.List;

/** The checks after a rollout, as a microservice has them. */
final class Checks {
    private Checks() {}

    static Verification of(DeployRequest request, Microservice service) {
        List<String> checks = request.verify().stream()
                .filter(check -> !check.isBlank())
                .map(check -> isAddress(check) || service.directory().isEmpty()
                        ? check.strip()
                        : service.directory() + "/" + check.strip())
                .toList();
        return new Verification(checks, Duration.ofSeconds(Math.max(1, request.verifyTimeout())));
    }

    private static boolean isAddress(String check) {
        return check.strip().matches("(?is)https?://.*");
    }
}
