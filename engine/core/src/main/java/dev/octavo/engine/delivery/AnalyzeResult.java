package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Described;
import dev.octavo.engine.quality.QualityResult;
import java.util.List;
import java.util.stream.Collectors;

/** What the analyses came to; a red gate is an error and never in here. */
public record AnalyzeResult(List<Analyzed> services) implements Described {
    /** One microservice. */
    public record Analyzed(String service, QualityResult quality) {}

    public AnalyzeResult {
        services = List.copyOf(services);
    }

    @Override
    public String text() {
        return services.stream()
                .map(each -> each.service() + ": " + each.quality().describe()
                        + (each.quality().dashboardUrl().isEmpty()
                                ? ""
                                : " " + each.quality().dashboardUrl()))
                .collect(Collectors.joining("\n"));
    }

    @Override
    public String summary() {
        return services.stream()
                .map(each -> each.quality().describe())
                .distinct()
                .collect(Collectors.joining("; "));
    }
}
