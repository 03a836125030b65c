package dev.octavo.engine.catalog;

/**
 * Spring Boot's endpoints for operations.
 *
 * @param port the TCP port that they are on; the service's own, mostly
 * @param basePath what their paths start with, the context path included: {@code /shop/actuator}; {@code ""} for the root
 * @param healthPath answers 200 when all is well; {@code ""} where it is switched off
 * @param livenessPath answers 200 while the process works, whatever it depends on; {@code ""} where there is none:
 *     Spring Boot has it from 2.3 on, in Kubernetes by itself
 * @param readinessPath answers 200 while it takes requests; {@code ""} as above
 * @param guarded whether Spring Security or its like is there, which may ask for a password before it answers
 */
public record Actuator(
        int port, String basePath, String healthPath, String livenessPath, String readinessPath, boolean guarded) {}
