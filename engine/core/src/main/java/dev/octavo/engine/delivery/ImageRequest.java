package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Input;
import dev.octavo.engine.api.Requests;
import java.util.List;
import java.util.Map;

/** Inputs of {@code image}. */
public record ImageRequest(
        @Input("The microservice; all chosen ones where none is given")
        String service,

        @Input(value = "Host of the image registry", environment = "REGISTRY")
        String registry,

        @Input(value = "Project or account in the registry", environment = "DOCKERHUB_NAMESPACE")
        String namespace,

        @Input("The image to build on; that of the Dockerfile where none is given")
        String base,

        @Input("What builds the image: jib, from what stage 2 has packaged; dockerfile, the Dockerfile itself, run by"
                + " buildah where there is one, else by Docker; buildah or docker, that one alone. What delivery.yaml"
                + " says, else jib, where none is given")
        String builder,

        @Input("The Dockerfile, from the microservice's folder; its own where none is given")
        String dockerfile,

        @Input("Values for the ARGs of the Dockerfile; no secrets: builders keep them")
        Map<String, String> buildArguments,

        @Input(
                value = "Whether a base that is made on this machine may be used: auto (where the network gives "
                        + "no way to the real one), always or never",
                defaultValue = "auto")
        String offline,

        @Input("Platforms, such as linux/amd64,linux/arm64: several make an image for all of them, where the base has"
                + " them; this machine's where none is given")
        List<String> platforms,

        @Input("Whether the image is built as that of this commit also where the registry has one of the very same"
                + " inputs, which is then of an earlier commit; by a Dockerfile, without what the builder has kept")
        boolean rebuild,

        @Input("Whether the images are pushed too, by the same process and as push does without options: this saves the"
                + " start of another one")
        boolean push) {
    public ImageRequest {
        platforms = Requests.names(platforms);
        buildArguments = Map.copyOf(buildArguments);
    }
}
