package dev.octavo.engine.cluster;

import java.util.Set;

/**
 * How objects are written.
 *
 * @param forceConflicts whether fields are taken from whatever else owns them
 * @param recreate objects ({@code Kind/name}) that may be deleted and made again where a change needs that
 * @param watched whether what starts then is waited for, which needs permissions of its own
 */
public record ApplyOptions(boolean forceConflicts, Set<String> recreate, boolean watched) {
    /** Nothing is taken and nothing is made again. */
    public static final ApplyOptions DEFAULT = new ApplyOptions(false, Set.of());

    public ApplyOptions {
        recreate = Set.copyOf(recreate);
    }

    public ApplyOptions(boolean forceConflicts, Set<String> recreate) {
        this(forceConflicts, recreate, true);
    }

    /** The same, where nothing is waited for. */
    ApplyOptions unwatched() {
        return new ApplyOptions(forceConflicts, recreate, false);
    }
}
