package dev.octavo.engine.template;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.NearestName;
import dev.octavo.engine.api.SecretValue;
import dev.octavo.engine.template.Placeholder.Outcome;
import dev.octavo.engine.template.Placeholder.Where;
import dev.octavo.engine.template.Substituted.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Replaces placeholders in a text, in one pass: an inserted value is not looked at again.
 *
 * <p>It works on text, before YAML is read: in keys, comments and quotes too.
 */
public final class Substitution {
    private static final Pattern COMPAT = Pattern.compile("\\$(?:([A-Za-z0-9_]+)|\\{([A-Za-z0-9_.]+)\\}|(\\$))");
    private static final Pattern ENVSUBST =
            Pattern.compile("\\$(?:([A-Za-z_][A-Za-z0-9_]*)|\\{([A-Za-z_][A-Za-z0-9_]*)\\})");
    private static final Pattern STRICT = Pattern.compile(
            "\\$(?:([A-Za-z_][A-Za-z0-9_]*)|\\{([A-Za-z_][A-Za-z0-9_.]*)\\}|(\\$)(?!\\()|(\\$\\()|(\\{[^}\\n]*\\}))");

    private static final int SHOWN_NAMES = 12;

    private final Dialect dialect;
    private final TreeMap<String, Variable> exact;
    private final TreeMap<String, String> namesWithoutCase;
    private final @Nullable Set<String> only;

    public Substitution(Dialect dialect, Map<String, Variable> variables) {
        this(dialect, variables, null);
    }

    /** @param only the names that may be replaced, so that nothing else of an environment gets in; null for all */
    public Substitution(Dialect dialect, Map<String, Variable> variables, @Nullable Collection<String> only) {
        this.dialect = dialect;
        this.exact = new TreeMap<>(variables);
        this.namesWithoutCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        exact.keySet().forEach(name -> namesWithoutCase.putIfAbsent(name, name));
        this.only = only == null ? null : caseAware(only);
    }

    private Set<String> caseAware(Collection<String> names) {
        Set<String> set = dialect == Dialect.COMPAT ? new TreeSet<>(String.CASE_INSENSITIVE_ORDER) : new TreeSet<>();
        set.addAll(names);
        return set;
    }

    /**
     * Replaces the placeholders of one text. Never fails: see {@link #check}.
     *
     * @param file the name that places are reported with
     */
    public Substituted apply(String file, String text) {
        return new Pass(file, text).run();
    }

    /**
     * Fails where strict substitution found something wrong, naming all of it.
     *
     * @throws EngineException {@link ErrorCode#CONFIG_UNDEFINED_VARIABLE}
     */
    public void check(List<Substituted> results) {
        List<Problem> problems =
                results.stream().flatMap(result -> result.problems().stream()).toList();
        if (problems.isEmpty()) {
            return;
        }
        Problem first = problems.get(0);
        List<String> why = new ArrayList<>();
        for (Problem problem : problems) {
            why.add(problem.place() + "  " + problem.text() + " " + problem.reason()
                    + (problem.nearest().isEmpty() ? "" : "; did you mean " + problem.nearest() + "?"));
        }
        why.add("defined are: " + someNames());
        throw new EngineException(
                ErrorCode.CONFIG_UNDEFINED_VARIABLE,
                problems.size() == 1
                        ? "The placeholder " + first.text() + " has no value"
                        : problems.size() + " placeholders have no value",
                first.place(),
                String.join("\n", why),
                "define the variable, or correct its name; write $$ for a dollar sign that is meant as one");
    }

    /** The values of the variables that are secret, for whoever must not show them. */
    public List<SecretValue> secrets() {
        return exact.values().stream()
                .filter(Variable::secret)
                .map(variable -> new SecretValue(variable.value()))
                .toList();
    }

    /** The same, with secret values hidden behind a word. */
    public Substitution withoutSecrets(String word) {
        Map<String, Variable> shown = new TreeMap<>(exact);
        shown.replaceAll(
                (name, variable) -> variable.secret() ? new Variable(word, variable.source(), true) : variable);
        return new Substitution(dialect, shown, only);
    }

    /** A variable by its exact name. */
    public Optional<Variable> variable(String name) {
        return Optional.ofNullable(exact.get(name));
    }

    private String someNames() {
        List<String> names = exact.keySet().stream()
                .filter(name -> only == null || only.contains(name))
                .toList();
        if (names.isEmpty()) {
            return "none";
        }
        String shown = String.join(", ", names.subList(0, Math.min(SHOWN_NAMES, names.size())));
        return names.size() > SHOWN_NAMES ? shown + " and " + (names.size() - SHOWN_NAMES) + " more" : shown;
    }

