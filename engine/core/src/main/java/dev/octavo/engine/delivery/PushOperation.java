package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.Operation;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.image.BuiltImage;
import dev.octavo.engine.image.ImagePusher;
import dev.octavo.engine.image.PushedImage;
import dev.octavo.engine.image.registry.ImageReference;
import dev.octavo.engine.image.registry.RegistryAccess;
import dev.octavo.engine.record.RunRecord;
import java.util.ArrayList;
import java.util.List;

/** Stage 5: the image to the registry. */
final class PushOperation implements Operation<PushRequest, PushResult> {
    static final String PART = "push";

    @Override
    public PushResult run(PushRequest request, EngineContext context) {
        RunRecord record = RunRecord.open(context.workspace());
        SourceResult source = SourceOperation.of(record);
        Target target = new Target(request.registry(), request.namespace());
        List<String> tags = new ArrayList<>(request.tags());
        if (tags.isEmpty()) {
            tags.add(Target.snapshotTag(source, context));
            if (source.mainBranch()) {
                tags.add("latest");
            }
        }
        List<PushResult.Pushed> pushed = new ArrayList<>();
        for (Microservice service : Chosen.services(record, request.service())) {
            BuiltImage image = record.get(service.name(), ImageOperation.PART, BuiltImage.class)
                    .orElseThrow(() -> new EngineException(
                            ErrorCode.BUILD_OUTPUT,
                            "There is no image of \"" + service.name() + "\" to push",
                            record.file().toString(),
                            "stage 4 has not built one in this run",
                            "run \"octavo image\" first"));
            String repository = target.repository(service.name());
            context.listener().progress("pushing " + repository);
            PushedImage result = new ImagePusher()
                    .push(
                            new dev.octavo.engine.image.PushRequest(
                                    image.layout(),
                                    ImageReference.parse(repository),
                                    tags,
                                    List.of(),
                                    RegistryAccess.standard()),
                            context);
            PushResult.Pushed one = new PushResult.Pushed(
                    service.name(), repository, result.digest(), result.tags(), result.bytesSent());
            record.put(service.name(), PART, one);
            pushed.add(one);
        }
        return new PushResult(pushed);
    }
}
