package dev.octavo.engine.runner.declarative;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.runner.api.SourcePlace;
import dev.octavo.engine.runner.cps.Suggestions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** All mistakes in a {@code pipeline} block, so that they are reported together. */
final class Problems {
    private final List<EngineException> all = new ArrayList<>();

    void syntax(SourcePlace place, String what, String why, String fix) {
        all.add(new EngineException(ErrorCode.PIPELINE_SYNTAX, what, place.toString(), why, fix));
    }

    /** {@code "stgaes" is no section of a pipeline}. */
    void unknown(SourcePlace place, String name, String kind, Collection<String> known) {
        all.add(new EngineException(
                ErrorCode.PIPELINE_UNKNOWN,
                "\"" + name + "\" is no " + kind,
                place.toString(),
                Suggestions.sentence(name, known),
                "correct the name, or take it away"));
    }

    void add(EngineException problem) {
        all.add(problem);
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** One failure: the first mistake in full, the others with their places. */
    EngineException combined() {
        all.sort(java.util.Comparator.comparingInt(Problems::line));
        EngineException first = all.get(0);
        if (all.size() == 1) {
            return first;
        }
        List<String> why = new ArrayList<>();
        why.add(first.why());
        why.add(all.size() == 2 ? "and one more mistake:" : "and " + (all.size() - 1) + " more mistakes:");
        for (EngineException other : all.subList(1, all.size())) {
            why.add(other.where() + "  " + other.what() + " ("
                    + other.why().lines().findFirst().orElse("") + ")");
        }
        return new EngineException(first.code(), first.what(), first.where(), String.join("\n", why), first.fix());
    }

    private static int line(EngineException problem) {
        String where = problem.where();
        try {
            return Integer.parseInt(where.substring(where.lastIndexOf(':') + 1));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
