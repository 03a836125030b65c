package dev.octavo.engine.catalog;

import java.util.List;

/**
 * The microservices that a run is about.
 *
 * @param chosen those chosen, in the order in which they were asked for, otherwise by name
 * @param summary one sentence without a full stop, for people
 */
public record ServiceSelection(List<Choice> chosen, String summary) {
    public ServiceSelection {
        chosen = List.copyOf(chosen);
    }

    /**
     * One that was chosen.
     *
     * @param reason why, without a full stop
     */
    public record Choice(Microservice service, String reason) {}

    /** Those chosen, without the reasons. */
    public List<Microservice> services() {
        return chosen.stream().map(Choice::service).toList();
    }
}
