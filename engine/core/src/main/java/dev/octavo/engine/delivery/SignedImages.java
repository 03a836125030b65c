package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.cluster.Release;
import dev.octavo.engine.image.registry.ImageReference;
import dev.octavo.engine.image.registry.RegistryAccess;
import dev.octavo.engine.record.RunRecord;
import dev.octavo.engine.supply.Demand;
import dev.octavo.engine.supply.ImageVerifier;
import dev.octavo.engine.supply.TrustedKeys;
import dev.octavo.engine.supply.VerifiedImage;

/** An environment that takes only what it can verify. */
final class SignedImages {
    private SignedImages() {}

    /** Verifies the run's images where the environment asks for that; before anything of the cluster is looked at. */
    static void require(PlanRequest request, RunRecord record, EngineContext context) {
        if (request.signedBy().isBlank()) {
            return;
        }
        TrustedKeys keys = TrustedKeys.of(request.signedBy(), context);
        for (Microservice service : Chosen.services(record, request.service())) {
            verify(image(service, record), keys, Origins.commit(service, record), context);
        }
    }

    private static void verify(ImageReference image, TrustedKeys keys, String commit, EngineContext context) {
        VerifiedImage verified =
                new ImageVerifier().verify(image, keys, Demand.all(commit), RegistryAccess.standard(), context);
        context.listener()
                .progress("verified " + verified.reference() + ": signed by " + verified.signedBy() + ", commit "
                        + verified.commit() + ", " + verified.components() + " components");
    }

    /** Verifies the image of a release that is to be deployed again, where the environment asks for that. */
    static void require(String signedBy, Release release, EngineContext context) {
        if (signedBy.isBlank()) {
            return;
        }
        TrustedKeys keys = TrustedKeys.of(signedBy, context);
        String image = release.facts().getOrDefault(Release.IMAGE, "");
        if (image.isEmpty()) {
            throw new EngineException(
                    ErrorCode.SUPPLY_SIGNATURE,
                    "Which image of " + release.title() + " is to be verified is not known",
                    release.application() + " in " + release.environment(),
                    "an earlier Octavo has deployed it, and has not kept that",
                    "go back to a release of this Octavo, or deploy that version anew");
        }
        verify(ImageReference.parse(image), keys, release.facts().getOrDefault(Release.IMAGE_COMMIT, ""), context);
    }

    /** What stage 5 has pushed, by its digest. */
    static ImageReference image(Microservice service, RunRecord record) {
        return record.get(service.name(), PushOperation.PART, PushResult.Pushed.class)
                .map(pushed -> ImageReference.parse(pushed.repository()).withDigest(pushed.digest()))
                .orElseThrow(() -> new EngineException(
                        ErrorCode.SUPPLY_SIGNATURE,
                        "No image of \"" + service.name() + "\" was pushed by this run that could be verified",
                        record.file().toString(),
                        "stage 5 has not run",
                        "run \"octavo push\" first"));
    }
}
