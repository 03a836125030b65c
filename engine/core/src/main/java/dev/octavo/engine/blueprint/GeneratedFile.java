package dev.octavo.engine.blueprint;

import org.jspecify.annotations.Nullable;

/**
 * A file that Octavo writes, and what becomes of it.
 *
 * @param path from the root
 * @param before what is there; null where there is no file
 * @param after what is to be there; null for no file
 * @param note what a person should know; {@code ""} for nothing
 */
public record GeneratedFile(
        String path,
        State state,
        @Nullable String before,
        @Nullable String after,
        String note) {
    /** What becomes of a file. */
    public enum State {
        /** It is as it would be written now. */
        SAME,
        /** It is new. */
        CREATED,
        /** It is written anew; nobody had changed it. */
        UPDATED,
        /** What is new is put into what a person has changed. */
        MERGED,
        /** A person and Octavo have changed the same lines: both are in the file, between marks. */
        CONFLICT,
        /** A person has changed or deleted it, and that stays so. */
        KEPT,
        /** Nobody had changed it, and it is needed no more. */
        DELETED,
        /** A person wrote it: it is left alone. */
        FOREIGN
    }

    /** Whether the folder is not as it would be after generating. */
    public boolean isStale() {
        return switch (state) {
            case CREATED, UPDATED, MERGED, CONFLICT, DELETED -> true;
            case SAME, KEPT, FOREIGN -> false;
        };
    }
}
