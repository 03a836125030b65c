package dev.octavo.engine.catalog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The settings of a Spring Boot application, as its own files give them: no environment, no command line. */
final class SpringSettings {
    private static final List<String> FOLDERS =
            List.of("src/main/resources", "src/main/resources/config", "src/main/webapp/WEB-INF/classes");
    private static final List<String> ENDINGS = List.of(".yaml", ".yml", ".properties");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^:{}$]+)(?::([^{}$]*))?}");
    /** A variable of the environment, by its name. */
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]*)(?::[^}]*)?}");

    private static final Pattern PROFILE_FILE =
            Pattern.compile("(?:application|bootstrap)-([A-Za-z0-9_.-]+)\\.(?:ya?ml|properties)");

    private static final int MAX_PLACEHOLDERS = 20;

    private final SourceTree tree;
    /** Folders of modules, the own one first. */
    private final List<String> directories;

    private final Map<String, String> buildProperties;
    private final Map<String, Setting> values = new HashMap<>();
    private final Set<String> profiles = new TreeSet<>();
    private final Set<String> active = new LinkedHashSet<>();
    private final Set<String> shared = new HashSet<>();
    private final Set<String> read = new HashSet<>();
    private final List<String> readFiles = new ArrayList<>();

    private SpringSettings(SourceTree tree, List<String> directories, Map<String, String> buildProperties) {
        this.tree = tree;
        this.directories = directories;
        this.buildProperties = buildProperties;
    }

    /**
     * Reads the settings of a module.
     *
     * @param directories the module's folder, then those of the libraries that it is built from
     * @param buildProperties what the build may fill in when it copies the files
     */
    static SpringSettings read(SourceTree tree, List<String> directories, Map<String, String> buildProperties) {
        SpringSettings settings = new SpringSettings(tree, directories, buildProperties);
        settings.findProfiles();
        settings.readNamed("bootstrap");
        settings.readNamed("application");
        for (int i = 0; i < MAX_PLACEHOLDERS; i++) {
            String next = settings.nextProfile();
            if (next == null) {
                break;
            }
            settings.active.add(next);
            settings.readNamed("bootstrap-" + next);
            settings.readNamed("application-" + next);
            settings.readParts(next);
        }
        return settings;
    }

    private @Nullable String nextProfile() {
        List<String> wanted = new ArrayList<>();
        for (String name : List.of("spring.profiles.active", "spring.profiles.include", "spring.profiles.default")) {
            wanted.addAll(List.of(get(name, "").split(",")));
        }
        List.copyOf(active)
                .forEach(one -> wanted.addAll(
                        List.of(get("spring.profiles.group." + one, "").split(","))));
        return wanted.stream()
                .map(String::strip)
                .filter(name -> name.matches("[A-Za-z0-9_.-]+") && !active.contains(name))
                .findFirst()
                .orElse(null);
    }

    private void findProfiles() {
        for (String folder : FOLDERS) {
            for (String file : tree.in(SourceTree.child(directories.get(0), folder))) {
                Matcher matcher = PROFILE_FILE.matcher(SourceTree.name(file));
                if (matcher.matches()) {
                    profiles.add(matcher.group(1));
                }
            }
        }
    }

    /** The profiles that have values of their own. */
    Set<String> profiles() {
        return profiles;
    }

    /** The files that count, in the order in which they were read. */
    List<String> files() {
        return readFiles;
    }

    /** Values of another place, where the own files have none. */
    void addDefaults(String file, boolean forAll) {
        SettingsFile.read(tree, file).unconditional().forEach((name, setting) -> {
            if (values.putIfAbsent(name, setting) == null && forAll) {
                shared.add(name);
            }
        });
    }

    /** Whether a value is there for all services and not for this one. */
    boolean isShared(String name) {
        return shared.contains(canonical(name));
    }

    /** All values, by their name in small letters without hyphens, sorted. */
    Collection<Setting> all() {
        return new TreeMap<>(values).values();
    }

    /** What a profile's own files say. */
    Map<String, Setting> ofProfile(String profile) {
        Map<String, Setting> found = new HashMap<>();
        for (String name : List.of("bootstrap-" + profile, "application-" + profile)) {
            for (String file : filesNamed(directories.get(0), name)) {
                found.putAll(SettingsFile.read(tree, file).unconditional());
            }
        }
        return found;
    }

    @Nullable
    Setting setting(String name) {
        return values.get(canonical(name));
    }

    boolean has(String name) {
        return values.containsKey(canonical(name));
    }

    /** A value with its placeholders filled in from the other settings and their defaults. */
    String get(String name, String otherwise) {
        Setting setting = values.get(canonical(name));
        if (setting == null) {
            return otherwise;
        }
        String value = fill(setting.value());
        return value.contains("${") ? otherwise : value.strip();
    }

    /** A text with its placeholders filled in as far as they are known. */
    String fill(String text) {
        String value = text;
        for (int i = 0; i < MAX_PLACEHOLDERS && value.contains("${"); i++) {
            Matcher matcher = PLACEHOLDER.matcher(value);
            String filled = null;
            while (filled == null && matcher.find()) {
                String name = matcher.group(1).strip();
                Setting known = values.get(canonical(name));
                filled = known != null ? known.value() : matcher.group(2);
                if (filled == null) {
                    filled = buildProperties.get(name);
                }
                if (filled != null && filled.contains(matcher.group())) {
                    filled = null;
                }
            }
            if (filled == null || value.length() > 10_000) {
                break;
            }
            value = value.substring(0, matcher.start()) + filled + value.substring(matcher.end());
        }
        return value;
    }

    /** The environment variable that a setting asks for; {@code ""} for none. */
    String variable(String name) {
        Setting setting = values.get(canonical(name));
        return setting == null ? "" : variableIn(setting.value());
    }

    static String variableIn(String value) {
        Matcher matcher = VARIABLE.matcher(value);
        return matcher.find() ? matcher.group(1) : "";
    }

    /** A whole number that is greater than 0. */
    int number(String name, int otherwise) {
        String value = get(name, "");
        return value.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(value) : otherwise;
    }

    private List<String> filesNamed(String directory, String name) {
        List<String> found = new ArrayList<>();
        for (String folder : FOLDERS) {
            for (String ending : ENDINGS) {
                String file = SourceTree.child(directory, folder + "/" + name + ending);
                if (tree.has(file)) {
                    found.add(file);
                }
            }
        }
        return found;
    }

    /** The files of a name: the module's own; where it has none, those of the first library that has some. */
    private void readNamed(String name) {
        for (String directory : directories) {
            List<String> files = filesNamed(directory, name);
            if (!files.isEmpty()) {
                files.forEach(this::readFile);
                return;
            }
        }
    }

    private final Map<String, SettingsFile> parsed = new HashMap<>();

    private void readFile(String file) {
        if (!read.add(file)) {
            return;
        }
        readFiles.add(file);
        SettingsFile content = SettingsFile.read(tree, file);
        parsed.put(file, content);
        content.parts().stream().filter(part -> !part.profiles().isEmpty()).forEach(part -> {
            for (String name : part.profiles().split("[^A-Za-z0-9_.-]+")) {
                if (!name.isEmpty()) {
                    profiles.add(name);
                }
            }
        });
        values.putAll(content.unconditional());
        Setting imported = values.get(canonical("spring.config.import"));
        if (imported != null) {
            for (String one : imported.value().split(",")) {
                String path = one.strip().replaceFirst("^optional:", "");
                if (path.startsWith("classpath:")) {
                    String inner = path.substring("classpath:".length()).replaceFirst("^/+", "");
                    for (String directory : directories) {
                        String target = SourceTree.child(directory, "src/main/resources/" + inner);
                        if (tree.has(target)) {
                            readFile(target);
                            break;
                        }
                    }
                }
            }
        }
    }

    /** The documents that are for one profile. */
    private void readParts(String profile) {
        parsed.values().forEach(content -> content.parts().stream()
                .filter(part -> List.of(part.profiles().split("\\s*,\\s*")).contains(profile))
                .flatMap(part -> part.settings().stream())
                .forEach(setting -> values.put(canonical(setting.name()), setting)));
    }

    /** Spring's relaxed binding: {@code context-path}, {@code contextPath} and {@code context_path} are the same. */
    static String canonical(String name) {
        return name.strip().replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
    }
}
