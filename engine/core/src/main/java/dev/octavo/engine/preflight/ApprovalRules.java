package dev.octavo.engine.preflight;

import dev.octavo.engine.preflight.script.Code;
import dev.octavo.engine.preflight.script.Flat;
import dev.octavo.engine.preflight.script.PipelineScript;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** People's approvals and quality gates: what they hold, how long they wait, and what happens when they say no. */
final class ApprovalRules {
    private static final Pattern GATE_COMMENT = Pattern.compile("waitForQualityGate\\b");
    private static final Pattern ANALYSIS_COMMENT = Pattern.compile(
            "sonar:sonar|withSonarQubeEnv\\s*\\(|sonar-scanner\\b|(?i:stage\\s*\\(?\\s*['\"][^'\"]*sonar)");
    private static final Set<String> BROAD =
            Set.of("Exception", "Throwable", "Object", "RuntimeException", "FlowInterruptedException", "def", "Error");
    /** Blocks whose value is that of what is in them. */
    private static final Set<String> TRANSPARENT = Set.of("timeout", "retry", "container", "withSonarQubeEnv");

    private static final Set<String> GATES = Set.of("waitForQualityGate", "input");

    private final PipelineFacts facts;
    private final Findings findings;

    ApprovalRules(PipelineFacts facts, Findings findings) {
        this.facts = facts;
        this.findings = findings;
    }

    void check() {
        for (Step step : facts.steps()) {
            if (step.is("input")) {
                input(step);
            } else if (step.is("waitForQualityGate")) {
                qualityGate(step);
            } else if (step.is("catchError") || step.is("warnError")) {
                swallowed(step);
            }
        }
        facts.script().body().each(this::attempt);
        facts.script().methods().forEach(method -> method.body().each(this::attempt));
        comments();
    }

    // ------------------------------------------------------------------------------------------------------- input

    private void input(Step step) {
        Code.Call call = step.call();
        boolean directive = call.block() != null;
        Scope scope = step.scope();
        if (directive ? scope.isInAgent() : scope.holdsAgent()) {
            findings.at(Rule.INPUT_HOLDS_AGENT, facts.file(), call.place())
                    .say(
                            "This gate is inside an agent",
                            "write agent none at the top, an agent in each stage that works, and input in a stage"
                                    + " without one");
        }
        if (!scope.inTimeout() && !directiveTimeout(call)) {
            findings.at(Rule.INPUT_WITHOUT_TIMEOUT, facts.file(), call.place())
                    .say(
                            "This gate has no time limit",
                            "wrap it in timeout(time: 1, unit: 'DAYS') { … }, or give the stage options { timeout(…)"
                                    + " }");
        }
        Code id = directive ? directiveArgument(call, "id") : call.named().get("id");
        Flat text = Flat.of(id);
        if (id != null && text != null && text.text().chars().anyMatch(Character::isWhitespace)) {
            findings.at(Rule.INPUT_ID, facts.file(), id.span())
                    .say("The id has a space", "write it with hyphens: " + hyphened(facts.canonical(text)));
        }
    }

    private static String hyphened(String id) {
        return id.strip().replaceAll("\\s+", "-");
    }

    private static boolean directiveTimeout(Code.Call call) {
        return directiveArgument(call, "timeout") != null;
    }

    private static @Nullable Code directiveArgument(Code.Call call, String name) {
        Code.Block block = call.block();
        for (Code.Call each : block == null ? List.<Code.Call>of() : block.calls()) {
            if (each.is(name)) {
                return each.argument(name);
            }
        }
        return null;
    }

    // ------------------------------------------------------------------------------------------------ quality gate

    private void qualityGate(Step step) {
        Scope scope = step.scope();
        Code.Call call = step.call();
        if (scope.holdsAgent() || scope.inContainer()) {
            findings.at(Rule.QUALITY_GATE_HOLDS_AGENT, facts.file(), call.place())
                    .say(
                            "The quality gate is waited for inside "
                                    + (scope.inContainer() ? "a container" : "an agent"),
                            "wait in a stage with agent none, after the stage that analyses");
        }
        if (!scope.inTimeout()) {
            findings.at(Rule.QUALITY_GATE_WITHOUT_TIMEOUT, facts.file(), call.place())
                    .say("This wait has no time limit", "wrap it in timeout(time: 10, unit: 'MINUTES') { … }");
        }
        boolean aborts = isTrue(call.named().get("abortPipeline"));
        if (!aborts && !isUsed(step)) {
            findings.at(Rule.QUALITY_GATE_IGNORED, facts.file(), call.place())
                    .say("Nobody looks at what the quality gate says", "write waitForQualityGate abortPipeline: true");
        }
    }

    private static boolean isTrue(@Nullable Code code) {
        return code instanceof Code.Constant constant && Boolean.TRUE.equals(constant.value());
    }

