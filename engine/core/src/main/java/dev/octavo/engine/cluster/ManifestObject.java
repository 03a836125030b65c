package dev.octavo.engine.cluster;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An object that a manifest describes.
 *
 * @param namespace as the manifest says, or as it was decided for it; {@code ""} for none
 * @param content the whole object: maps, lists, texts, numbers and truth values; not to be changed
 * @param file where it is written, relative to the manifests' directory; {@code ""} where Octavo adds it
 * @param line where it begins in the file, from 1
 */
public record ManifestObject(
        String apiVersion,
        String kind,
        String namespace,
        String name,
        Map<String, Object> content,
        String file,
        int line) {
    public ManifestObject {
        content = Tree.freeze(content);
    }

    /** {@code Kind/name}. */
    public String title() {
        return kind + "/" + name;
    }

    /** {@code file:line}. */
    public String place() {
        return file.isEmpty() ? "" : file + ":" + line;
    }

    /** The API group, {@code ""} for the core one. */
    String group() {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }

    /** The same object, in a namespace or ({@code ""}) in none. */
    ManifestObject inNamespace(String other) {
        Map<String, Object> metadata = new LinkedHashMap<>(Tree.map(content, "metadata"));
        if (other.isEmpty()) {
            metadata.remove("namespace");
        } else {
            metadata.put("namespace", other);
        }
        Map<String, Object> changed = new LinkedHashMap<>(content);
        changed.put("metadata", metadata);
        return new ManifestObject(apiVersion, kind, other, name, changed, file, line);
    }

    /** The same object as another version of the API has it. */
    ManifestObject inVersion(String other, Map<String, Object> converted) {
        Map<String, Object> changed = new LinkedHashMap<>(converted);
        changed.put("apiVersion", other);
        return new ManifestObject(other, kind, namespace, name, changed, file, line);
    }

    /** The annotation's value; {@code ""} where there is none. */
    String annotation(String key) {
        return Tree.text(content, "metadata", "annotations", key);
    }

    /** The same object with another content. */
    ManifestObject withContent(Map<String, Object> other) {
        return new ManifestObject(apiVersion, kind, namespace, name, other, file, line);
    }

    /** Does not show the content, which may hold secrets. */
    @Override
    public String toString() {
        return apiVersion + " " + title() + (namespace.isEmpty() ? "" : " in " + namespace) + " at " + place();
    }
}
