package dev.octavo.engine.catalog;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the Gradle projects of a tree as far as the text of their build files tells, in Groovy or Kotlin. */
final class GradleModules {
    private static final String STRINGS = "((?:\\s*[\"'][^\"'\\n]+[\"']\\s*,?)+)";
    private static final Pattern INCLUDE = Pattern.compile("\\binclude(Flat)?\\s*\\(?" + STRINGS);
    private static final Pattern STRING = Pattern.compile("[\"']([^\"'\\n]+)[\"']");
    private static final Pattern ROOT_NAME = Pattern.compile("rootProject\\.name\\s*=\\s*[\"']([^\"'$]+)[\"']");
    private static final Pattern PROJECT_DIR = Pattern.compile(
            "project\\(\\s*[\"'](:[^\"']+)[\"']\\s*\\)\\.projectDir\\s*=[^\"'\\n]*[\"']([^\"'\\n]+)[\"']");
    private static final Pattern USED = Pattern.compile("\\bproject\\(\\s*(?:path\\s*[:=]\\s*)?[\"'](:[^\"']*)[\"']");
    private static final Pattern USED_ACCESSOR = Pattern.compile("\\bprojects\\.([A-Za-z0-9_.]+)");
    private static final Pattern BOOT_PLUGIN =
            Pattern.compile("org\\.springframework\\.boot[\"'](?![^\\n]*\\bapply\\s*\\(?\\s*false)");
    /** With the plugin, its artifact on the class path of the build, or its list of versions. */
    private static final Pattern BOOT_VERSION =
            Pattern.compile("(?:org\\.springframework\\.boot[\"']\\s*\\)?\\s*version\\s*\\(?\\s*[\"']"
                    + "|org\\.springframework\\.boot:spring-boot-(?:gradle-plugin|dependencies|starter-parent):)"
                    + "(\\$?\\{?[A-Za-z0-9][\\w.-]*)");

    private static final Pattern VARIABLE =
            Pattern.compile("(?m)\\b([A-Za-z_][\\w.]*)\\s*=\\s*[\"']?([0-9][\\w.-]*)[\"']?\\s*$");
    private static final Pattern COORDINATES = Pattern.compile("[\"']([\\w.-]+):([\\w.-]+)(?::[^\"'\\n]*)?[\"']");
    private static final Pattern NAMED_COORDINATES =
            Pattern.compile("group\\s*[:=]\\s*[\"']([\\w.-]+)[\"']\\s*,\\s*name\\s*[:=]\\s*[\"']([\\w.-]+)[\"']");
    private static final Pattern CATALOG_USE = Pattern.compile("\\blibs\\.([A-Za-z0-9_.]+)");
    private static final Pattern MAIN_CLASS = Pattern.compile(
            "(?:mainClass(?:Name)?(?:\\.set\\s*\\(|\\s*=)|[\"']Main-Class[\"']\\s*(?:to|:))\\s*[\"']([\\w.$]+)[\"']");
    /** The plugins that put all that a program needs into one file, a folder or an image. */
    private static final Pattern BUNDLER = Pattern.compile("(?:id\\s*\\(?\\s*|plugin\\s*[:=]\\s*)[\"'](?:application|"
            + "com\\.github\\.johnrengelman\\.shadow|com\\.gradleup\\.shadow|com\\.google\\.cloud\\.tools\\.jib|"
            + "io\\.quarkus|io\\.micronaut\\.application|io\\.ktor\\.plugin)[\"']|(?m)^\\s*application\\s*$");

    private static final Pattern JAVA_LEVEL = Pattern.compile("(?:JavaLanguageVersion\\.of\\(\\s*|jvmToolchain\\(\\s*|"
            + "(?:source|target)Compatibility\\s*=?\\s*(?:JavaVersion\\.)?[\"']?)((?:VERSION_)?[0-9._]+)");
    private static final Set<String> BUILD_LOGIC = Set.of("buildSrc", "build-logic");

    private final SourceTree tree;
    private final List<Module> modules = new ArrayList<>();

    private GradleModules(SourceTree tree) {
        this.tree = tree;
    }

