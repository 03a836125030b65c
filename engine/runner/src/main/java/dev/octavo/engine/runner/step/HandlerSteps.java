package dev.octavo.engine.runner.step;

import dev.octavo.engine.runner.api.StepCall;
import dev.octavo.engine.runner.api.StepHandler;
import dev.octavo.engine.runner.cps.StepDefinition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes steps of the front end's handlers. */
final class HandlerSteps {
    private HandlerSteps() {}

    static List<StepDefinition> definitions(List<StepHandler> handlers) {
        List<StepDefinition> definitions = new ArrayList<>();
        for (StepHandler handler : handlers) {
            List<String> known = handler.argumentNames();
            for (String name : handler.names()) {
                StepDefinition definition = StepDefinition.step(
                                name,
                                call -> {
                                    Map<String, Object> arguments = new LinkedHashMap<>(call.arguments());
                                    return handler.execute(new StepCall(
                                            name,
                                            arguments,
                                            call.environment(),
                                            call.context().directory(),
                                            call.listener(),
                                            call.cancellation(),
                                            call.context().stagePath(),
                                            call.place()));
                                },
                                known == null ? new String[0] : known.toArray(new String[0]))
                        .withSole(handler.soleArgument());
                definitions.add(known == null ? definition.withAnyArguments() : definition);
            }
        }
        return definitions;
    }
}
