package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Input;
import java.util.List;

/** Inputs of {@code verify}. */
public record VerifyRequest(
        @Input("The image, by digest or tag; those that this run has pushed where none is given")
        String image,

        @Input("The microservice whose image is meant; all chosen ones where none is given")
        String service,

        @Input(
                value = "Public keys, as PEM or as a file that holds them, of which one must have signed it",
                required = true,
                environment = "COSIGN_PUBLIC_KEY")
        String signedBy,

        @Input("What there must be, of signature, provenance and sbom; all of them where none is given")
        List<String> require,

        @Input("The commit that the provenance must name; for the run's own images theirs where none is given")
        String commit,

        @Input("The builder that the provenance must name, such as the address of a Jenkins; any where none is given")
        String builder) {
    public VerifyRequest {
        require = List.copyOf(require);
    }
}
