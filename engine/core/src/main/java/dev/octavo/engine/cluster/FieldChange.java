package dev.octavo.engine.cluster;

import java.util.Objects;

/**
 * A field that will be another.
 *
 * @param path such as {@code spec.template.spec.containers[app].image}
 * @param before the value now, as JSON or, for a text, as it is; {@code ""} where the field is not there
 * @param after the value then; {@code ""} where the field will not be there
 */
public record FieldChange(String path, String before, String after) {
    public FieldChange {
        Objects.requireNonNull(path);
        Objects.requireNonNull(before);
        Objects.requireNonNull(after);
    }
}
