package dev.octavo.engine.preflight;

import dev.octavo.engine.api.NearestName;
import dev.octavo.engine.preflight.script.Code;
import dev.octavo.engine.preflight.script.Span;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What Groovy can read and Declarative Pipeline refuses: sections that there are not, and code where only steps may stand. */
final class StructureRules {
    private static final Set<String> PIPELINE =
            Set.of("agent", "environment", "libraries", "options", "parameters", "post", "stages", "tools", "triggers");
    private static final Set<String> STAGE = Set.of(
            "agent",
            "environment",
            "failFast",
            "input",
            "matrix",
            "options",
            "parallel",
            "post",
            "stages",
            "steps",
            "tools",
            "when");
    private static final Map<String, Set<String>> SECTIONS =
            Map.of("pipeline", PIPELINE, "stage", STAGE, "stages", Set.of("stage"), "parallel", Set.of("stage"));

    private final PipelineFacts facts;
    private final Findings findings;

    StructureRules(PipelineFacts facts, Findings findings) {
        this.facts = facts;
        this.findings = findings;
    }

    void check() {
        for (Code statement : facts.script().body().statements()) {
            if (statement instanceof Code.Call call && call.is("pipeline") && call.block() != null) {
                sections(call, call.block());
                required(call, call.block());
            }
        }
    }

    private void required(Code.Call pipeline, Code.Block block) {
        for (String section : new TreeSet<>(Set.of("agent", "stages"))) {
            boolean there = block.statements().stream()
                    .anyMatch(statement -> statement instanceof Code.Call call && names(call, section));
            if (!there) {
                report(
                        pipeline.place(),
                        List.of(),
                        "The pipeline has no section " + section,
                        "write one; it must be there");
            }
        }
    }

    /** Also where two sections in one line have become one chain of calls. */
    private static boolean names(Code.Call call, String section) {
        return call.name().equals(section) || (call.receiver() instanceof Code.Call other && names(other, section));
    }

    private void sections(Code.Call call, Code.Block block) {
        Set<String> known = SECTIONS.getOrDefault(call.name(), Set.of());
        for (Code statement : block.statements()) {
            if (!(statement instanceof Code.Call section)) {
                report(
                        statement.span(),
                        List.of(),
                        "This is no section of " + call.name(),
                        "take it away, or make it a comment with //");
            } else if (section.receiver() != null) {
                report(
                        section.place(),
                        List.of(),
                        "Two sections stand in one line here, which Groovy takes for one",
                        "put each on its own line");
            } else if (!known.contains(section.name())) {
                List<String> meant = NearestName.of(section.name(), known);
                report(
                        section.place(),
                        meant,
                        call.name() + " has no section " + section.name(),
                        Names.fix(meant, "move it to where it belongs"));
            } else {
                section(section);
            }
        }
    }

    private void section(Code.Call section) {
        Code.Block block = section.block();
        if (block == null) {
            return;
        }
        switch (section.name()) {
            case "stages", "stage", "parallel" -> sections(section, block);
            case "steps" -> steps(block);
            case "post" ->
                block.calls().forEach(condition -> {
                    Code.Block steps = condition.block();
                    if (steps != null) {
                        steps(steps);
                    }
                });
            case "environment" ->
                block.statements().stream()
                        .filter(statement -> !(statement instanceof Code.Operation))
                        .forEach(statement -> report(
                                statement.span(),
                                List.of(),
                                "This is no variable with its value",
                                "write NAME = 'value', or make it a comment with //"));
            default -> {
                // looked at nowhere
            }
        }
    }

    private void steps(Code.Block block) {
        for (Code statement : block.statements()) {
            boolean step = statement instanceof Code.Call call && call.receiver() == null;
            if (!step) {
                report(
                        statement instanceof Code.Call call ? call.place() : statement.span(),
                        List.of(),
                        "Only steps may stand here, and this is other code",
                        "put it into script { … }, or make it a comment with //");
            }
        }
    }

    private void report(Span span, List<String> meant, String message, String fix) {
        findings.at(Rule.PIPELINE_SYNTAX, facts.file(), span).meant(meant).say(message, fix);
    }
}
