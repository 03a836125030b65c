package dev.octavo.engine.preflight;

import dev.octavo.engine.preflight.script.Code;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Stages that are written once for each service. */
final class StageRules {
    private static final int MANY = 5;

    private final PipelineFacts facts;
    private final Services services;
    private final Findings findings;

    StageRules(PipelineFacts facts, Services services, Findings findings) {
        this.facts = facts;
        this.services = services;
        this.findings = findings;
    }

    void check() {
        List<String> names = new ArrayList<>(services.names());
        names.removeIf(name -> name.length() < 3);
        names.sort(Comparator.comparingInt(String::length).reversed());
        Map<String, List<Code.Call>> alike = new LinkedHashMap<>();
        for (Step step : facts.steps()) {
            Code.Block block = step.call().block();
            if (step.is("stage") && block != null && isLeaf(block)) {
                alike.computeIfAbsent(shape(block, names), key -> new ArrayList<>())
                        .add(step.call());
            }
        }
        List<List<Code.Call>> many =
                alike.values().stream().filter(group -> group.size() >= MANY).toList();
        if (!many.isEmpty()) {
            int stages = many.stream().mapToInt(List::size).sum();
            Code.Call first = many.get(0).get(0);
            findings.at(Rule.UNROLLED_STAGES, facts.file(), first.place())
                    .say(
                            stages + " stages differ from each other only in the name of a service",
                            "write them once with a matrix, a parameter, or microservicePipeline");
        }
    }

    private static boolean isLeaf(Code.Block block) {
        return block.calls().stream().noneMatch(call -> call.is("stages") || call.is("parallel") || call.is("stage"));
    }

    private String shape(Code.Block block, List<String> names) {
        String text =
                facts.file().text().substring(block.span().start(), block.span().end());
        for (String name : names) {
            text = text.replace(name, "§");
        }
        return text.replaceAll("\\s+", " ").replaceAll("\\d+", "0");
    }
}