    /** Whether the step's value goes somewhere. */
    private static boolean isUsed(Step step) {
        List<Code> around = step.around();
        Code inner = step.call();
        for (int i = around.size() - 1; i >= 0; i--) {
            Code outer = around.get(i);
            if (outer instanceof Code.Block block) {
                List<Code> statements = block.statements();
                if (statements.isEmpty() || statements.get(statements.size() - 1) != inner) {
                    return false;
                }
            } else if (!(outer instanceof Code.Call call) || call.block() != inner) {
                return true;
            } else if (!TRANSPARENT.contains(call.name())) {
                return false;
            }
            inner = outer;
        }
        return false;
    }

    // -------------------------------------------------------------------------------------------- gates that are
    // caught

    private void swallowed(Step step) {
        Code.Block block = step.call().block();
        if (block != null && gate(block) != null) {
            findings.at(Rule.GATE_FAILS_OPEN, facts.file(), step.call().place())
                    .say(step.call().name() + " goes on after a gate that said no", "take the gate out of it");
        }
    }

    private void attempt(Code code) {
        if (!(code instanceof Code.Attempt attempt)) {
            return;
        }
        String gate = gate(attempt.body());
        if (gate == null) {
            return;
        }
        for (Code.Handler handler : attempt.handlers()) {
            if (BROAD.contains(handler.type()) && goesOn(handler.body())) {
                findings.at(
                                Rule.GATE_FAILS_OPEN,
                                facts.file(),
                                handler.span().start(),
                                handler.span().start() + 5)
                        .say(
                                "What " + gate + " throws ends here, and the build goes on",
                                "throw it again at the end of the catch block, or call error");
            }
        }
    }

    private static @Nullable String gate(Code code) {
        String[] found = new String[1];
        code.each(each -> {
            if (each instanceof Code.Call call && call.receiver() == null && isGate(call)) {
                found[0] = call.name();
            }
        });
        return found[0];
    }

    /** A time limit around a check that may end the build is a gate too. */
    private static boolean isGate(Code.Call call) {
        boolean[] ends = new boolean[1];
        if (call.name().equals("timeout") && call.block() != null) {
            call.block().each(code -> ends[0] |= code instanceof Code.Call inner && inner.is("error"));
        }
        return ends[0] || GATES.contains(call.name());
    }

    /** Whether nothing in it ends the build, or keeps what happened for somebody who may. */
    private boolean goesOn(Code.Block handler) {
        boolean[] ends = new boolean[1];
        handler.each(code -> {
            if (code instanceof Code.Exit exit && exit.kind().equals("throw")) {
                ends[0] = true;
            } else if (code instanceof Code.Call call) {
                boolean known = Set.of("echo", "println", "print", "script", "sh", "toString", "getMessage")
                        .contains(call.name());
                ends[0] |= call.receiver() == null && (!known || isExit(call));
            } else if (code instanceof Code.Operation operation
                    && operation.operator().equals("=")) {
                ends[0] |= !isGoodResult(operation);
            }
        });
        return !ends[0];
    }

    private static boolean isExit(Code.Call call) {
        String script = call.name().equals("sh") ? call.text("script") : "";
        return script != null && script.matches("(?s).*\\bexit\\s+[1-9].*");
    }

    private static boolean isGoodResult(Code.Operation operation) {
        return operation.left() instanceof Code.Property property
                && property.name().toLowerCase(Locale.ROOT).endsWith("result")
                && operation.right() instanceof Code.Text text
                && "SUCCESS".equals(text.constant());
    }

    // ---------------------------------------------------------------------------------------------------- comments

    private void comments() {
        boolean waits = facts.steps().stream().anyMatch(step -> step.is("waitForQualityGate"));
        boolean analyses = facts.steps().stream().anyMatch(step -> step.is("withSonarQubeEnv"))
                || facts.shells().stream().anyMatch(shell -> shell.flat().text().contains("sonar"));
        Set<Rule> said = new HashSet<>();
        for (PipelineScript.Comment comment : facts.script().comments()) {
            boolean gate = !waits && GATE_COMMENT.matcher(comment.text()).find();
            boolean analysis =
                    !analyses && ANALYSIS_COMMENT.matcher(comment.text()).find();
            if ((gate || analysis) && said.add(Rule.QUALITY_GATE_COMMENTED_OUT)) {
                Pattern pattern = gate ? GATE_COMMENT : ANALYSIS_COMMENT;
                java.util.regex.Matcher matcher = pattern.matcher(comment.text());
                int at = comment.span().start() + (matcher.find() ? matcher.start() : 0);
                findings.at(Rule.QUALITY_GATE_COMMENTED_OUT, facts.file(), at, at + 1)
                        .say(
                                (gate ? "The quality gate" : "The analysis") + " is commented out",
                                "take the comment away, or the code if it is not wanted");
            }
        }
    }
}
