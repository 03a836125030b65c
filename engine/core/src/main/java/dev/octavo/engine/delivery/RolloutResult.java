package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Described;
import dev.octavo.engine.cluster.WorkloadStatus;
import java.util.List;
import java.util.stream.Collectors;

/** What was watched and is ready. */
public record RolloutResult(String environment, List<Watched> services) implements Described {
    /**
     * One microservice.
     *
     * @param service {@code ""} where objects were named
     */
    public record Watched(String service, List<WorkloadStatus> workloads) {
        public Watched {
            workloads = List.copyOf(workloads);
        }
    }

    public RolloutResult {
        services = List.copyOf(services);
    }

    @Override
    public String text() {
        return services.stream().flatMap(RolloutResult::lines).collect(Collectors.joining("\n"));
    }

    private static java.util.stream.Stream<String> lines(Watched watched) {
        return watched.workloads().stream()
                .map(workload -> workload.title()
                        + (workload.namespace().isEmpty() ? "" : " in " + workload.namespace()) + ": "
                        + (workload.message().isEmpty() ? "ready" : workload.message()));
    }

    @Override
    public String summary() {
        long count =
                services.stream().mapToLong(each -> each.workloads().size()).sum();
        return count + (count == 1 ? " object ready" : " objects ready");
    }
}
