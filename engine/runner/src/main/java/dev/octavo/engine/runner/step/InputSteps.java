package dev.octavo.engine.runner.step;

import dev.octavo.engine.runner.api.BuildResult;
import dev.octavo.engine.runner.api.InputAnswer;
import dev.octavo.engine.runner.api.InputRequest;
import dev.octavo.engine.runner.api.ParameterSpec;
import dev.octavo.engine.runner.cps.Interruption;
import dev.octavo.engine.runner.cps.StepDefinition;
import dev.octavo.engine.runner.cps.StepInvocation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code input}. */
final class InputSteps {
    private InputSteps() {}

    static List<StepDefinition> definitions() {
        return List.of(StepDefinition.step(
                        "input",
                        InputSteps::input,
                        "message",
                        "cancel",
                        "id",
                        "ok",
                        "parameters",
                        "submitter",
                        "submitterParameter")
                .withSole("message"));
    }

    private static @Nullable Object input(StepInvocation call) throws Throwable {
        String message = call.text("message", "Pipeline has paused and needs your input before proceeding");
        String submitterParameter = call.text("submitterParameter", "");
        List<ParameterSpec> parameters = new ArrayList<>();
        for (Object one : call.list("parameters")) {
            parameters.add(Parameters.spec(one, call.place()));
        }
        String id = call.text("id", "");
        InputRequest request = new InputRequest(
                id.isEmpty() ? idOf(message) : id,
                call.run().secrets().mask(message),
                call.text("ok", "").isEmpty() ? "Proceed" : call.text("ok"),
                call.text("submitter", ""),
                parameters,
                call.context().stagePath(),
                call.place());
        InputAnswer answer = call.run().request().input().ask(request, call.cancellation());
        call.cancellation().check();
        if (answer instanceof InputAnswer.Abort abort) {
            call.thread()
                    .interrupt(new Interruption(
                            Interruption.Kind.REFUSED,
                            "\"" + request.id() + "\" was refused by " + abort.by(),
                            BuildResult.ABORTED,
                            call.place()));
            call.thread().checkInterrupted();
        }
        InputAnswer.Proceed proceed = (InputAnswer.Proceed) answer;
        call.output("Approved by " + proceed.approver());
        Map<String, Object> values = new LinkedHashMap<>();
        for (ParameterSpec one : parameters) {
            String given = proceed.values().get(one.name());
            values.put(
                    one.name(),
                    call.run().value(one, given == null ? one.defaultValue() : given, given != null, call.place()));
        }
        if (!submitterParameter.isEmpty()) {
            values.put(submitterParameter, proceed.approver());
        }
        if (values.isEmpty()) {
            return null;
        }
        return values.size() == 1 ? values.values().iterator().next() : values;
    }

    private static String idOf(String message) {
        String words =
                message.lines().findFirst().orElse("").toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", "-");
        String id = words.replaceAll("^-+|-+$", "");
        return id.isEmpty() ? "input" : id;
    }
}
