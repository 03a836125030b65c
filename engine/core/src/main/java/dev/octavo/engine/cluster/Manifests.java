package dev.octavo.engine.cluster;

import dev.octavo.engine.template.Placeholder;
import java.util.List;

/**
 * What was read from manifest files.
 *
 * @param files the files, relative to their directory, in the order read
 * @param placeholders every placeholder of these files
 * @param warnings what the user should know
 */
public record Manifests(
        List<ManifestObject> objects, List<String> files, List<Placeholder> placeholders, List<String> warnings) {
    public Manifests {
        objects = List.copyOf(objects);
        files = List.copyOf(files);
        placeholders = List.copyOf(placeholders);
        warnings = List.copyOf(warnings);
    }
}
