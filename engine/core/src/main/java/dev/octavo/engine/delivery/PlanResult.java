package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Described;
import dev.octavo.engine.blueprint.DeliveryFile;
import dev.octavo.engine.cluster.Plan;
import dev.octavo.engine.quality.QualityResult;
import dev.octavo.engine.quality.TestSummary;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a deployment would change.
 *
 * @param version that is deployed; {@code ""} where a commit is
 * @param commit in its short form
 * @param hash over the plans of all microservices, {@code sha256:...}
 * @param question what a gate asks: the plans, images, tests and quality, in some lines
 * @param needs each microservice with those of the run that go out before it
 * @param out those that this run has deployed already, and of which nothing has changed since
 * @param gate who may pass it, as delivery.yaml has it; null where that says nothing
 */
public record PlanResult(
        String environment,
        String version,
        String commit,
        List<Planned> services,
        String hash,
        String question,
        @Nullable Map<String, List<String>> needs,
        @Nullable List<String> out,
        @Nullable GateRules gate)
        implements Described {
    /**
     * The plan of one microservice, and what else an approver wants to know.
     *
     * @param digest of the image that this run pushed; {@code ""} where it pushed none
     * @param tests in a few words
     * @param quality in a few words
     * @param testCounts the same in numbers, for a reader of another language; null where no tests were run
     * @param qualityGate the same in numbers; null where nothing was analysed
     */
    public record Planned(
            String service,
            String digest,
            String tests,
            String quality,
            Plan plan,
            @Nullable TestCounts testCounts,
            @Nullable QualityGate qualityGate) {
        public Planned {
            Objects.requireNonNull(service);
            Objects.requireNonNull(plan);
        }
    }

    /**
     * Who may say yes.
     *
     * @param approvers users and groups, with commas between them; {@code ""} for anybody
     * @param count how many of them
     * @param notAuthor whether whoever started or wrote it may not
     * @param hours how long it waits; 0 where it does not say
     */
    public record GateRules(String approvers, int count, boolean notAuthor, int hours) {
        static @Nullable GateRules of(DeliveryFile.@Nullable Gate gate) {
            return gate == null
                    ? null
                    : new GateRules(
                            gate.approvers().stream()
                                    .map(each -> each.replaceFirst("^group:", ""))
                                    .collect(Collectors.joining(",")),
                            gate.count(),
                            gate.notAuthor(),
                            hours(gate.timeout()));
        }

        private static int hours(String timeout) {
            if (!timeout.matches("[0-9]{1,6}[smhd]")) {
                return 0;
            }
            int number = Integer.parseInt(timeout.substring(0, timeout.length() - 1));
            return switch (timeout.charAt(timeout.length() - 1)) {
                case 'd' -> number * 24;
                case 'h' -> number;
                case 'm' -> Math.max(1, (number + 59) / 60);
                default -> 1;
            };
        }
    }

    /** Tests by how they ended. */
    public record TestCounts(int passed, int failed, int skipped) {
        static TestCounts of(TestSummary tests) {
            return new TestCounts(tests.passed(), tests.failures() + tests.errors(), tests.skipped());
        }
    }

    /**
     * How the quality gate stands.
     *
     * @param status {@code OK}, {@code ERROR}, {@code NONE} or {@code SKIPPED}
     * @param conditions how many it has
     * @param unmet how many of these are not met
     * @param url where a person reads it; {@code ""} for nowhere
     */
    public record QualityGate(String status, int conditions, int unmet, String url) {
        static QualityGate of(QualityResult quality) {
            return new QualityGate(
                    quality.status().name(),
                    quality.conditions().size(),
                    (int) quality.conditions().stream()
                            .filter(condition -> !condition.isMet())
                            .count(),
                    quality.dashboardUrl());
        }
    }

    public PlanResult {
        Objects.requireNonNull(environment);
        Objects.requireNonNull(hash);
        services = List.copyOf(services);
        // plans of an earlier version have neither
        needs = needs == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(needs));
        out = out == null ? List.of() : List.copyOf(out);
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
