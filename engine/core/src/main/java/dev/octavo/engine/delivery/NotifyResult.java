package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Described;
import java.util.List;
import java.util.stream.Collectors;

/** Who was told. */
public record NotifyResult(String event, List<Told> channels) implements Described {
    /**
     * A channel.
     *
     * @param problem why it was not delivered; {@code ""} where it was
     */
    public record Told(String channel, boolean delivered, String problem) {}

    public NotifyResult {
        channels = List.copyOf(channels);
    }

    @Override
    public String text() {
        if (channels.isEmpty()) {
            return "nobody was told: there are no channels";
        }
        return channels.stream()
                .map(told -> told.channel() + ": " + (told.delivered() ? "told" : "not told, " + told.problem()))
                .collect(Collectors.joining("\n"));
    }
}
