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
 * @param selection how they were chosen, in a few words
 * @param problems what could not be read; services that it describes may be missing
 * @param picture the file with the picture; {@code ""} where none was asked for
 */
public record ListResult(
        List<Microservice> services, List<Choice> chosen, String selection, List<String> problems, String picture)
        implements Described {
    /** Why a microservice is delivered. */
    public record Choice(String service, String reason) {}

    public ListResult {
        services = List.copyOf(services);
        chosen = List.copyOf(chosen);
        problems = List.copyOf(problems);
    }

    @Override
    public String text() {
        if (services.isEmpty()) {
            return "no microservice was found";
        }
        String table = ServiceTable.text(services);
        boolean all = chosen.size() == services.size()
                && chosen.stream().map(Choice::reason).distinct().count() == 1;
        String choice = all
                ? selection
                : selection
                        + chosen.stream()
                                .map(each -> "\n  " + each.service() + ": " + each.reason())
                                .collect(Collectors.joining());
        return table + "\n\n" + choice + (picture.isEmpty() ? "" : "\npicture: " + picture);
    }

    @Override
    public String summary() {
        return chosen.stream().map(Choice::service).collect(Collectors.joining(", "));
    }
}
