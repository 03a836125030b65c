package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Described;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Images that a registry has now. */
public record PushResult(List<Pushed> services) implements Described {
    /**
     * The image of one microservice.
     *
     * @param repository without tag or digest
     * @param references each with a tag
     * @param bytesSent over the wire; 0 where the registry had it all
     * @param signedBy the fingerprint of the key that it is signed with; "" where it isn't signed
     * @param sbom the digest under which its bill of materials hangs on it, signed; "" where it isn't signed
     */
    public record Pushed(
            String service,
            String repository,
            String digest,
            List<String> references,
            long bytesSent,
            String signedBy,
            String sbom) {
        public Pushed {
            references = List.copyOf(references);
            // records of before know nothing of these
            signedBy = Objects.requireNonNullElse(signedBy, "");
            sbom = Objects.requireNonNullElse(sbom, "");
        }
    }

    public PushResult {
        services = List.copyOf(services);
    }

    @Override
    public String text() {
        return services.stream()
                .map(pushed -> pushed.service() + ": " + String.join(", ", pushed.references()) + " is "
                        + pushed.digest() + (pushed.bytesSent() == 0 ? "; the registry had it" : "")
                        + (pushed.signedBy().isEmpty() ? "" : "; signed by " + pushed.signedBy()))
                .collect(Collectors.joining("\n"));
    }

    @Override
    public String summary() {
        return services.stream().map(pushed -> pushed.references().get(0)).collect(Collectors.joining("; "));
    }
}
