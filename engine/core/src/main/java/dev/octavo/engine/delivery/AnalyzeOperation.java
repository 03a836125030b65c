package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.Operation;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.quality.QualityGateException;
import dev.octavo.engine.quality.QualityResult;
import dev.octavo.engine.quality.SonarAnalysis;
import dev.octavo.engine.record.RunRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Stage 3: SonarQube's quality gate. */
final class AnalyzeOperation implements Operation<AnalyzeRequest, AnalyzeResult> {
    static final String PART = "quality";

    @Override
    public AnalyzeResult run(AnalyzeRequest request, EngineContext context) {
        RunRecord record = RunRecord.open(context.workspace());
        List<AnalyzeResult.Analyzed> analyzed = new ArrayList<>();
        for (Microservice service : Chosen.services(record, request.service())) {
            try {
                QualityResult result = SonarAnalysis.run(
                        new SonarAnalysis.Request(
                                Chosen.buildFolder(service, context),
                                Chosen.module(service),
                                request.sonarUrl(),
                                request.projectKey().isEmpty() ? service.name() : request.projectKey(),
                                service.name(),
                                SourceOperation.of(record).version(),
                                Duration.ofSeconds(request.timeout()),
                                List.of()),
                        context);
                record.put(service.name(), PART, result);
                analyzed.add(new AnalyzeResult.Analyzed(service.name(), result));
            } catch (QualityGateException e) {
                record.put(service.name(), PART, e.result());
                throw e;
            }
        }
        return new AnalyzeResult(analyzed);
    }
}
