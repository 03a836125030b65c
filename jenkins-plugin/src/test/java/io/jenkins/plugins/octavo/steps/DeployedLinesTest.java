package io.jenkins.plugins.octavo.steps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Lines as the log has them, but for spaces at both ends and more than one between. */
class DeployedLinesTest {
    private final DeployedLines lines = new DeployedLines();

    private void hear(String... log) {
        List.of(log).stream().filter(DeployedLines::matches).forEach(lines::hear);
    }

    @Test
    void tellWhichOfSeveralBecameARelease() {
        hear(
                "deploying catalog-service to prod",
                "deploying orders-service to prod",
                "catalog-service: [1/1 ready] Deployment/catalog-service",
                "catalog-service: release 4 of catalog-service is deployed");

        assertEquals(Map.of("catalog-service", 4, "orders-service", -1), lines.services());
    }

    @Test
    void tellWhichOfSeveralFailedAndWhichOfThoseRunsAsBefore() {
        hear(
                "why catalog-service: deployed",
                "orders-service: failed, the rollout did not succeed",
                "Deployment/orders-service in shop-prod",
                "rolled back to release 3: all is ready again",
                "mailer: failed, the namespace may not be read",
                "storefront: held back, it needs orders-service");

        assertEquals(Map.of("orders-service", true, "mailer", false), lines.failed());
        assertTrue(lines.isUndone());
    }

    @Test
    void areFewOfALog() {
        assertFalse(DeployedLines.matches("[2/3 ready] Deployment/orders"));
        assertFalse(DeployedLines.matches("Tests run: 3, failed: 0"));
    }
}
