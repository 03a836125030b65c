package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.Operation;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.image.BuiltImage;
import dev.octavo.engine.image.ImagePromoter;
import dev.octavo.engine.image.ImagePusher;
import dev.octavo.engine.image.OciLayout;
import dev.octavo.engine.image.PromoteRequest;
import dev.octavo.engine.image.PromotedImage;
import dev.octavo.engine.image.PushedImage;
import dev.octavo.engine.image.registry.ImageReference;
import dev.octavo.engine.image.registry.RegistryAccess;
import dev.octavo.engine.record.RunRecord;
import dev.octavo.engine.supply.Demand;
import dev.octavo.engine.supply.Demand.Part;
import dev.octavo.engine.supply.ImageSigner;
import dev.octavo.engine.supply.ImageVerifier;
import dev.octavo.engine.supply.SigningKey;
import dev.octavo.engine.supply.TrustedKeys;
import dev.octavo.engine.supply.VerifiedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Stage 5: the image to the registry. */
final class PushOperation implements Operation<PushRequest, PushResult> {
    static final String PART = "push";

    @Override
    public PushResult run(PushRequest request, EngineContext context) {
        RunRecord record = RunRecord.open(context.workspace());
        SourceResult source = SourceOperation.of(record);
        List<Microservice> services = Chosen.built(record, request.service());
        Target target = Target.of(request.registry(), request.namespace(), services, context);
        if (!services.isEmpty()) {
            target.required();
        }
        List<String> tags = new ArrayList<>(request.tags());
        if (tags.isEmpty()) {
            tags.add(Target.snapshotTag(source, context));
            if (source.mainBranch()) {
                tags.add("latest");
            }
        }
        // before anything is sent: a key that can't be used is told at once
        Optional<SigningKey> key = SigningKey.find(request.signingKey(), context);
        List<PushResult.Pushed> pushed = new ArrayList<>();
        for (Microservice service : services) {

            BuiltImage image = record.get(service.name(), ImageOperation.PART, BuiltImage.class)
                    .orElseThrow(() -> new EngineException(
                            ErrorCode.BUILD_OUTPUT,
                            "There is no image of \"" + service.name() + "\" to push",
                            record.file().toString(),
                            "stage 4 has not built one in this run",
                            "run \"octavo image\" first"));
            String repository = target.repository(service, context);
            context.listener().progress("pushing " + repository);
            PushedImage result = push(image, ImageReference.parse(repository), tags, context);
            String sbom = key.map(each -> signed(each, service, image, repository, record, context))
                    .orElse("");
            PushResult.Pushed one = new PushResult.Pushed(
                    service.name(),
                    repository,
                    result.digest(),
                    result.tags(),
                    result.bytesSent(),
                    key.map(SigningKey::fingerprint).orElse(""),
                    sbom);
            record.put(service.name(), PART, one);
            pushed.add(one);
        }
        return new PushResult(pushed);
    }

    private static PushedImage push(
            BuiltImage image, ImageReference repository, List<String> tags, EngineContext context) {
        if (image.present()) {
            try {
                return named(image, repository, tags, context);
            } catch (EngineException e) {
                if (e.code() != ErrorCode.REGISTRY_NOT_FOUND) {
                    throw e;
                }
                // deleted since stage 4 has seen it
            }
        }
        return new ImagePusher()
                .push(
                        new dev.octavo.engine.image.PushRequest(
                                image.layout(), repository, tags, List.of(), image.inputs(), RegistryAccess.standard()),
                        context);
    }

    /** The registry has it: only this build's names are new. */
    private static PushedImage named(
            BuiltImage image, ImageReference repository, List<String> tags, EngineContext context) {
        PromotedImage promoted = new ImagePromoter()
                .promote(
                        PromoteRequest.within(repository.withDigest(image.digest()), tags, RegistryAccess.standard()),
                        context);
        context.listener()
                .progress("nothing to push: " + repository + " has the image of these inputs since commit "
                        + image.revision());
        return new PushedImage(promoted.digest(), promoted.reference(), promoted.tags(), 0, 0, 0);
    }

    /**
     * Signs it, unless it is the image of an earlier commit that the same key has signed then.
     *
     * @return where its bill of materials is
     */
    private static String signed(
            SigningKey key,
            Microservice service,
            BuiltImage image,
            String repository,
            RunRecord record,
            EngineContext context) {
        ImageReference reference = ImageReference.parse(repository).withDigest(image.digest());
        byte[] bom = bom(service, image);
        if (image.present()) {
            try {
                Demand demand = new Demand(Set.of(Part.SIGNATURE, Part.PROVENANCE), image.revision(), "");
                VerifiedImage unused = new ImageVerifier()
                        .verify(reference, TrustedKeys.of(key), demand, RegistryAccess.standard(), context);
                return ImageSigner.bom(reference, OciLayout.open(image.layout()).manifest(), bom, key);
            } catch (EngineException e) {
                if (e.code() != ErrorCode.SUPPLY_SIGNATURE && e.code() != ErrorCode.SUPPLY_PROVENANCE) {
                    throw e;
                }
                // not yet, or by another key
            }
        }
        ImageSigner.Signed signed = new ImageSigner()
                .sign(
                        reference,
                        Origins.provenance(service, image, record, context),
                        bom,
                        key,
                        RegistryAccess.standard(),
                        context);
        context.listener().progress("signed " + repository + " (" + image.digest() + ")");
        return signed.bom();
    }

    private static byte[] bom(Microservice service, BuiltImage image) {
        try {
            return Files.readAllBytes(image.bom());
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.BUILD_OUTPUT,
                    "The bill of materials of \"" + service.name() + "\" cannot be read",
                    image.bom().toString(),
                    e.getClass().getSimpleName(),
                    "run \"octavo image\" again",
                    e);
        }
    }
}
