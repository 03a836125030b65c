package dev.octavo.engine.sandbox.kube;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A change of one object.
 *
 * @param object as it is now, or was last; nobody changes it
 * @param before as it was; null where it is new
 */
public record Change(
        Type type,
        long version,
        Kind kind,
        ObjectNode object,
        @Nullable ObjectNode before) {
    /** What happened to the object. */
    public enum Type {
        ADDED,
        MODIFIED,
        DELETED
    }
}
