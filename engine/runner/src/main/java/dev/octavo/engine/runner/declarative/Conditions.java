package dev.octavo.engine.runner.declarative;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.runner.api.Change;
import dev.octavo.engine.runner.api.SourcePlace;
import dev.octavo.engine.runner.cps.PipelineRun;
import dev.octavo.engine.runner.cps.StepContext;
import dev.octavo.engine.runner.cps.Suggestions;
import dev.octavo.engine.runner.declarative.Model.Code;
import dev.octavo.engine.runner.declarative.Model.Condition;
import dev.octavo.engine.runner.step.Globs;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.codehaus.groovy.runtime.typehandling.DefaultTypeTransformation;
import org.jspecify.annotations.Nullable;

/** Decides {@code when}. */
final class Conditions {
    private final PipelineRun run;
    private final Evaluator evaluator;

    /** Evaluates a closure of the pipeline. */
    @FunctionalInterface
    interface Evaluator {
        @Nullable
        Object evaluate(Code code, StepContext context) throws Throwable;
    }

    Conditions(PipelineRun run, Evaluator evaluator) {
        this.run = run;
        this.evaluator = evaluator;
    }

    /** The first condition that is not met; null where all are. */
    @Nullable
    Condition unmet(List<Condition> conditions, StepContext context) throws Throwable {
        for (Condition condition : conditions) {
            if (!holds(condition, context)) {
                return condition;
            }
        }
        return null;
    }

    private boolean holds(Condition condition, StepContext context) throws Throwable {
        return switch (condition.name()) {
            case "allOf" -> unmet(condition.children(), context) == null;
            case "anyOf" -> anyOf(condition.children(), context);
            case "not" -> !holds(condition.children().get(0), context);
            case "expression" -> expression(condition, context);
            case "isRestartedRun" -> false;
            default -> compares(condition, context);
        };
    }

    private boolean anyOf(List<Condition> children, StepContext context) throws Throwable {
        for (Condition child : children) {
            if (holds(child, context)) {
                return true;
            }
        }
        return false;
    }

    private boolean expression(Condition condition, StepContext context) throws Throwable {
        Object value = evaluator.evaluate(Objects.requireNonNull(condition.code()), context);
        return DefaultTypeTransformation.castToBoolean(value);
    }

    private boolean compares(Condition condition, StepContext context) throws Throwable {
        Arguments arguments = Arguments.of(condition, evaluator, context);
        Map<String, String> environment = run.environment(context);
        return switch (condition.name()) {
            case "branch" -> {
                arguments.allow("pattern", "comparator");
                String branch =
                        environment.getOrDefault("BRANCH_NAME", environment.getOrDefault("GIT_LOCAL_BRANCH", ""));
                yield !branch.isEmpty() && arguments.matches(arguments.text("pattern"), branch, "GLOB");
            }
            case "tag", "buildingTag" -> {
                arguments.allow("pattern", "comparator");
                String tag = environment.getOrDefault("TAG_NAME", "");
                yield !tag.isEmpty()
                        && (!arguments.has("pattern") || arguments.matches(arguments.text("pattern"), tag, "GLOB"));
            }
            case "environment" -> {
                arguments.allow("name", "value", "ignoreCase");
                String actual = environment.getOrDefault(arguments.text("name"), "");
                String expected = arguments.text("value");
                yield arguments.flag("ignoreCase", false) ? actual.equalsIgnoreCase(expected) : actual.equals(expected);
            }
            case "equals" -> {
                arguments.allow("expected", "actual");
                yield DefaultTypeTransformation.compareEqual(arguments.value("expected"), arguments.value("actual"));
            }
            case "changeRequest" -> changeRequest(arguments, environment);
            case "changelog" -> {
                arguments.allow("pattern", "comparator");
                String pattern = arguments.text("pattern");
                yield run.request().scm().changes().stream()
                        .anyMatch(change -> change.message().lines().anyMatch(line -> line.matches(pattern))
                                || Pattern.compile(pattern, Pattern.DOTALL)
                                        .matcher(change.message())
                                        .matches());
            }
            case "changeset" -> {
                arguments.allow("pattern", "comparator", "caseSensitive", "glob");
                String pattern = arguments.has("glob") ? arguments.text("glob") : arguments.text("pattern");
                boolean caseSensitive = arguments.flag("caseSensitive", false);
                List<Change> changes = run.request().scm().changes();
                yield changes.stream()
                        .flatMap(change -> change.paths().stream())
                        .anyMatch(path -> arguments.text("comparator", "GLOB").equalsIgnoreCase("GLOB")
                                ? Globs.matches(pattern, path, caseSensitive)
                                : path.matches(pattern));
            }
            case "triggeredBy" -> {
                arguments.allow("type", "cause", "detail");
                String cause = arguments.has("cause") ? arguments.text("cause") : arguments.text("type");
                String simple = cause.substring(Math.max(cause.lastIndexOf('.'), cause.lastIndexOf('$')) + 1);
                yield run.request().causes().stream()
                        .anyMatch(one -> one.equalsIgnoreCase(simple) || one.equalsIgnoreCase(simple + "Cause"));
            }
            default -> throw new IllegalStateException(condition.name());
        };
    }

