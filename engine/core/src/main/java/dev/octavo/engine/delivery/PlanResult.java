package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Described;
import dev.octavo.engine.cluster.Plan;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What a deployment would change.
 *
 * @param hash over the plans of all microservices, {@code sha256:...}
 * @param question what a gate asks: the plans, images, tests and quality, in some lines
 */
public record PlanResult(String environment, List<Planned> services, String hash, String question)
        implements Described {
    /**
     * The plan of one microservice, and what else an approver wants to know.
     *
     * @param digest of the image that this run pushed; {@code ""} where it pushed none
     * @param tests in a few words
     * @param quality in a few words
     */
    public record Planned(String service, String digest, String tests, String quality, Plan plan) {
        public Planned {
            Objects.requireNonNull(service);
            Objects.requireNonNull(plan);
        }
    }

    public PlanResult {
        Objects.requireNonNull(environment);
        Objects.requireNonNull(hash);
        services = List.copyOf(services);
    }

    @Override
    public String text() {
        return question;
    }

    @Override
    public String summary() {
        return services.stream()
                .map(planned -> (services.size() == 1 ? "" : planned.service() + ": ")
                        + planned.plan().summary())
                .collect(Collectors.joining("; ", "plan for " + environment + ": ", ""));
    }
}