    /** @param taken folders that another build tool builds */
    static List<Module> read(SourceTree tree, Set<String> taken) {
        GradleModules reader = new GradleModules(tree);
        Set<String> done = new HashSet<>(taken);
        Set<String> settings = reader.directoriesWith("settings.gradle", "settings.gradle.kts");
        for (String directory : settings) {
            if (!done.contains(directory) && !isBuildLogic(directory)) {
                reader.readBuild(directory, done);
            }
        }
        for (String directory : reader.directoriesWith("build.gradle", "build.gradle.kts")) {
            if (!done.contains(directory) && !isBuildLogic(directory) && !settings.contains(directory)) {
                // a folder that the settings above it leave out is built by nobody
                String above = SourceTree.parent(directory);
                while (!settings.contains(above) && !above.equals(SourceTree.ROOT)) {
                    above = SourceTree.parent(above);
                }
                if (!settings.contains(above)) {
                    reader.readBuild(directory, done);
                }
            }
        }
        return reader.modules;
    }

    private static boolean isBuildLogic(String directory) {
        return BUILD_LOGIC.contains(SourceTree.name(directory));
    }

    private Set<String> directoriesWith(String... names) {
        Set<String> directories = new LinkedHashSet<>();
        for (String name : names) {
            tree.named(name).forEach(file -> directories.add(SourceTree.parent(file)));
        }
        return directories;
    }

    /** A build: its root project and those that its settings include. */
    private void readBuild(String root, Set<String> done) {
        String settings = text(root, "settings.gradle");
        Map<String, String> byPath = new LinkedHashMap<>();
        byPath.put(":", root);
        INCLUDE.matcher(settings).results().forEach(include -> STRING.matcher(include.group(2))
                .results()
                .map(string -> string.group(1))
                .filter(path -> !path.contains("$"))
                .forEach(path -> include(root, path, include.group(1) != null, byPath)));
        PROJECT_DIR.matcher(settings).results().forEach(place -> {
            String directory = SourceTree.resolve(root, place.group(2));
            if (directory != null && byPath.containsKey(place.group(1))) {
                byPath.put(place.group(1), directory);
            }
        });
        String rootText = text(root, "build.gradle");
        VersionCatalog versions = VersionCatalog.read(tree, root);
        byPath.forEach((path, directory) -> {
            if (done.add(directory)) {
                modules.add(module(root, path, directory, byPath, settings, rootText, versions));
            }
        });
    }

    private static void include(String root, String path, boolean flat, Map<String, String> byPath) {
        String full = path.startsWith(":") ? path : ":" + path;
        String folder = full.substring(1).replace(':', '/');
        String directory = SourceTree.resolve(root, flat ? "../" + folder : folder);
        if (directory != null) {
            byPath.putIfAbsent(full, directory);
        }
    }

    private Module module(
            String root,
            String path,
            String directory,
            Map<String, String> byPath,
            String settings,
            String rootText,
            VersionCatalog versions) {
        boolean isRoot = path.equals(":");
        String text = isRoot ? rootText : text(directory, "build.gradle");
        Set<String> members = new LinkedHashSet<>();
        if (isRoot) {
            members.addAll(byPath.values());
            members.remove(directory);
        }
        boolean forAll = rootText.contains("subprojects") || rootText.contains("allprojects");
        String told = isRoot || !forAll ? text : text + "\n" + rootText;
        return new Module(
                directory,
                BuildTool.GRADLE,
                name(path, root, settings),
                path,
                "jar",
                members,
                uses(text, directory, byPath),
                isRoot ? null : root,
                firstLevel(text, rootText),
                bootVersion(
                        text + "\n" + rootText + "\n" + settings + "\n" + text(root, "gradle.properties"), versions),
                BOOT_PLUGIN.matcher(text).find() || versions.usesBootPlugin(text),
                dependencies(told, versions),
                dependencies(told, versions),
                Set.of(),
                group(MAIN_CLASS, text),
                BUNDLER.matcher(text).find(),
                Map.of(),
                "build/libs/*.jar");
    }

