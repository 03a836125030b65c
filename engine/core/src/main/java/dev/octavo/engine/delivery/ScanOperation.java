package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.Operation;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.image.BuiltImage;
import dev.octavo.engine.record.RunRecord;
import dev.octavo.engine.scan.Acceptances;
import dev.octavo.engine.scan.ScanGate;
import dev.octavo.engine.scan.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** Lets the images pass by what a scanner reported of them. */
final class ScanOperation implements Operation<ScanRequest, ScanResult> {
    private static final String PART = "scan";

    @Override
    public ScanResult run(ScanRequest request, EngineContext context) {
        RunRecord record = RunRecord.open(context.workspace());
        ScanGate gate = new ScanGate(
                Severity.parse(request.severity()),
                request.accepted().isEmpty()
                        ? Acceptances.none()
                        : Acceptances.read(context.workspace().resolve(request.accepted())),
                Duration.ofHours(Math.max(1, request.maxAge())));
        List<ScanResult.Scanned> scanned = new ArrayList<>();
        for (Microservice service : Chosen.built(record, request.service())) {
            BuiltImage image = record.get(service.name(), ImageOperation.PART, BuiltImage.class)
                    .orElseThrow(() -> new EngineException(
                            ErrorCode.BUILD_OUTPUT,
                            "There is no image of \"" + service.name() + "\" that a report could be about",
                            record.file().toString(),
                            "stage 4 has not built one in this run",
                            "run \"octavo image\" first"));
            String file = request.report().replace("${service}", service.name()).replace("$service", service.name());
            ScanResult.Scanned one = new ScanResult.Scanned(
                    service.name(),
                    gate.check(
                            context.workspace().resolve(file),
                            service.name(),
                            new LinkedHashSet<>(List.of(image.digest(), image.configDigest())),
                            context.clock()));
            record.put(service.name(), PART, one);
            scanned.add(one);
        }
        return new ScanResult(scanned);
    }
}
