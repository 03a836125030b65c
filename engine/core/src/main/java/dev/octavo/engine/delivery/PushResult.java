package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Described;
import java.util.List;
import java.util.stream.Collectors;

/** Images that a registry has now. */
public record PushResult(List<Pushed> services) implements Described {
    /**
     * The image of one microservice.
     *
     * @param repository without tag or digest
     * @param references each with a tag
     * @param bytesSent over the wire; 0 where the registry had it all
     */
    public record Pushed(String service, String repository, String digest, List<String> references, long bytesSent) {
        public Pushed {
            references = List.copyOf(references);
        }
    }

    public PushResult {
        services = List.copyOf(services);
    }

    @Override
    public String text() {
        return services.stream()
                .map(pushed -> pushed.service() + ": " + String.join(", ", pushed.references()) + " is "
                        + pushed.digest() + (pushed.bytesSent() == 0 ? "; the registry had it" : ""))
                .collect(Collectors.joining("\n"));
    }

    @Override
    public String summary() {
        return services.stream().map(pushed -> pushed.references().get(0)).collect(Collectors.joining("; "));
    }
}