    private static boolean changeRequest(Arguments arguments, Map<String, String> environment) {
        Map<String, String> variables = Map.of(
                "author", "CHANGE_AUTHOR",
                "authorDisplayName", "CHANGE_AUTHOR_DISPLAY_NAME",
                "authorEmail", "CHANGE_AUTHOR_EMAIL",
                "branch", "CHANGE_BRANCH",
                "fork", "CHANGE_FORK",
                "id", "CHANGE_ID",
                "target", "CHANGE_TARGET",
                "title", "CHANGE_TITLE",
                "url", "CHANGE_URL");
        List<String> known = new java.util.ArrayList<>(variables.keySet());
        known.add("comparator");
        arguments.allow(known.toArray(new String[0]));
        if (environment.getOrDefault("CHANGE_ID", "").isEmpty()) {
            return false;
        }
        for (Map.Entry<String, String> entry : variables.entrySet()) {
            if (arguments.has(entry.getKey())
                    && !arguments.matches(
                            arguments.text(entry.getKey()), environment.getOrDefault(entry.getValue(), ""), "EQUALS")) {
                return false;
            }
        }
        return true;
    }

    /** The arguments of a condition; a single unnamed one is under its first name. */
    private record Arguments(
            Condition condition,
            Map<String, Object> named,
            @Nullable Object unnamed) {
        @SuppressWarnings("unchecked")
        static Arguments of(Condition condition, Evaluator evaluator, StepContext context) throws Throwable {
            Code code = condition.code();
            if (code == null) {
                return new Arguments(condition, Map.of(), null);
            }
            List<Object> all = (List<Object>) Objects.requireNonNull(evaluator.evaluate(code, context));
            if (all.size() == 1 && all.get(0) instanceof Map<?, ?> map) {
                return new Arguments(condition, (Map<String, Object>) map, null);
            }
            return new Arguments(condition, Map.of(), all.isEmpty() ? null : all.get(0));
        }

        void allow(String... known) {
            for (Object name : named.keySet()) {
                if (!List.of(known).contains(String.valueOf(name))) {
                    throw new EngineException(
                            ErrorCode.PIPELINE_UNKNOWN,
                            "Condition \"" + condition.name() + "\" has no argument \"" + name + "\"",
                            condition.place().toString(),
                            Suggestions.sentence(String.valueOf(name), List.of(known)),
                            "correct the argument's name");
                }
            }
        }

        /** The unnamed one counts as the first that a condition knows. */
        private boolean isFirst(String name) {
            return List.of("pattern", "type", "name").contains(name);
        }

        @Nullable
        Object value(String name) {
            Object value = named.get(name);
            return value == null && isFirst(name) ? unnamed : value;
        }

        boolean has(String name) {
            return value(name) != null;
        }

        String text(String name) {
            Object value = value(name);
            if (value == null) {
                throw new EngineException(
                        ErrorCode.PIPELINE_SYNTAX,
                        "Condition \"" + condition.name() + "\" needs the argument \"" + name + "\"",
                        condition.place().toString(),
                        "it was not given, or is null",
                        "write " + condition.name() + " " + name + ": '…'");
            }
            return value.toString();
        }

        String text(String name, String missing) {
            Object value = value(name);
            return value == null ? missing : value.toString();
        }

        boolean flag(String name, boolean missing) {
            Object value = named.get(name);
            return value == null ? missing : Boolean.parseBoolean(value.toString());
        }

        boolean matches(String pattern, String actual, String missing) {
            String comparator = text("comparator", missing).toUpperCase(java.util.Locale.ROOT);
            return switch (comparator) {
                case "GLOB" -> Globs.matches(pattern, actual, false);
                case "EQUALS" -> pattern.equals(actual);
                case "REGEXP" -> regexp(pattern, actual, condition.place());
                default ->
                    throw new EngineException(
                            ErrorCode.PIPELINE_UNKNOWN,
                            "There is no comparator \"" + comparator + "\"",
                            condition.place().toString(),
                            Suggestions.sentence(comparator, List.of("EQUALS", "GLOB", "REGEXP")),
                            "correct the comparator's name");
            };
        }

        private static boolean regexp(String pattern, String actual, SourcePlace place) {
            try {
                return actual.matches(pattern);
            } catch (PatternSyntaxException e) {
                throw new EngineException(
                        ErrorCode.PIPELINE_SYNTAX,
                        "\"" + pattern + "\" is no regular expression",
                        place.toString(),
                        e.getDescription(),
                        "correct the pattern",
                        e);
            }
        }
    }
}
