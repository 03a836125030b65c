package dev.octavo.engine.catalog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The source files of a tree, each of which belongs to the nearest module above it; read once, and at the same time. */
final class Sources {
    /** A larger one was written by no person. */
    private static final int SOURCE_HEAD = 512 << 10;

    private final SourceTree tree;
    private final Map<String, List<String>> files = new HashMap<>();
    private final Map<String, SourceFacts> facts = new ConcurrentHashMap<>();
    /** The lines with imports, of the files that have some. */
    private final Map<String, String> imports = new ConcurrentHashMap<>();

    private final Map<String, List<String>> byName = new HashMap<>();

    private Sources(SourceTree tree) {
        this.tree = tree;
    }

    static Sources read(SourceTree tree, ModuleGraph graph) {
        Sources sources = new Sources(tree);
        for (String file : tree.all()) {
            if (isSource(file)) {
                String directory = SourceTree.parent(file);
                while (graph.module(directory) == null && !directory.equals(SourceTree.ROOT)) {
                    directory = SourceTree.parent(directory);
                }
                sources.files
                        .computeIfAbsent(directory, key -> new ArrayList<>())
                        .add(file);
                String name = SourceTree.name(file);
                sources.byName
                        .computeIfAbsent(name.substring(0, name.lastIndexOf('.')), key -> new ArrayList<>())
                        .add(file);
            }
        }
        sources.files.values().parallelStream().flatMap(List::stream).forEach(file -> {
            String text = tree.head(file, SOURCE_HEAD);
            int first = text.indexOf("\nimport ");
            if (first >= 0) {
                int end = text.indexOf('\n', text.lastIndexOf("\nimport ") + 1);
                sources.imports.put(file, text.substring(first, end < 0 ? text.length() : end + 1));
            }
            SourceFacts found = SourceFacts.read(file, text);
            if (!found.equals(SourceFacts.NONE)) {
                sources.facts.put(file, found);
            }
        });
        return sources;
    }

    private static boolean isSource(String file) {
        return (file.endsWith(".java") || file.endsWith(".kt") || file.endsWith(".groovy"))
                && (file.startsWith("src/main/") || file.contains("/src/main/"));
    }

    /** Whether a module that holds others has sources, too. */
    boolean hasOwn(String directory) {
        String start = directory.equals(SourceTree.ROOT) ? "src/" : directory + "/src/";
        return files.getOrDefault(directory, List.of()).stream().anyMatch(file -> file.startsWith(start));
    }

    /** What the files of a module tell, by file, those that tell nothing left out. */
    Map<String, SourceFacts> of(String directory) {
        Map<String, SourceFacts> found = new TreeMap<>();
        for (String file : files.getOrDefault(directory, List.of())) {
            SourceFacts one = facts.get(file);
            if (one != null) {
                found.put(file, one);
            }
        }
        return found;
    }

    Stream<SourceFacts> facts(String directory) {
        return of(directory).values().stream();
    }

    /** Whether the module has a file that is called so, without its ending. */
    boolean hasFile(String directory, String name) {
        List<String> own = files.getOrDefault(directory, List.of());
        return byName.getOrDefault(name, List.of()).stream().anyMatch(own::contains);
    }

    /**
     * Whether another file of these modules names a type: it imports it, or all of its package.
     *
     * @param file where the type is
     */
    boolean isUsed(String file, Collection<String> directories) {
        String name = SourceTree.name(file);
        String type = name.substring(0, name.lastIndexOf('.'));
        String folder = SourceTree.parent(file);
        String dotted = folder.substring(Math.max(0, folder.indexOf("src/main/") + "src/main/".length()))
                .replaceFirst("^\\w+/", "")
                .replace('/', '.');
        for (String directory : directories) {
            for (String other : files.getOrDefault(directory, List.of())) {
                String imported = imports.getOrDefault(other, "");
                if (!other.equals(file)
                        && (imported.contains("." + type + ";")
                                || imported.contains("." + type + "\n")
                                || imported.contains(dotted + ".*"))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The text of a constant, such as {@code ServiceNames.STOCK}; {@code null} where it cannot be found. */
    @Nullable
    String constant(String name, String user) {
        String[] parts = name.split("\\.");
        String field = parts[parts.length - 1];
        List<String> places =
                parts.length > 1 ? byName.getOrDefault(parts[parts.length - 2], List.of()) : List.of(user);
        if (parts.length == 1) {
            places = new ArrayList<>(places);
            // imported by its own name
            Matcher imported = Pattern.compile(
                            "import\\s+static\\s+[\\w.]*?(\\w+)\\.(?:\\*|" + Pattern.quote(field) + ")\\s*;")
                    .matcher(tree.head(user, SOURCE_HEAD));
            while (imported.find()) {
                places.addAll(byName.getOrDefault(imported.group(1), List.of()));
            }
        } else if (places.isEmpty() && parts.length > 2) {
            // a constant of a class in a class
            places = byName.getOrDefault(parts[0], List.of());
        }
        Pattern definition =
                Pattern.compile("\\b" + Pattern.quote(field) + "\\s*(?::\\s*String\\s*)?=\\s*\"([^\"\\n]*)\"");
        for (String place : places) {
            Matcher matcher = definition.matcher(tree.head(place, SOURCE_HEAD));
            if (matcher.find()) {
                return matcher.group(1);
            }
        }
        return null;
    }
}