    private String name(String path, String root, String settings) {
        if (!path.equals(":")) {
            return path.substring(path.lastIndexOf(':') + 1);
        }
        Matcher matcher = ROOT_NAME.matcher(settings);
        if (matcher.find()) {
            return matcher.group(1);
        }
        return root.equals(SourceTree.ROOT) ? tree.rootName() : SourceTree.name(root);
    }

    private static Set<String> uses(String text, String directory, Map<String, String> byPath) {
        Set<String> uses = new LinkedHashSet<>();
        USED.matcher(text).results().forEach(use -> addUse(byPath.get(use.group(1)), directory, uses));
        USED_ACCESSOR
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .forEach(accessor -> byPath.forEach((path, target) -> {
                    if (accessor.equals(accessor(path)) || accessor.startsWith(accessor(path) + ".")) {
                        addUse(target, directory, uses);
                    }
                }));
        return uses;
    }

    private static void addUse(@Nullable String target, String directory, Set<String> uses) {
        if (target != null && !target.equals(directory)) {
            uses.add(target);
        }
    }

    /** {@code :shop-common:web} is {@code projects.shopCommon.web}. */
    private static String accessor(String path) {
        return "projects"
                + Pattern.compile("[-_.]([A-Za-z0-9])")
                        .matcher(path)
                        .replaceAll(match -> match.group(1).toUpperCase(Locale.ROOT))
                        .replace(':', '.');
    }

    private static int firstLevel(String... texts) {
        for (String text : texts) {
            Matcher matcher = JAVA_LEVEL.matcher(text);
            while (matcher.find()) {
                int level = Module.javaLevel(matcher.group(1));
                if (level > 0) {
                    return level;
                }
            }
        }
        return 0;
    }

    private static String bootVersion(String text, VersionCatalog versions) {
        Matcher matcher = BOOT_VERSION.matcher(text);
        while (matcher.find()) {
            String version = matcher.group(1);
            String name = version.replaceAll("[${}]", "");
            String known = name.matches("[0-9].*")
                    ? name
                    : VARIABLE.matcher(text)
                            .results()
                            .filter(variable -> SourceTree.name(
                                            variable.group(1).replace('.', '/'))
                                    .equals(SourceTree.name(name.replace('.', '/'))))
                            .map(variable -> variable.group(2))
                            .findFirst()
                            .orElse("");
            if (!known.isEmpty()) {
                return known;
            }
        }
        return versions.springBoot();
    }

    private static Set<String> dependencies(String text, VersionCatalog versions) {
        Set<String> dependencies = new LinkedHashSet<>();
        text.lines().filter(line -> !line.strip().startsWith("test")).forEach(line -> {
            for (Pattern pattern : List.of(COORDINATES, NAMED_COORDINATES)) {
                pattern.matcher(line)
                        .results()
                        .forEach(found -> dependencies.add(found.group(1) + ":" + found.group(2)));
            }
            CATALOG_USE.matcher(line).results().forEach(use -> dependencies.addAll(versions.libraries(use.group(1))));
        });
        return dependencies;
    }

    private static String group(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : "";
    }

    /** A build file without its comments, {@code ""} where there is none. */
    private String text(String directory, String name) {
        for (String file : List.of(name, name + ".kts")) {
            String path = SourceTree.child(directory, file);
            if (tree.has(path)) {
                String text = tree.read(path);
                return text == null ? "" : withoutComments(text);
            }
        }
        return "";
    }

    static String withoutComments(String text) {
        StringBuilder result = new StringBuilder(text.length());
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                if (c == '\\' && i + 1 < text.length()) {
                    result.append(c);
                    c = text.charAt(++i);
                } else if (c == quote || c == '\n') {
                    quote = 0;
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (text.startsWith("//", i)) {
                int end = text.indexOf('\n', i);
                i = (end < 0 ? text.length() : end) - 1;
                continue;
            } else if (text.startsWith("/*", i)) {
                int end = text.indexOf("*/", i + 2);
                i = (end < 0 ? text.length() : end + 2) - 1;
                continue;
            }
            result.append(c);
        }
        return result.toString();
    }
}
