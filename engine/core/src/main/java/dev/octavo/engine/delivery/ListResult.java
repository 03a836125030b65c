package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Described;
import dev.octavo.engine.catalog.Microservice;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The microservices of the sources.
 *
 * @param services all of them, sorted
 * @param chosen those that the run delivers, with the reason
 */
public record ListResult(List<Microservice> services, List<Choice> chosen) implements Described {
    /** Why a microservice is delivered. */
    public record Choice(String service, String reason) {}

    public ListResult {
        services = List.copyOf(services);
        chosen = List.copyOf(chosen);
    }

    @Override
    public String text() {
        return chosen.stream()
                .map(choice -> choice.service() + ": " + choice.reason())
                .collect(Collectors.joining("\n"));
    }

    @Override
    public String summary() {
        return chosen.stream().map(Choice::service).collect(Collectors.joining(", "));
    }
}
