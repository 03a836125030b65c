package dev.octavo.engine.cluster;

import java.util.List;

/**
 * What will happen to an object.
 *
 * @param namespace {@code ""} for kinds without namespaces
 * @param file where it is written; {@code ""} where Octavo adds it
 * @param line in the file, from 1
 * @param changes the fields that change, secrets masked; none unless {@link Change#CHANGE}
 * @param warnings what the API server or Octavo has to say about it
 * @param fingerprint changes with what is written and with what it meets in the cluster; secrets cannot be got from it
 */
public record PlannedObject(
        String kind,
        String apiVersion,
        String namespace,
        String name,
        Change change,
        String file,
        int line,
        List<FieldChange> changes,
        List<String> warnings,
        String fingerprint) {
    public PlannedObject {
        changes = List.copyOf(changes);
        warnings = List.copyOf(warnings);
    }

    /** {@code Kind/name}. */
    public String title() {
        return kind + "/" + name;
    }

    /** What is done. */
    public enum Change {
        /** It is not there yet. */
        CREATE,
        /** It is there and will be another. */
        CHANGE,
        /** It is there as it should be. */
        UNCHANGED
    }
}
