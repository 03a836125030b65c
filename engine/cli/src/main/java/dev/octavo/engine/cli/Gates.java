package dev.octavo.engine.cli;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.NearestName;
import dev.octavo.engine.cli.Terminal.Tone;
import dev.octavo.engine.runner.api.ParameterSpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Answers gates: by what {@code --approve} says, else by asking at the terminal. */
final class Gates {
    /** The short names of the library's gates. */
    private static final Map<String, String> SHORT = new LinkedHashMap<>();

    static {
        SHORT.put("deploy-to-dev", "dev");
        SHORT.put("release-image-with-tag", "release");
        SHORT.put("deploy-to-production", "production");
    }

    private final Terminal terminal;
    private final Set<String> approved;
    private final String user;
    private Duration waited = Duration.ZERO;

    /** @param approve names of gates, short or long, or {@code all}; {@code ""} for none */
    Gates(Terminal terminal, String approve, String user) {
        this.terminal = terminal;
        this.user = user;
        this.approved = new LinkedHashSet<>();
        for (String name : approve.split(",")) {
            if (!name.isBlank()) {
                String given = name.strip().toLowerCase(Locale.ROOT);
                approved.add(given.equals("prod") ? "production" : given);
            }
        }
        for (String name : approved) {
            checkName(name);
        }
    }

    /** Any name may be the id of an input step; one that is nearly a gate's is a slip that would cost a whole build. */
    private static void checkName(String name) {
        Set<String> known = new LinkedHashSet<>(SHORT.values());
        known.addAll(SHORT.keySet());
        known.add("all");
        if (known.contains(name)) {
            return;
        }
        // "deploy" is a name that a Jenkinsfile may well have for its own gate, "deploy-to-prod" is a slip
        List<String> likely = NearestName.of(name, known).stream()
                .filter(gate -> 2 * name.length() > gate.length())
                .toList();
        if (!likely.isEmpty() || !name.matches("[\\p{L}\\p{N}_.-]+")) {
            throw new EngineException(
                    ErrorCode.CONFIG_INVALID,
                    "\"" + name + "\" is no gate",
                    "--approve",
                    "gates are dev, release, production, all, or the id of an input step",
                    likely.isEmpty() ? "correct it" : NearestName.hint(name, known, "gates"));
        }
    }

    /**
     * Asks.
     *
     * @param question what will change, some lines
     * @param cancellation of the gate
     * @return who approved
     * @throws EngineException {@link ErrorCode#GATE_REFUSED}, {@link ErrorCode#GATE_NOT_ASKED},
     *     {@link ErrorCode#CANCELLED}
     */
    String ask(String gate, String question, Cancellation cancellation) {
        terminal.line("");
        question.lines().forEach(terminal::line);
        String name = SHORT.getOrDefault(gate, gate);
        if (isApproved(gate)) {
            terminal.line(Tone.GOOD, "Approved by --approve " + (approved.contains("all") ? "all" : name));
            return user;
        }
        if (!terminal.interactive()) {
            throw new EngineException(
                    ErrorCode.GATE_NOT_ASKED,
                    "The run stopped at the gate \"" + gate + "\": nobody is there to approve",
                    gate,
                    "there is no terminal, and --approve "
                            + (approved.isEmpty() ? "is not given" : "names only " + String.join(", ", approved)),
                    "run it at a terminal, or with --approve " + name + " (or all)");
        }
        long began = System.nanoTime();
        try {
            terminal.forgetTyped();
            return answer(gate, cancellation);
        } finally {
            waited = waited.plusNanos(System.nanoTime() - began);
        }
    }

    /**
     * Asks for the values of an approved gate's parameters; Enter takes the default. Where the gate was approved
     * beforehand, all have their defaults.
     *
     * @return those that were typed, by name
     * @throws EngineException {@link ErrorCode#CANCELLED}
     */
    Map<String, String> values(String gate, List<ParameterSpec> parameters, Cancellation cancellation) {
        Map<String, String> values = new LinkedHashMap<>();
        if (isApproved(gate) || !terminal.interactive()) {
            return values;
        }
        long began = System.nanoTime();
        try {
            for (ParameterSpec parameter : parameters) {
                String typed = value(parameter, cancellation);
                if (!typed.isEmpty()) {
                    values.put(parameter.name(), typed);
                }
            }
            return values;
        } finally {
            waited = waited.plusNanos(System.nanoTime() - began);
        }
    }

    private String value(ParameterSpec parameter, Cancellation cancellation) {
        List<String> choices =
                parameter.type() == ParameterSpec.Type.BOOLEAN ? List.of("true", "false") : parameter.choices();
        String question = parameter.name()
                + (parameter.description().isBlank()
                        ? ""
                        : ", " + parameter.description().strip())
                + (choices.isEmpty() ? "" : " (" + String.join(", ", choices) + ")")
                + (parameter.defaultValue().isEmpty() ? "" : " [" + parameter.defaultValue() + "]")
                + ": ";
        while (true) {
            String line = terminal.ask(question, cancellation);
            String typed = line == null ? "" : line.strip();
            if (typed.isEmpty() || choices.isEmpty() || choices.contains(typed)) {
                return typed;
            }
        }
    }

    private boolean isApproved(String gate) {
        String name = SHORT.getOrDefault(gate, gate);
        return approved.contains("all")
                || approved.contains(name.toLowerCase(Locale.ROOT))
                || approved.contains(gate.toLowerCase(Locale.ROOT));
    }

    /** How long all gates have waited for a person. */
    Duration waited() {
        return waited;
    }

    private String answer(String gate, Cancellation cancellation) {
        while (true) {
            String answer = terminal.ask(terminal.paint(Tone.TITLE, "Approve \"" + gate + "\"? [y/n] "), cancellation);
            String given = answer == null ? "n" : answer.strip().toLowerCase(Locale.ROOT);
            if (Arrays.asList("y", "yes", "是").contains(given)) {
                return user;
            }
            if (Arrays.asList("n", "no", "否").contains(given)) {
                throw new EngineException(
                        ErrorCode.GATE_REFUSED,
                        "The gate \"" + gate + "\" was refused",
                        gate,
                        answer == null ? "the terminal was closed" : user + " said no",
                        "nothing was done after it; run again when it is wanted");
            }
        }
    }
}
