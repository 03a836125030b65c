package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.Operation;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.quality.BuildResult;
import dev.octavo.engine.quality.FrontEndBuild;
import dev.octavo.engine.quality.ServiceBuild;
import dev.octavo.engine.quality.TestSummary;
import dev.octavo.engine.quality.TestsFailedException;
import dev.octavo.engine.record.RunRecord;
import java.util.ArrayList;
import java.util.List;

/** Stage 2: the service's own build, with its tests. */
final class TestOperation implements Operation<TestRequest, TestResult> {
    static final String PART = "tests";

    private static final double NANOS = 1e9;

    @Override
    public TestResult run(TestRequest request, EngineContext context) {
        RunRecord record = RunRecord.open(context.workspace());
        List<Microservice> services = Chosen.built(record, request.service());
        SourceResult source = SourceOperation.of(record);
        // the base image takes seconds that the service's build leaves free
        Cancellation beside = new Cancellation();
        Thread bases = new Thread(() -> ImageOperation.prepareBases(services, source, context, beside), "octavo-base");
        bases.setDaemon(true);
        bases.start();
        try (Cancellation.Registration registration = context.cancellation().onCancel(beside::cancel)) {
            return test(services, source, record, context);
        } catch (EngineException e) {
            beside.cancel();
            throw e;
        } finally {
            join(bases);
        }
    }

    private static BuildResult build(Microservice service, SourceResult source, EngineContext context) {
        return switch (service.buildTool()) {
            case NPM -> FrontEndBuild.run(Chosen.buildFolder(service, context), context);
            case NONE -> {
                context.listener().progress(service.name() + " has nothing to build: its files are served as they are");
                yield new BuildResult("", List.of(), 0, TestSummary.EMPTY, TestSummary.EMPTY);
            }
            case MAVEN, GRADLE ->
                ServiceBuild.run(
                        ServiceBuild.Request.of(
                                Chosen.buildFolder(service, context), Chosen.module(service), source.committedAt()),
                        context);
        };
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static TestResult test(
            List<Microservice> services, SourceResult source, RunRecord record, EngineContext context) {
        List<TestResult.Built> built = new ArrayList<>();
        for (Microservice service : services) {
            context.listener().progress("building and testing " + service.name());
            long began = System.nanoTime();
            try {
                BuildResult result = build(service, source, context);
                record.put(service.name(), PART, result);
                Timing.elsewhere(record, "test", service.name(), result.seconds());
                built.add(new TestResult.Built(service.name(), result));
            } catch (TestsFailedException e) {
                record.put(service.name(), PART + "Failed", e.tests());
                Timing.elsewhere(record, "test", service.name(), (System.nanoTime() - began) / NANOS);
                throw e;
            }
        }
        return new TestResult(
                built,
                built.stream().mapToInt(each -> each.build().tests().tests()).sum());
    }
}
