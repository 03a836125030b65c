package dev.octavo.engine.cluster;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What will happen to an object.
 *
 * @param namespace {@code ""} for kinds without namespaces
 * @param file where it is written; {@code ""} where Octavo adds it, or an earlier release had it
 * @param line in the file, from 1
 * @param changes the fields that change, secrets masked; none unless {@link Change#CHANGE} or {@link Change#RECREATE}
 * @param warnings what the API server or Octavo has to say about it
 * @param written changes with what is written; {@code ""} where nothing is; secrets cannot be got from it
 * @param met changes with what it meets in the cluster, as far as that matters; secrets cannot be got from it
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
        String written,
        String met) {
    public PlannedObject {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(apiVersion);
        Objects.requireNonNull(namespace);
        Objects.requireNonNull(name);
        Objects.requireNonNull(change);
        Objects.requireNonNull(written);
        Objects.requireNonNull(met);
        changes = List.copyOf(changes);
        warnings = List.copyOf(warnings);
    }

    /**
     * One that is deleted.
     *
     * @param uid of the object in the cluster
     */
    static PlannedObject deleted(ResourceType type, String namespace, String name, String uid, List<String> warnings) {
        return new PlannedObject(
                type.kind(),
                type.apiVersion(),
                namespace,
                name,
                Change.DELETE,
                "",
                0,
                List.of(),
                warnings,
                "",
                Fingerprint.of(List.of(uid)));
    }

    /** {@code Kind/name}. */
    public String title() {
        return kind + "/" + name;
    }

    /** {@code file:line}; {@code ""} where it is in no file. */
    public String place() {
        return file.isEmpty() ? "" : file + ":" + line;
    }

    /** The same for the same object in another plan, whatever version of its kind was written. */
    public String identity() {
        String group = group();
        return kind + (group.isEmpty() ? "" : "." + group) + "/" + name
                + (namespace.isEmpty() ? "" : " in " + namespace);
    }

    /** The API group, {@code ""} for the core one. */
    String group() {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }

    /** What is done. */
    public enum Change {
        /** It is not there yet. */
        CREATE("to create"),
        /** It is there and will be another. */
        CHANGE("to change"),
        /** It is there, and is deleted and made again, since it cannot be changed into what is wanted. */
        RECREATE("to recreate"),
        /** An earlier release had it and this one has not. */
        DELETE("to delete"),
        /** It is there as it should be. */
        UNCHANGED("unchanged");

        private final String counted;

        Change(String counted) {
            this.counted = counted;
        }

        /** In a table. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Behind a number. */
        public String counted() {
            return counted;
        }
    }
}
