package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.template.Placeholder;
import dev.octavo.engine.template.Placeholder.Outcome;
import dev.octavo.engine.template.Placeholder.Where;
import dev.octavo.engine.template.Substituted;
import dev.octavo.engine.template.Substitution;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the objects that manifest files describe.
 *
 * <p>Files are named by Ant patterns, separated by commas, and read in the order of their names. Placeholders are
 * replaced before YAML is read.
 */
public final class ManifestLoader {
    private static final Pattern OPTION = Pattern.compile("(?:^|\\s)-{1,2}[a-z]+(?:[\\s=]|$)");
    private static final int MAX_FILES = 5_000;
    private static final int SHOWN = 8;

    private final Path directory;
    private final List<String> warnings = new ArrayList<>();

    private ManifestLoader(Path directory) {
        this.directory = directory;
    }

    /**
     * Reads the files.
     *
     * @param directory where the patterns start; nothing outside of it is read
     * @param patterns Ant patterns, separated by commas: {@code deploy/dev/**}
     * @param substitution applied to each file's text; null to leave the text as it is
     * @throws EngineException {@link ErrorCode#CONFIG_MANIFEST} where nothing matches or something cannot be read,
     *     {@link ErrorCode#CONFIG_UNDEFINED_VARIABLE} where strict substitution fails
     */
    public static Manifests load(Path directory, String patterns, @Nullable Substitution substitution) {
        return new ManifestLoader(directory.toAbsolutePath().normalize()).load(patterns, substitution);
    }

    private Manifests load(String patterns, @Nullable Substitution substitution) {
        List<String> files = find(patterns);
        List<Substituted> texts = new ArrayList<>();
        for (String file : files) {
            String text = read(file);
            texts.add(substitution == null ? Substituted.unchanged(file, text) : substitution.apply(file, text));
        }
        if (substitution != null) {
            substitution.check(texts);
        }
        List<ManifestObject> objects = new ArrayList<>();
        for (Substituted text : texts) {
            int before = objects.size();
            requireSameStructure(text);
            for (YamlDocuments.Document document : YamlDocuments.read(text.file(), text.text())) {
                addObjects(objects, text.file(), document);
            }
            if (objects.size() == before) {
                warnings.add(text.file() + " holds no object");
            }
        }
        List<Placeholder> placeholders =
                texts.stream().flatMap(text -> text.placeholders().stream()).toList();
        placeholders.forEach(this::warn);
        return new Manifests(objects, files, placeholders, warnings);
    }

    private void warn(Placeholder placeholder) {
        String start = placeholder.place() + "  " + placeholder.text() + " ";
        switch (placeholder.outcome()) {
            case UNDEFINED -> {
                if (!placeholder.foreign()) {
                    warnings.add(start + "is not defined and stays as it is written");
                }
            }
            case DROPPED -> warnings.add(start + "is not defined and becomes nothing");
            case EMPTY -> warnings.add(start + "is empty");
            case REPLACED -> {
                if (placeholder.where() == Where.PROGRAM_TEXT
                        && !placeholder.name().equals(placeholder.variable())) {
                    warnings.add(start + "is replaced by " + placeholder.variable() + "; write $" + placeholder.text()
                            + " if it is the program's own");
                }
            }
            case EXCLUDED -> {}
        }
    }

    /** A value such as {@code a: b} or one with a line end could add fields, or whole objects, to a manifest. */
    private static void requireSameStructure(Substituted text) {
        if (text.skeleton().isEmpty() || text.skeleton().equals(text.text())) {
            return;
        }
        List<YamlDocuments.Document> result = YamlDocuments.read(text.file(), text.text());
        String difference = Structure.difference(YamlDocuments.read(text.file(), text.skeleton()), result);
        if (difference.isEmpty()) {
            return;
        }
        String used = text.placeholders().stream()
                .filter(placeholder -> placeholder.outcome() == Outcome.REPLACED)
                .map(placeholder -> placeholder.text() + " at " + placeholder.place())
                .collect(Collectors.joining(", "));
        throw new EngineException(
                ErrorCode.CONFIG_MANIFEST,
                "The value of a variable changes the structure of a manifest",
                text.file() + (difference.equals("/") ? "" : ", field " + difference),
                "it is put there as it is, and YAML reads more than a value from it; replaced were: " + used,
                "put the placeholder in quotation marks, or give the variable a plain value");
    }

    // ------------------------------------------------------------------------------------------------- finding files

