package dev.octavo.engine.preflight;

import dev.octavo.engine.preflight.script.Flat;
import dev.octavo.engine.preflight.script.ShellScript;
import dev.octavo.engine.preflight.script.Span;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A step {@code sh} with its script.
 *
 * @param assigned what the script sets itself, in {@linkplain PipelineFacts#canonical one form}
 */
record ShellUse(Step step, Flat flat, ShellScript script, Map<String, String> assigned, PipelineFacts facts) {
    static ShellUse of(Step step, Flat flat, PipelineFacts facts) {
        ShellScript script = ShellScript.read(flat.text());
        Map<String, String> assigned = new LinkedHashMap<>();
        script.assigned().forEach((name, value) -> assigned.put(name, facts.canonical(value, flat)));
        return new ShellUse(step, flat, script, assigned, facts);
    }

    /** Where a word is written. */
    Span span(ShellScript.Word word) {
        return span(word.start(), word.end());
    }

    Span span(int start, int end) {
        return new Span(flat.offset(start), flat.offset(Math.max(start, end - 1)) + 1);
    }

    /** Its text with the values that are plain to see. */
    String resolved(String word) {
        return facts.resolve(facts.canonical(word, flat), step.scope(), assigned);
    }
}
