package dev.octavo.engine.preflight;

import dev.octavo.engine.preflight.script.Code;
import dev.octavo.engine.preflight.script.Flat;
import dev.octavo.engine.preflight.script.PipelineScript;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a pipeline says: its variables, parameters and steps. */
final class PipelineFacts {
    /** A variable in a text that {@link #canonical} has made. */
    static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_.]*)}");

    private static final int ROUNDS = 5;
    /** What Octavo itself defines for manifests. */
    private static final List<String> OCTAVO = List.of(
            "REGISTRY",
            "DOCKERHUB_NAMESPACE",
            "NAMESPACE",
            "APP_NAME",
            "IMAGE_TAG",
            "TAG_NAME",
            "ENVIRONMENT",
            "BRANCH_NAME",
            "BUILD_NUMBER",
            "GIT_COMMIT");

    private final SourceFile file;
    private final PipelineScript script;
    private final List<Step> steps = new ArrayList<>();
    private final List<TextUse> texts = new ArrayList<>();
    private final List<ShellUse> shells = new ArrayList<>();
    /** Parameters with their choices; none for those that are typed. */
    private final Map<String, List<Choice>> parameters = new LinkedHashMap<>();

    private final Map<String, String> assigned = new LinkedHashMap<>();
    private final Map<String, String> groovy = new LinkedHashMap<>();
    private final Set<String> stageVariables = new LinkedHashSet<>();
    private boolean parametersDeclared;
    private boolean open;

    /** A value of a choice parameter, with its place. */
    record Choice(String value, dev.octavo.engine.preflight.script.Span span) {}

    /**
     * A text in quotes.
     *
     * @param step the innermost call that it is in
     */
    record TextUse(Code.Text text, Scope scope, String step) {}

    /** Whether a variable is set. */
    enum Known {
        YES,
        NO,
        PERHAPS
    }

    private PipelineFacts(SourceFile file, PipelineScript script) {
        this.file = file;
        this.script = script;
    }

    static PipelineFacts of(SourceFile file, PipelineScript script) {
        PipelineFacts facts = new PipelineFacts(file, script);
        new PipelineVisitor(facts).visit();
        for (Step step : facts.steps) {
            if (step.is("sh")) {
                Flat flat = Flat.of(step.call().argument("script"));
                if (flat != null) {
                    facts.shells.add(ShellUse.of(step, flat, facts));
                }
            }
        }
        return facts;
    }

    SourceFile file() {
        return file;
    }

    PipelineScript script() {
        return script;
    }

    List<Step> steps() {
        return steps;
    }

    List<TextUse> texts() {
        return texts;
    }

    /** The {@code sh} steps whose script can be read. */
    List<ShellUse> shells() {
        return shells;
    }

    Map<String, List<Choice>> parameters() {
        return parameters;
    }

    boolean declaresParameters() {
        return parametersDeclared;
    }

    /** Whether other code, which is not here, may set variables. */
    boolean isOpen() {
        return open;
    }

    /** Whether a name is a variable of Groovy's own. */
    boolean isGroovyVariable(String name) {
        return groovy.containsKey(name);
    }

    /** The methods that the file defines. */
    boolean hasMethod(String name) {
        return script.methods().stream().anyMatch(method -> method.name().equals(name));
    }

    // ----------------------------------------------------------------------------------------- told by the visitor

    void step(Step step) {
        steps.add(step);
    }

    void text(TextUse text) {
        texts.add(text);
    }

    void parameter(String name, List<Choice> choices) {
        parametersDeclared = true;
        parameters.put(name, choices);
    }

    void parametersDeclared() {
        parametersDeclared = true;
    }

    /** {@code env.NAME = value}. */
    void assign(String name, String value) {
        assigned.merge(name, value, (one, other) -> one.equals(other) ? one : "");
    }

    void groovyVariable(String name, String value) {
        groovy.merge(name, value, (one, other) -> one.equals(other) ? one : "");
    }

    void stageVariable(String name) {
        stageVariables.add(name);
    }

    void open() {
        open = true;
    }

    // --------------------------------------------------------------------------------------------------- variables

    /** Whether the environment of a step has a variable. */
    Known knows(String name, Scope scope, boolean anyCase) {
        if (scope.value(name) != null
                || assigned.containsKey(name)
                || parameters.containsKey(name)
                || JenkinsNames.isVariable(name)) {
            return Known.YES;
        }
        if (anyCase && names(scope).stream().anyMatch(name::equalsIgnoreCase)) {
            return Known.YES;
        }
        return open || scope.isOpen() ? Known.PERHAPS : Known.NO;
    }

    /**
     * The variables of manifests that {@code microservicePipeline} deploys; null where the file does more than call it, or
     * what it is given cannot be read.
     */
    @Nullable
    Set<String> octavoVariables() {
        Set<String> names = new TreeSet<>(OCTAVO);
        boolean[] known = {true};
        boolean found = false;
        for (Code statement : script.body().statements()) {
            if (statement instanceof Code.Call call && call.is("microservicePipeline")) {
                found = true;
                call.each(code -> {
                    Map<String, Code> named = code instanceof Code.Call each
                            ? each.named()
                            : code instanceof Code.Entries entries ? entries.entries() : Map.of();
                    Code variables = named.get("variables");
                    if (variables instanceof Code.Entries entries) {
                        names.addAll(entries.entries().keySet());
                    } else if (variables != null) {
                        known[0] = false;
                    }
                });
            } else if (!(statement instanceof Code.Declaration) && !(statement instanceof Code.Name)) {
                return null;
            }
        }
        return found && known[0] ? names : null;
    }

    /** The names of what the environment of a step has. */
    Set<String> names(Scope scope) {
        Set<String> names = new TreeSet<>(scope.names());
        names.addAll(assigned.keySet());
        names.addAll(parameters.keySet());
        return names;
    }

    /** The names of all variables of the environment, wherever they are set. */
    Set<String> everywhere() {
        Set<String> names = new TreeSet<>(stageVariables);
        names.addAll(assigned.keySet());
        names.addAll(parameters.keySet());
        steps.forEach(step -> names.addAll(step.scope().names()));
        return names;
    }

    /** Whether some block may set variables that cannot be known. */
    boolean hasOpenBlocks() {
        return steps.stream().anyMatch(step -> step.scope().isOpen());
    }

    /** Whether it is a variable of some stage, so perhaps not of this one. */
    boolean isOfSomeStage(String name) {
        return stageVariables.contains(name);
    }

    /** The value of a variable, {@code ""} where it is not plain to see. */
    String value(String name, Scope scope) {
        String value = scope.value(name);
        if (value == null) {
            value = assigned.get(name);
        }
        return value == null ? "" : value;
    }

    /** A text with its variables in one form: <code>${NAME}</code>, {@code $(…)} for what cannot be known. */
    String canonical(Flat flat) {
        return canonical(flat.text(), flat);
    }

    String canonical(String text, Flat flat) {
        StringBuilder result = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            Code code = flat.inserted(c);
            result.append(code == null ? String.valueOf(c) : canonical(code));
        }
        return result.toString();
    }

    private String canonical(Code code) {
        if (code instanceof Code.Name name) {
            String value = groovy.get(name.name());
            if (value == null) {
                return "${" + name.name() + "}";
            }
            return value.isEmpty() ? "$(" + name.name() + ")" : value;
        }
        String variable = environmentName(code);
        if (variable != null) {
            return "${" + variable + "}";
        }
        Flat flat = code instanceof Code.Text ? Flat.of(code) : null;
        return flat == null ? "$()" : canonical(flat);
    }

    /** The variable that {@code env.NAME} or {@code params.NAME} reads, or null. */
    static @Nullable String environmentName(Code code) {
        return code instanceof Code.Property property
                        && (property.of("env") || property.of("params"))
                        && !property.name().isEmpty()
                ? property.name()
                : null;
    }

    /** Puts in the values that are plain to see. */
    String resolve(String canonical, Scope scope, Map<String, String> shell) {
        String text = canonical;
        for (int round = 0; round < ROUNDS && text.contains("${"); round++) {
            Matcher matcher = VARIABLE.matcher(text);
            StringBuilder next = new StringBuilder();
            while (matcher.find()) {
                String name = matcher.group(1);
                String value = shell.containsKey(name) ? shell.getOrDefault(name, "") : value(name, scope);
                boolean usable = !value.isEmpty() && !value.contains("${" + name + "}");
                matcher.appendReplacement(next, Matcher.quoteReplacement(usable ? value : matcher.group()));
            }
            matcher.appendTail(next);
            if (next.toString().equals(text)) {
                break;
            }
            text = next.toString();
        }
        return text;
    }
}
