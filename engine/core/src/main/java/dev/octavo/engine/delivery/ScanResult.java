package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Described;
import dev.octavo.engine.scan.Severity;
import dev.octavo.engine.scan.Vulnerability;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** What scanners found and the gate let pass. */
public record ScanResult(List<Scanned> services) implements Described {
    /** The image of one microservice. */
    public record Scanned(String service, List<Vulnerability> found) {
        public Scanned {
            found = List.copyOf(found);
        }

        /** How many of each severity, and how many of those are accepted. */
        String describe() {
            List<Severity> worstFirst = Arrays.asList(Severity.values());
            Collections.reverse(worstFirst);
            String counts = worstFirst.stream()
                    .map(severity -> {
                        long count = found.stream()
                                .filter(each -> each.severity() == severity)
                                .count();
                        return count == 0 ? null : count + " " + severity;
                    })
                    .filter(Objects::nonNull)
                    .collect(Collectors.joining(", "));
            long accepted =
                    found.stream().filter(each -> !each.accepted().isEmpty()).count();
            return counts.isEmpty() ? "nothing found" : counts + (accepted == 0 ? "" : "; " + accepted + " accepted");
        }
    }

    public ScanResult {
        services = List.copyOf(services);
    }

    @Override
    public String text() {
        return services.stream()
                .map(each -> each.service() + ": " + each.describe()
                        + each.found().stream()
                                .filter(one -> !one.accepted().isEmpty())
                                .map(one -> "\n  " + one.describe() + ": accepted " + one.accepted())
                                .collect(Collectors.joining()))
                .collect(Collectors.joining("\n"));
    }

    @Override
    public String summary() {
        return services.stream().map(Scanned::describe).distinct().collect(Collectors.joining("; "));
    }
}