    private List<String> find(String patterns) {
        List<AntPattern> all = Arrays.stream(patterns.split(","))
                .map(String::strip)
                .filter(pattern -> !pattern.isEmpty())
                .map(AntPattern::new)
                .toList();
        if (all.isEmpty()) {
            throw wrongPattern("No manifest file is named", patterns, "name files, such as deploy/dev/**");
        }
        if (OPTION.matcher(patterns).find()) {
            throw wrongPattern(
                    "The manifest files are named with an option of another program",
                    patterns,
                    "write Ant patterns, separated by commas: deploy/dev/**, deploy/common.yaml");
        }
        TreeMap<String, AntPattern> found = new TreeMap<>();
        for (AntPattern pattern : all) {
            if (pattern.escapes()) {
                throw wrongPattern(
                        "A manifest pattern leaves the source tree",
                        pattern.text(),
                        "name files below " + directory + ", relative to it");
            }
            List<String> matches = pattern.wildcard() ? walk(pattern) : single(pattern);
            if (matches.isEmpty() && all.size() > 1) {
                warnings.add("no file matches " + pattern.text());
            }
            matches.forEach(match -> found.putIfAbsent(match, pattern));
        }
        List<String> files = new ArrayList<>();
        found.forEach((file, pattern) -> {
            if (pattern.wildcard() && isKustomization(file)) {
                return; // for kubectl apply -k, which names the others
            }
            if (!pattern.wildcard() || isManifest(file)) {
                files.add(file);
            } else {
                warnings.add(file + " is neither YAML nor JSON and is left out");
            }
        });
        if (files.isEmpty()) {
            throw new EngineException(
                    ErrorCode.CONFIG_MANIFEST,
                    "No manifest file matches " + patterns,
                    directory.toString(),
                    whatIsThere(),
                    "correct the pattern; it is relative to the directory above, by Ant's rules");
        }
        return files;
    }

    private static EngineException wrongPattern(String what, String patterns, String fix) {
        return new EngineException(ErrorCode.CONFIG_MANIFEST, what, patterns, "Ant patterns are expected", fix);
    }

    private static boolean isManifest(String file) {
        String name = file.toLowerCase(Locale.ROOT);
        return name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
    }

    private static boolean isKustomization(String file) {
        String name = file.substring(file.lastIndexOf('/') + 1);
        return name.equals("kustomization.yaml") || name.equals("kustomization.yml");
    }

