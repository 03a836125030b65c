package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.Operation;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.image.registry.ImageReference;
import dev.octavo.engine.image.registry.RegistryAccess;
import dev.octavo.engine.record.RunRecord;
import dev.octavo.engine.supply.Demand;
import dev.octavo.engine.supply.ImageVerifier;
import dev.octavo.engine.supply.TrustedKeys;
import dev.octavo.engine.supply.VerifiedImage;
import java.util.ArrayList;
import java.util.List;

/** Whether images in a registry are what they say. */
final class VerifyOperation implements Operation<VerifyRequest, VerifyResult> {
    @Override
    public VerifyResult run(VerifyRequest request, EngineContext context) {
        TrustedKeys keys = TrustedKeys.of(request.signedBy(), context);
        List<VerifiedImage> verified = new ArrayList<>();
        if (request.image().isEmpty()) {
            RunRecord record = RunRecord.open(context.workspace());
            for (Microservice service : Chosen.built(record, request.service())) {
                String commit = request.commit().isEmpty() ? Origins.commit(service, record) : request.commit();
                verified.add(verify(SignedImages.image(service, record), keys, commit, request, context));
            }
        } else {
            verified.add(verify(ImageReference.parse(request.image()), keys, request.commit(), request, context));
        }
        return new VerifyResult(verified);
    }

    private static VerifiedImage verify(
            ImageReference image, TrustedKeys keys, String commit, VerifyRequest request, EngineContext context) {
        Demand demand = new Demand(Demand.parts(request.require()), commit, request.builder());
        return new ImageVerifier().verify(image, keys, demand, RegistryAccess.standard(), context);
    }
}
