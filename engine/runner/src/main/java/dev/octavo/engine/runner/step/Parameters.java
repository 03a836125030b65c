package dev.octavo.engine.runner.step;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.runner.api.ParameterSpec;
import dev.octavo.engine.runner.api.SourcePlace;
import dev.octavo.engine.runner.cps.Suggestions;
import dev.octavo.engine.runner.cps.Symbol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads declarations of parameters, such as {@code string(name: 'TAG_NAME', defaultValue: '')}. */
public final class Parameters {
    private static final Map<String, ParameterSpec.Type> TYPES = Map.ofEntries(
            Map.entry("string", ParameterSpec.Type.STRING),
            Map.entry("StringParameterDefinition", ParameterSpec.Type.STRING),
            Map.entry("credentials", ParameterSpec.Type.STRING),
            Map.entry("CredentialsParameterDefinition", ParameterSpec.Type.STRING),
            Map.entry("file", ParameterSpec.Type.STRING),
            Map.entry("run", ParameterSpec.Type.STRING),
            Map.entry("text", ParameterSpec.Type.TEXT),
            Map.entry("TextParameterDefinition", ParameterSpec.Type.TEXT),
            Map.entry("booleanParam", ParameterSpec.Type.BOOLEAN),
            Map.entry("BooleanParameterDefinition", ParameterSpec.Type.BOOLEAN),
            Map.entry("choice", ParameterSpec.Type.CHOICE),
            Map.entry("ChoiceParameterDefinition", ParameterSpec.Type.CHOICE),
            Map.entry("password", ParameterSpec.Type.PASSWORD),
            Map.entry("PasswordParameterDefinition", ParameterSpec.Type.PASSWORD));
    private static final List<String> ARGUMENTS = List.of(
            "choices",
            "credentialType",
            "defaultValue",
            "defaultValueAsSecret",
            "description",
            "filter",
            "name",
            "projectName",
            "required",
            "trim");

    private Parameters() {}

    /** @throws EngineException where it is no declaration of a parameter that is known */
    public static ParameterSpec spec(@Nullable Object declaration, SourcePlace place) {
        Symbol symbol = Symbol.of(declaration);
        ParameterSpec.Type type = symbol == null ? null : TYPES.get(symbol.name());
        if (symbol == null || type == null) {
            String name = symbol == null ? String.valueOf(declaration) : symbol.name();
            throw new EngineException(
                    ErrorCode.PIPELINE_UNKNOWN,
                    "\"" + name + "\" is no type of parameter",
                    place.toString(),
                    Suggestions.sentence(name, TYPES.keySet()),
                    "correct the type's name");
        }
        Map<String, Object> arguments = symbol.arguments();
        for (String argument : arguments.keySet()) {
            if (!ARGUMENTS.contains(argument)) {
                throw new EngineException(
                        ErrorCode.PIPELINE_UNKNOWN,
                        "Parameter type \"" + symbol.name() + "\" has no argument \"" + argument + "\"",
                        place.toString(),
                        Suggestions.sentence(argument, ARGUMENTS),
                        "correct the argument's name");
            }
        }
        Object name = arguments.get("name");
        if (name == null || name.toString().isBlank()) {
            throw new EngineException(
                    ErrorCode.PIPELINE_SYNTAX,
                    "A parameter has no name",
                    place.toString(),
                    "it is declared as " + symbol.name(),
                    "write " + symbol.name() + "(name: '…', …)");
        }
        List<String> choices = new ArrayList<>();
        Object given = arguments.get("choices");
        if (given instanceof Iterable<?> list) {
            list.forEach(one -> choices.add(String.valueOf(one)));
        } else if (given != null) {
            given.toString().lines().forEach(choices::add);
        }
        if (type == ParameterSpec.Type.CHOICE && choices.isEmpty()) {
            throw new EngineException(
                    ErrorCode.PIPELINE_SYNTAX,
                    "Parameter \"" + name + "\" has no choices",
                    place.toString(),
                    "it is declared as choice",
                    "write choice(name: '" + name + "', choices: ['a', 'b'])");
        }
        Object fallback = arguments.get("defaultValue");
        String defaultValue = fallback == null ? "" : fallback.toString();
        if (type == ParameterSpec.Type.CHOICE && defaultValue.isEmpty()) {
            defaultValue = choices.get(0);
        } else if (type == ParameterSpec.Type.BOOLEAN && defaultValue.isEmpty()) {
            defaultValue = "false";
        }
        Object description = arguments.get("description");
        return new ParameterSpec(
                name.toString(), type, defaultValue, description == null ? "" : description.toString(), choices);
    }
}
