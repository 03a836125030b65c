package dev.octavo.engine.cli;

import dev.octavo.engine.api.Described;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.OperationSpec;
import dev.octavo.engine.api.Requests;
import dev.octavo.engine.api.ResultException;
import dev.octavo.engine.delivery.Operations;
import dev.octavo.engine.record.RunRecord;
import dev.octavo.engine.runner.api.StepCall;
import dev.octavo.engine.runner.api.StepHandler;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;

/** A step made from an operation's declaration: {@code octavoImage} for {@code image}, as the plugin has it. */
final class OperationStep implements StepHandler {
    private final OperationSpec<?, ?> operation;
    private final Path cache;
    private final BiConsumer<StepCall, String> made;
    private final Map<String, Object> chosen;

    /**
     * @param made hears in a few words what each call has made
     * @param chosen inputs by name that the command line has chosen: they stand above what the Jenkinsfile says
     */
    OperationStep(
            OperationSpec<?, ?> operation, Path cache, BiConsumer<StepCall, String> made, Map<String, Object> chosen) {
        this.operation = operation;
        this.cache = cache;
        this.made = made;
        this.chosen = Map.copyOf(chosen);
    }

    private Map<String, Object> inputs(StepCall call) {
        Map<String, Object> inputs = new HashMap<>(call.arguments());
        for (String name : argumentNames()) {
            Object value = chosen.get(name);
            if (value != null) {
                inputs.put(name, value);
            }
        }
        return inputs;
    }

    static String stepName(OperationSpec<?, ?> operation) {
        StringBuilder name = new StringBuilder("octavo");
        for (String word : operation.name().split("-")) {
            name.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
        }
        return name.toString();
    }

    @Override
    public List<String> names() {
        return List.of(stepName(operation));
    }

    @Override
    public List<String> argumentNames() {
        return Requests.inputs(operation.request()).stream()
                .map(RecordComponent::getName)
                .toList();
    }

    @Override
    public String soleArgument() {
        return "service";
    }

    @Override
    public Map<String, Object> execute(StepCall call) {
        Path directory = call.directory();
        if (directory == null) {
            throw new EngineException(
                    ErrorCode.PIPELINE_FAILED,
                    "The step \"" + call.name() + "\" needs a workspace",
                    call.place().toString(),
                    "it is called outside of any agent",
                    "call it inside node { }, or in a stage with an agent");
        }
        EngineContext context = new EngineContext(
                directory, cache, call.environment(), call.listener(), call.cancellation(), Clock.systemUTC());
        Record result;
        try {
            result = Operations.run(operation, inputs(call), context);
        } catch (ResultException e) {
            if (e.result() instanceof Described described) {
                described.text().lines().forEach(call.listener()::output);
            }
            throw e;
        }
        if (result instanceof Described described) {
            described.text().lines().forEach(call.listener()::output);
            if (!call.arguments().containsKey("pinned")) {
                made.accept(call, described.summary()); // going back to a commit makes nothing
            }
        }
        return RunRecord.map(RunRecord.json(result));
    }
}
