package dev.octavo.engine.cluster;

import dev.octavo.engine.cluster.PlannedObject.Change;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What would become of an object.
 *
 * @param live the object as it is; empty where it is not there
 * @param result the object as it would be; empty where it would be new
 * @param takeOver whether a former delivery's fields become Octavo's before
 * @param warnings from the server, and about what is taken or lost
 * @param refusal why it cannot be written; null where it can
 */
record Trial(
        Change change,
        Map<String, Object> live,
        Map<String, Object> result,
        boolean takeOver,
        List<String> warnings,
        @Nullable Refusal refusal) {
    static Trial creating(List<String> warnings) {
        return new Trial(Change.CREATE, Map.of(), Map.of(), false, warnings, null);
    }

    static Trial refused(Refusal refusal) {
        return new Trial(Change.CREATE, Map.of(), Map.of(), false, List.of(), refusal);
    }

    /** Of an object that is there. */
    static Trial refused(Map<String, Object> live, Refusal refusal) {
        return new Trial(Change.CHANGE, live, live, false, List.of(), refusal);
    }

    static Trial changing(
            Map<String, Object> live, Map<String, Object> result, boolean takeOver, List<String> warnings) {
        return new Trial(Change.CHANGE, live, result, takeOver, warnings, null);
    }

    static Trial recreating(Map<String, Object> live, Map<String, Object> result, List<String> warnings) {
        return new Trial(Change.RECREATE, live, result, false, warnings, null);
    }
}
