package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.Operation;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.image.ImagePromoter;
import dev.octavo.engine.image.PromoteRequest;
import dev.octavo.engine.image.PromotedImage;
import dev.octavo.engine.image.registry.ImageReference;
import dev.octavo.engine.image.registry.RegistryAccess;
import dev.octavo.engine.record.RunRecord;
import dev.octavo.engine.release.GitTags;
import dev.octavo.engine.release.TagState;
import dev.octavo.engine.release.VersionTag;
import java.util.ArrayList;
import java.util.List;

/**
 * Stage 7: the images get the version's name, then the commit its tag. In this order a run that is killed between the
 * two has promised nothing to people yet, and the next one finishes it.
 */
final class ReleaseOperation implements Operation<ReleaseRequest, ReleaseResult> {
    @Override
    public ReleaseResult run(ReleaseRequest request, EngineContext context) {
        RunRecord record = RunRecord.open(context.workspace());
        SourceResult source = SourceOperation.of(record);
        VersionTag version = VersionTag.shared(request.version());
        GitTags.Request tag = new GitTags.Request(context.workspace(), version, source.commit(), request.remote());
        GitTags.check(tag, context);

        Target target = new Target(request.registry(), request.namespace());
        List<ReleaseResult.Released> released = new ArrayList<>();
        for (Microservice service : Chosen.services(record, request.service())) {
            PushResult.Pushed pushed = record.get(service.name(), PushOperation.PART, PushResult.Pushed.class)
                    .orElseThrow(() -> new EngineException(
                            ErrorCode.REGISTRY_NOT_FOUND,
                            "No image of \"" + service.name() + "\" was pushed by this run",
                            record.file().toString(),
                            "stage 5 has not run",
                            "run \"octavo push\" first"));
            PromotedImage promoted = new ImagePromoter()
                    .promote(
                            new PromoteRequest(
                                    ImageReference.parse(pushed.repository()).withDigest(pushed.digest()),
                                    RegistryAccess.standard(),
                                    ImageReference.parse(target.repository(service.name())),
                                    RegistryAccess.standard(),
                                    List.of(version.version())),
                            context);
            context.listener()
                    .progress(promoted.tags().get(0)
                            + (promoted.alreadyThere().isEmpty() ? " is " : " was already ")
                            + promoted.digest());
            released.add(
                    new ReleaseResult.Released(service.name(), promoted.tags().get(0), promoted.digest()));
        }
        TagState state =
                GitTags.create(tag, new GitTags.Tagger("Octavo", "octavo@localhost", request.message()), context);
        ReleaseResult result = new ReleaseResult(
                version.version(),
                state.name(),
                source.commit(),
                request.remote().isEmpty() ? "origin" : request.remote(),
                released,
                request.approver(),
                context.clock().instant());
        record.put("release", result);
        return result;
    }
}