    private Optional<String> definedName(String name) {
        if (exact.containsKey(name)) {
            return Optional.of(name);
        }
        return dialect == Dialect.COMPAT ? Optional.ofNullable(namesWithoutCase.get(name)) : Optional.empty();
    }

    /** One run over one text. */
    private final class Pass {
        private final String file;
        private final String text;
        private final StringBuilder out;
        private final StringBuilder skeleton;
        private final List<Placeholder> placeholders = new ArrayList<>();
        private final List<Problem> problems = new ArrayList<>();
        private final LineReader lines;

        Pass(String file, String text) {
            this.file = file;
            this.text = text;
            this.out = new StringBuilder(text.length() + 64);
            this.skeleton = new StringBuilder(dialect == Dialect.STRICT ? text.length() + 64 : 0);
            this.lines = new LineReader(text);
        }

        Substituted run() {
            Matcher matcher = pattern().matcher(text);
            int copied = 0;
            while (matcher.find()) {
                int before = placeholders.size();
                String replacement = replacement(matcher);
                boolean replaced = placeholders.size() > before
                        && !placeholders.get(before).literal();
                add(text.substring(copied, matcher.start()), replacement, replaced);
                copied = matcher.end();
            }
            add(text.substring(copied), "", false);
            return new Substituted(file, out.toString(), skeleton.toString(), placeholders, problems);
        }

        private void add(String before, String replacement, boolean replaced) {
            out.append(before).append(replacement);
            if (dialect == Dialect.STRICT) {
                // numbered, so that two of them are not the same key
                skeleton.append(before).append(replaced ? "x" + placeholders.size() : replacement);
            }
        }

        private Pattern pattern() {
            return switch (dialect) {
                case COMPAT -> COMPAT;
                case ENVSUBST -> ENVSUBST;
                case STRICT -> STRICT;
            };
        }

        private String replacement(Matcher matcher) {
            String written = matcher.group();
            String name = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
            if (name == null) {
                return withoutName(matcher, written);
            }
            lines.moveTo(matcher.start());
            if (only != null && !only.contains(name)) {
                add(name, written, Outcome.EXCLUDED, "", "");
                return written;
            }
            Optional<String> defined = definedName(name);
            if (defined.isPresent()) {
                Variable variable = exact.get(defined.get());
                if (variable == null) {
                    throw new IllegalStateException(name);
                }
                boolean empty = variable.value().isEmpty();
                add(name, written, empty ? Outcome.EMPTY : Outcome.REPLACED, defined.get(), variable.source());
                return variable.value();
            }
            if (dialect == Dialect.ENVSUBST) {
                add(name, written, Outcome.DROPPED, "", "");
                return "";
            }
            Placeholder undefined = add(name, written, Outcome.UNDEFINED, "", "");
            if (dialect == Dialect.STRICT && !undefined.foreign()) {
                problem(name, written, "is not defined", nearest(name));
            }
            return written;
        }

        /** An escape, or braces around something that is no name. */
        private String withoutName(Matcher matcher, String written) {
            if (matcher.group(3) != null) {
                return "$";
            }
            if (dialect == Dialect.STRICT && matcher.group(5) != null) {
                lines.moveTo(matcher.start());
                if (!lines.inComment() && !lines.inBlockScalar()) {
                    problem(written.substring(2, written.length() - 1), written, "is not a name in braces", "");
                }
            }
            return written;
        }

        private Placeholder add(String name, String written, Outcome outcome, String variable, String source) {
            Where where = lines.inBlockScalar() ? Where.PROGRAM_TEXT : lines.inComment() ? Where.COMMENT : Where.YAML;
            Placeholder placeholder = new Placeholder(
                    name, written, file, lines.line(), lines.column(), where, outcome, variable, source);
            placeholders.add(placeholder);
            return placeholder;
        }

        private void problem(String name, String written, String reason, String nearest) {
            problems.add(new Problem(name, written, file, lines.line(), lines.column(), reason, nearest));
        }
    }

    /** The defined name that was likeliest meant: few letters apart, or with the same word at its end. */
    private String nearest(String name) {
        List<String> near = NearestName.of(name, exact.keySet());
        if (!near.isEmpty()) {
            return near.get(0);
        }
        int dash = name.lastIndexOf('_');
        if (dash <= 0) {
            return "";
        }
        String ending = name.substring(dash);
        return exact.keySet().stream()
                .filter(candidate -> candidate.endsWith(ending))
                .findFirst()
                .orElse("");
    }
}
