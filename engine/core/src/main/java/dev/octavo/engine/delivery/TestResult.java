package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Described;
import dev.octavo.engine.quality.BuildResult;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Builds whose tests have all passed.
 *
 * @param tests of all microservices together
 */
public record TestResult(List<Built> services, int tests) implements Described {
    /** One microservice. */
    public record Built(String service, BuildResult build) {}

    public TestResult {
        services = List.copyOf(services);
    }

    @Override
    public String text() {
        return services.stream()
                .map(built -> built.service() + ": " + built.build().tests().describe()
                        + (built.build().upstreamTests().tests() == 0
                                ? ""
                                : " (and in the modules that it is built from: "
                                        + built.build().upstreamTests().describe() + ")"))
                .collect(Collectors.joining("\n"));
    }

    @Override
    public String summary() {
        return tests + " tests passed";
    }
}
