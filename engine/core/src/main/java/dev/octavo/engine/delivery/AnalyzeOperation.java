package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.Operation;
import dev.octavo.engine.catalog.BuildTool;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.quality.QualityGateException;
import dev.octavo.engine.quality.QualityResult;
import dev.octavo.engine.quality.SonarAnalysis;
import dev.octavo.engine.quality.SonarBranch;
import dev.octavo.engine.record.RunRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Stage 3: SonarQube's quality gate. */
final class AnalyzeOperation implements Operation<AnalyzeRequest, AnalyzeResult> {
    static final String PART = "quality";

    private static final String NAME = "$APP_NAME";

    @Override
    public AnalyzeResult run(AnalyzeRequest request, EngineContext context) {
        RunRecord record = RunRecord.open(context.workspace());
        SourceResult source = SourceOperation.of(record);
        List<Microservice> services = Chosen.built(record, request.service());
        requireKeys(request, services);
        SonarBranch branch = SonarBranch.of(source.branch(), source.mainBranch(), context.environment());
        Instant since = record.get("run", Map.class)
                .map(run -> Instant.parse(String.valueOf(run.get("startedAt"))))
                .orElse(Instant.EPOCH);
        List<AnalyzeResult.Analyzed> analyzed = new ArrayList<>();
        List<QualityGateException> refused = new ArrayList<>();
        for (Microservice service : services) {
            // the scanner comes with Maven and Gradle; for all else there is one here
            boolean alone = service.buildTool() == BuildTool.NPM || service.buildTool() == BuildTool.NONE;
            try {
                SonarAnalysis.Request asked = new SonarAnalysis.Request(
                        alone
                                ? context.workspace()
                                        .resolve(service.directory())
                                        .normalize()
                                : Chosen.buildFolder(service, context),
                        alone ? "" : Chosen.module(service),
                        request.sonarUrl(),
                        request.projectKey().isEmpty()
                                ? service.name()
                                : request.projectKey().replace(NAME, service.name()),
                        service.name(),
                        source.version(),
                        branch,
                        since,
                        request.requireConditions(),
                        Duration.ofSeconds(request.timeout()),
                        List.of());
                QualityResult result =
                        alone ? SonarAnalysis.runAlone(asked, context) : SonarAnalysis.run(asked, context);
                record.put(service.name(), PART, result);
                analyzed.add(new AnalyzeResult.Analyzed(service.name(), result));
            } catch (QualityGateException e) {
                record.put(service.name(), PART, e.result());
                // the others have gates of their own: whoever corrects this one wants to know of all
                context.listener()
                        .warning(service.name() + ": " + e.result().describe() + " "
                                + e.result().dashboardUrl());
                refused.add(e);
            }
        }
        if (!refused.isEmpty()) {
            throw refused.get(0);
        }
        return new AnalyzeResult(analyzed);
    }

    /** Two microservices under one key would each replace what the server knows of the other. */
    private static void requireKeys(AnalyzeRequest request, List<Microservice> services) {
        if (services.size() > 1
                && !request.projectKey().isEmpty()
                && !request.projectKey().contains(NAME)) {
            throw new EngineException(
                    ErrorCode.CONFIG_INVALID,
                    "One project key cannot be that of " + services.size() + " microservices",
                    "projectKey",
                    "each analysis under \"" + request.projectKey() + "\" would replace the one before",
                    "write it with " + NAME + " in it, such as " + request.projectKey() + ":" + NAME);
        }
    }
}
