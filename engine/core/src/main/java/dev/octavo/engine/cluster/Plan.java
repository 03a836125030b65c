package dev.octavo.engine.cluster;

import dev.octavo.engine.cluster.PlannedObject.Change;
import dev.octavo.engine.template.Placeholder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a deployment will do. Nothing was written to make it. It holds no secret and can be written as JSON.
 *
 * @param server the API server's URL
 * @param namespace where everything goes, or, where that is several ones, what does not say so itself
 * @param objects in the order in which they will be applied, then those that are deleted
 * @param digests of the images that the run built, by repository
 * @param placeholders what was replaced in the manifests, and by a value from where
 * @param hash {@code sha256:...} over what is written, the digests, and what it meets in the cluster
 */
public record Plan(
        String environment,
        String server,
        String namespace,
        List<PlannedObject> objects,
        List<ImageUse> images,
        Map<String, String> digests,
        List<Placeholder> placeholders,
        List<String> warnings,
        String hash) {
    private static final int SHOWN_VALUE = 60;
    private static final int SHOWN_CHANGES = 20;
    /** With more objects than this, those that stay as they are need not be named. */
    private static final int SHOWN_OBJECTS = 20;

    public Plan {
        Objects.requireNonNull(environment);
        Objects.requireNonNull(server);
        Objects.requireNonNull(namespace);
        Objects.requireNonNull(hash);
        objects = List.copyOf(objects);
        images = List.copyOf(images);
        digests = Collections.unmodifiableMap(new TreeMap<>(digests));
        placeholders = List.copyOf(placeholders);
        warnings = List.copyOf(warnings);
    }

    /** A plan with its hash. */
    public static Plan of(
            String environment,
            String server,
            String namespace,
            List<PlannedObject> objects,
            List<ImageUse> images,
            Map<String, String> digests,
            List<Placeholder> placeholders,
            List<String> warnings) {
        Plan draft = new Plan(environment, server, namespace, objects, images, digests, placeholders, warnings, "");
        return draft.with(objects);
    }

    /** The same with other objects, such as some to delete besides; it has another hash. */
    Plan with(List<PlannedObject> others) {
        Plan draft = new Plan(environment, server, namespace, others, images, digests, placeholders, warnings, "");
        return new Plan(
                environment, server, namespace, others, images, digests, placeholders, warnings, draft.computedHash());
    }

    /** Whether it is as it was made. */
    public boolean intact() {
        return hash.equals(computedHash());
    }

    /** What {@link #hash} is unless somebody has changed the plan. */
    private String computedHash() {
        List<Object> all = new ArrayList<>(List.of(environment, server, namespace, digests));
        for (PlannedObject object : objects) {
            all.add(List.of(object.identity(), object.change(), object.changes(), object.written(), object.met()));
        }
        return Fingerprint.of(all);
    }

    /** How many objects see that change. */
    public int count(Change change) {
        return (int)
                objects.stream().filter(object -> object.change() == change).count();
    }

    /** {@code 2 to create, 1 to change, 3 unchanged}; recreated and deleted ones where there are any. */
    public String summary() {
        return Stream.of(Change.values())
                .filter(change -> count(change) > 0 || (change != Change.RECREATE && change != Change.DELETE))
                .map(change -> count(change) + " " + change.counted())
                .collect(Collectors.joining(", "));
    }

    /** A table for people, without a line end after the last line. */
    public String text() {
        List<String> lines = new ArrayList<>();
        lines.add("Plan for " + environment + ": namespace " + namespace + " on " + server);
        List<PlannedObject> shown = objects.stream()
                .filter(object -> objects.size() <= SHOWN_OBJECTS
                        || object.change() != Change.UNCHANGED
                        || !object.warnings().isEmpty())
                .toList();
        int changes = width(Stream.of(Change.values()).map(Change::word));
        int kinds = width(shown.stream().map(PlannedObject::kind));
        int names = width(shown.stream().map(this::shownName));
        for (PlannedObject object : shown) {
            lines.add(("  " + pad(object.change().word(), changes) + "  " + pad(object.kind(), kinds) + "  "
                            + pad(shownName(object), names) + "  " + object.place())
                    .stripTrailing());
            addChanges(lines, object);
            object.warnings().forEach(warning -> lines.add("      warning: " + warning));
        }
        lines.add(summary());
        images.stream()
                .map(image -> "image " + image.image() + origin(image))
                .distinct()
                .forEach(lines::add);
        warnings.forEach(warning -> lines.add("warning: " + warning));
        lines.add("plan " + hash);
        return String.join("\n", lines);
    }

    private static String origin(ImageUse image) {
        if (image.pinned()) {
            return "";
        }
        return image.image().contains("@") ? " (not built by this run)" : " (not built by this run, and only a tag)";
    }

    private static void addChanges(List<String> lines, PlannedObject object) {
        List<FieldChange> shown = object.changes()
                .subList(0, Math.min(SHOWN_CHANGES, object.changes().size()));
        int paths = width(shown.stream().map(FieldChange::path));
        for (FieldChange field : shown) {
            lines.add(
                    "      " + pad(field.path(), paths) + "  " + shown(field.before()) + " -> " + shown(field.after()));
        }
        int rest = object.changes().size() - shown.size();
        if (rest > 0) {
            lines.add("      and " + rest + " more fields");
        }
    }

    private String shownName(PlannedObject object) {
        boolean elsewhere = !object.namespace().isEmpty() && !object.namespace().equals(namespace);
        return elsewhere ? object.namespace() + "/" + object.name() : object.name();
    }

    private static String shown(String value) {
        if (value.isEmpty()) {
            return "(none)";
        }
        String line = value.replace("\n", "\\n");
        if (line.length() <= SHOWN_VALUE) {
            return line;
        }
        // the ends of images and addresses tell more than their middle
        int half = (SHOWN_VALUE - 3) / 2;
        return line.substring(0, half) + "..." + line.substring(line.length() - half);
    }

    private static int width(Stream<String> texts) {
        return texts.mapToInt(String::length).max().orElse(0);
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
