package dev.octavo.engine.preflight;

import dev.octavo.engine.preflight.script.Code;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Conditions that let through what they should not. */
final class GateRules {
    private static final Pattern VERSION = Pattern.compile("(?i).*(?:TAG|VERSION|RELEASE).*");
    private static final Pattern SERVICE =
            Pattern.compile("(?i)(?:.*_)?(?:PROJECT|APP|APPLICATION|SERVICE|MODULE|PROJ)(?:_?NAME)?");
    /** An expression that is about versions begins so. */
    private static final Pattern VERSION_EXPRESSION =
            Pattern.compile("[\\^(\\s]*(?:\\[vV]|\\[Vv]|[vV])(?:[.*+?\\\\\\[(0-9$]|$).*");

    private static final List<String> NO_VERSIONS = List.of("dev", "preview", "server", "service", "1.0-v", "my-value");

    private final PipelineFacts facts;
    private final Findings findings;

    GateRules(PipelineFacts facts, Findings findings) {
        this.facts = facts;
        this.findings = findings;
    }

    void check() {
        for (Step step : facts.steps()) {
            Code.Block block = step.call().block();
            if (step.is("expression") && block != null) {
                conditions(block, this::condition);
            }
        }
        facts.script().body().each(this::choice);
        facts.script().methods().forEach(method -> method.body().each(this::choice));
    }

    private void choice(Code code) {
        if (code instanceof Code.Choice choice) {
            conditions(choice.condition(), this::condition);
        }
    }

    /** The comparisons that decide over a truth value. */
    private static void conditions(Code code, Consumer<Code.Operation> found) {
        if (code instanceof Code.Block block) {
            block.statements().forEach(each -> conditions(each, found));
        } else if (code instanceof Code.Exit exit && exit.value() != null) {
            conditions(exit.value(), found);
        } else if (code instanceof Code.Other other) {
            other.parts().forEach(each -> conditions(each, found));
        } else if (code instanceof Code.Operation operation) {
            if (Set.of("&&", "||").contains(operation.operator())) {
                conditions(operation.left(), found);
                conditions(operation.right(), found);
            } else if (Set.of("=~", "==~").contains(operation.operator())) {
                found.accept(operation);
            }
        }
    }

    private void condition(Code.Operation operation) {
        String variable = variable(operation.left());
        String expression = operation.right() instanceof Code.Text text ? text.constant() : null;
        if (variable == null || expression == null) {
            return;
        }
        Pattern pattern;
        try {
            pattern = Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            return;
        }
        boolean find = operation.operator().equals("=~");
        boolean version = VERSION_EXPRESSION.matcher(expression).matches();
        boolean ofService = SERVICE.matcher(variable).matches()
                && !VERSION.matcher(variable).matches();
        if (find ? pattern.matcher("").find() : pattern.matcher("").matches()) {
            findings.at(Rule.OPEN_GATE, facts.file(), operation.span())
                    .say("/" + expression + "/ matches every text, the empty one too", advice(variable));
        }
        if (version && ofService) {
            List<String> meant = facts.parameters().keySet().stream()
                    .filter(name -> VERSION.matcher(name).matches())
                    .toList();
            findings.at(Rule.WRONG_GATE_VARIABLE, facts.file(), operation.left().span())
                    .meant(meant)
                    .say(
                            "A version is looked for in " + variable + ", which names a service",
                            Names.fix(meant, "test the parameter with the version"));
        } else if (version
                && find
                && !pattern.matcher("").find()
                && NO_VERSIONS.stream().anyMatch(text -> pattern.matcher(text).find())) {
            findings.at(Rule.LOOSE_VERSION, facts.file(), operation.span())
                    .say(
                            "/" + expression + "/ is found in \""
                                    + NO_VERSIONS.stream()
                                            .filter(text ->
                                                    pattern.matcher(text).find())
                                            .findFirst()
                                            .orElse("")
                                    + "\" too",
                            advice(variable));
        }
    }

    private static String advice(String variable) {
        return "write " + variable + " ==~ /v\\d+\\.\\d+\\.\\d+.*/, which compares the whole text";
    }

    private @Nullable String variable(Code code) {
        if (code instanceof Code.Name name) {
            return name.name();
        }
        if (code instanceof Code.Text text
                && text.pieces().size() == 1
                && text.pieces().get(0) instanceof Code.Inserted inserted) {
            return variable(inserted.code());
        }
        return PipelineFacts.environmentName(code);
    }
}