    private List<String> single(AntPattern pattern) {
        Path file = directory.resolve(pattern.text());
        if (Files.isDirectory(file)) {
            throw wrongPattern(
                    "A manifest pattern names a directory", pattern.text(), "write " + pattern.text() + "/**");
        }
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new EngineException(
                    ErrorCode.CONFIG_MANIFEST,
                    "The manifest file " + pattern.text() + " does not exist",
                    directory.toString(),
                    whatIsThere(),
                    "correct the name; it is relative to the directory above");
        }
        return List.of(pattern.text());
    }

    private List<String> walk(AntPattern pattern) {
        Path root = directory.resolve(pattern.root());
        List<String> matches = new ArrayList<>();
        if (!Files.isDirectory(root)) {
            return matches;
        }
        visit(root, path -> {
            if (pattern.matches(path)) {
                matches.add(path);
            }
            return matches.size() <= MAX_FILES;
        });
        if (matches.size() > MAX_FILES) {
            throw wrongPattern(
                    "More than " + MAX_FILES + " files match a manifest pattern", pattern.text(), "narrow the pattern");
        }
        return matches;
    }

    private interface PathVisitor {
        /** @return whether to go on */
        boolean visit(String path);
    }

    private void visit(Path root, PathVisitor visitor) {
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
                    return AntPattern.excluded(relative(dir)) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    String path = relative(file);
                    boolean candidate = !AntPattern.excluded(path)
                            && (attributes.isRegularFile()
                                    || (attributes.isSymbolicLink() && Files.isRegularFile(file)));
                    return !candidate || visitor.visit(path) ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    warnings.add(relative(file) + " cannot be read");
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw unreadable(relative(root), e);
        }
    }

    private String relative(Path path) {
        return directory.relativize(path).toString().replace('\\', '/');
    }

    /** The YAML files that there are, a few, for somebody who named them wrongly. */
    private String whatIsThere() {
        if (!Files.isDirectory(directory)) {
            return "the directory does not exist";
        }
        TreeSet<String> there = new TreeSet<>(
                Comparator.comparingInt((String path) -> depth(path)).thenComparing(Comparator.naturalOrder()));
        int[] visited = new int[1];
        visit(directory, path -> {
            if (isManifest(path) && !path.startsWith("target/") && !path.contains("/target/")) {
                there.add(path);
            }
            return ++visited[0] < 100_000;
        });
        if (there.isEmpty()) {
            return "there is no YAML or JSON file in that directory";
        }
        String shown = String.join(", ", there.stream().limit(SHOWN).toList());
        return "there are: " + shown + (there.size() > SHOWN ? " and " + (there.size() - SHOWN) + " more" : "");
    }

    private static int depth(String path) {
        return (int) path.chars().filter(c -> c == '/').count();
    }

    // ------------------------------------------------------------------------------------------------- reading files

    private String read(String file) {
        Path path = directory.resolve(file);
        try {
            if (!path.toRealPath().startsWith(directory.toRealPath())) {
                throw new EngineException(
                        ErrorCode.CONFIG_MANIFEST,
                        "A manifest file is a link that leaves the source tree",
                        file,
                        "what is outside of it is not read",
                        "put the file itself there");
            }
            if (Files.size(path) > 4L * YamlDocuments.MAX_LENGTH) {
                throw new EngineException(
                        ErrorCode.CONFIG_MANIFEST,
                        "A manifest file is too large",
                        file,
                        "it has " + Files.size(path) + " bytes",
                        "split it");
            }
            return Files.readString(path, StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            throw new EngineException(
                    ErrorCode.CONFIG_MANIFEST,
                    "A manifest file is not UTF-8",
                    file,
                    "it holds bytes that are no character in that encoding",
                    "save it as UTF-8, or narrow the pattern if it is no manifest",
                    e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static EngineException unreadable(String file, IOException e) {
        return new EngineException(
                ErrorCode.CONFIG_MANIFEST,
                "A manifest file cannot be read",
                file,
                String.valueOf(e.getMessage()),
                "check that it exists and may be read",
                e);
    }

    // --------------------------------------------------------------------------------------------------- the objects

    private static void addObjects(List<ManifestObject> objects, String file, YamlDocuments.Document document) {
        if (document.content() == null) {
            return;
        }
        if (!(document.content() instanceof Map<?, ?>)) {
            throw broken(file, document.line(), "The document is not an object", "it is a list or a single value");
        }
        Map<String, Object> content = Tree.map(document.content());
        String kind = Tree.text(content, "kind");
        if (kind.endsWith("List") && content.get("items") instanceof List<?> items) {
            for (int i = 0; i < items.size(); i++) {
                Map<String, Object> item = Tree.copy(Tree.map(items.get(i)));
                item.putIfAbsent("apiVersion", content.getOrDefault("apiVersion", ""));
                if (kind.length() > "List".length()) {
                    item.putIfAbsent("kind", kind.substring(0, kind.length() - "List".length()));
                }
                objects.add(object(file, document.itemLines().get(i), item));
            }
            return;
        }
        objects.add(object(file, document.line(), content));
    }

    private static ManifestObject object(String file, int line, Map<String, Object> content) {
        List<String> missing = new ArrayList<>();
        String apiVersion = Tree.text(content, "apiVersion");
        String kind = Tree.text(content, "kind");
        String name = Tree.text(content, "metadata", "name");
        if (apiVersion.isEmpty()) {
            missing.add("apiVersion");
        }
        if (kind.isEmpty()) {
            missing.add("kind");
        }
        if (name.isEmpty()) {
            missing.add("metadata.name");
        }
        if (!missing.isEmpty()) {
            Object written = Tree.at(content, "metadata", "name");
            String why = written != null && !(written instanceof String)
                    ? "metadata.name is not a text: put it in quotation marks"
                    : Tree.at(content, "metadata", "generateName") != null
                            ? "an object with generateName is another one each time, so it cannot be applied"
                            : "every object needs apiVersion, kind and metadata.name";
            throw broken(file, line, "An object has no " + String.join(", no ", missing), why);
        }
        requireTexts(file, line, content, "labels");
        requireTexts(file, line, content, "annotations");
        ManifestObject object = new ManifestObject(
                apiVersion, kind, Tree.text(content, "metadata", "namespace"), name, content, file, line);
        Wave.Turn unused = Wave.turn(object); // a wrong annotation is told without a cluster
        return object;
    }

    private static void requireTexts(String file, int line, Map<String, Object> content, String field) {
        Tree.map(content, "metadata", field).forEach((key, value) -> {
            if (!(value instanceof String)) {
                throw broken(
                        file,
                        line,
                        "metadata." + field + "." + key + " is not a text",
                        "YAML reads its value as " + (value == null ? "nothing" : "a number or a truth value")
                                + ": put it in quotation marks");
            }
        });
    }

    private static EngineException broken(String file, int line, String what, String why) {
        return new EngineException(ErrorCode.CONFIG_MANIFEST, what, file + ":" + line, why, "correct the manifest");
    }
}
