package dev.octavo.engine.runner;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.runner.api.BuildResult;
import dev.octavo.engine.runner.api.PipelineRequest;
import dev.octavo.engine.runner.api.PipelineResult;
import dev.octavo.engine.runner.api.SourcePlace;
import dev.octavo.engine.runner.cps.Failures;
import dev.octavo.engine.runner.cps.Interruption;
import dev.octavo.engine.runner.cps.LogicalThread;
import dev.octavo.engine.runner.cps.PipelineRun;
import dev.octavo.engine.runner.declarative.DeclarativeRunner;
import dev.octavo.engine.runner.declarative.PipelineStructure;
import dev.octavo.engine.runner.step.StandardSteps;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** Runs Jenkinsfiles. */
public final class PipelineRunner {
    /**
     * Runs one to its end. Whatever goes wrong is in the result; nothing that it started is left behind.
     *
     * <p>When the request's cancellation comes, running steps are ended, post conditions still run, and the result is
     * {@link BuildResult#ABORTED}.
     */
    public PipelineResult run(PipelineRequest request) {
        Instant startedAt = request.clock().instant();
        PipelineStructure structure = new PipelineStructure();
        try (StandardSteps steps = new StandardSteps(request)) {
            steps.add(new DeclarativeRunner(structure, steps).step());
            try (PipelineRun run = new PipelineRun(request, steps.definitions(), StandardSteps.SYMBOLS, structure)) {
                structure.compileFor(run);
                EngineException failure = execute(request, run);
                return new PipelineResult(
                        run.currentResult(),
                        run.stages().results(),
                        failure,
                        run.displayName(),
                        run.secrets().mask(run.description()),
                        run.artifacts(),
                        Duration.between(startedAt, request.clock().instant()));
            }
        }
    }

    /**
     * Loads what a first run needs, so that the run itself begins sooner. Meant for another thread, while the caller
     * prepares the run.
     */
    public void warmUp() {
        Path nowhere = Path.of("").toAbsolutePath();
        String script =
                "pipeline { agent none; stages { stage('a') { steps { script { [1].each { echo \"${it}\" } } } } } }";
        run(PipelineRequest.builder(Path.of("Jenkinsfile"), script, nowhere, nowhere)
                .build());
    }

    private static @org.jspecify.annotations.Nullable EngineException execute(
            PipelineRequest request, PipelineRun run) {
        LogicalThread main = run.mainThread();
        Interruption interruption = new Interruption(
                Interruption.Kind.CANCELLED, "the run was cancelled", BuildResult.ABORTED, SourcePlace.UNKNOWN);
        Runnable cancel = () -> {
            run.schedule(() -> run.inBackground(main::kill), request.grace().toNanos());
            main.interrupt(interruption);
        };
        try (Cancellation.Registration registration = request.cancellation().onCancel(cancel)) {
            run.execute(main);
            return null;
        } catch (Throwable e) {
            BuildResult result = Failures.result(e);
            run.worsen(request.cancellation().isRequested() ? BuildResult.ABORTED : result);
            return run.describe(e, main);
        }
    }
}
