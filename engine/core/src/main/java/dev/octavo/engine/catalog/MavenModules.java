package dev.octavo.engine.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;

/** Reads the Maven modules of a tree as far as their build files tell, without Maven and without any repository. */
final class MavenModules {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}$]+)}");
    private static final int MAX_INTERPOLATIONS = 20;
    private static final String BOOT_PARENT = "spring-boot-starter-parent";
    private static final String BOOT_BOM = "spring-boot-dependencies";
    private static final String BOOT_PLUGIN = "spring-boot-maven-plugin";
    /** Plugins that put all that a program needs into one file, a folder or an image. */
    private static final Set<String> BUNDLERS = Set.of(
            "maven-shade-plugin",
            "maven-assembly-plugin",
            "onejar-maven-plugin",
            "jib-maven-plugin",
            "appassembler-maven-plugin",
            "docker-maven-plugin",
            "dockerfile-maven-plugin",
            "quarkus-maven-plugin",
            "micronaut-maven-plugin",
            "helidon-maven-plugin",
            "native-maven-plugin");

    private static final Map<String, String> CLOUD_RELEASES = Map.ofEntries(
            Map.entry("1.0.", "1.2"),
            Map.entry("Angel", "1.2"),
            Map.entry("Brixton", "1.3"),
            Map.entry("Camden", "1.4"),
            Map.entry("Dalston", "1.5"),
            Map.entry("Edgware", "1.5"),
            Map.entry("Finchley", "2.0"),
            Map.entry("Greenwich", "2.1"),
            Map.entry("Hoxton", "2.3"),
            Map.entry("2020.", "2.5"),
            Map.entry("2021.", "2.6"),
            Map.entry("2022.", "3.0"),
            Map.entry("2023.", "3.2"),
            Map.entry("2024.", "3.4"),
            Map.entry("2025.0", "3.5"));

    private final SourceTree tree;
    private final Map<String, Pom> poms = new LinkedHashMap<>();
    private final Map<String, String> directories = new HashMap<>();

    private MavenModules(SourceTree tree) {
        this.tree = tree;
    }

    static List<Module> read(SourceTree tree) {
        MavenModules reader = new MavenModules(tree);
        for (String file : tree.named("pom.xml")) {
            reader.readPom(file);
        }
        reader.poms.values().forEach(pom -> reader.directories.putIfAbsent(reader.key(pom), pom.directory()));
        return reader.poms.values().stream().map(reader::module).toList();
    }

    /** A build file, and the one in this tree that it inherits from. */
    private record Pom(String directory, XmlElement project) {
        XmlElement parentReference() {
            XmlElement parent = project.at("parent");
            return parent == null ? project : parent;
        }

        boolean hasParent() {
            return project.at("parent") != null;
        }
    }

    private void readPom(String file) {
        byte[] bytes = tree.bytes(file);
        if (bytes == null) {
            return;
        }
        try {
            XmlElement project = XmlElement.parse(bytes);
            if (project.name().equals("project")) {
                poms.put(SourceTree.parent(file), new Pom(SourceTree.parent(file), project));
            } else {
                tree.problem(file, project.line(), "is no Maven project: it begins with <" + project.name() + ">");
            }
        } catch (XMLStreamException e) {
            int line = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getLineNumber());
            tree.problem(file, line, "is no XML: " + firstReason(e));
        }
    }

    private static String firstReason(XMLStreamException e) {
        String message = String.valueOf(e.getMessage());
        int reason = message.indexOf("Message: ");
        return (reason < 0 ? message : message.substring(reason + "Message: ".length()))
                .lines()
                .reduce("", (a, b) -> a.isEmpty() || b.isEmpty() ? a + b : a + " " + b);
    }

    private Module module(Pom pom) {
        List<Pom> lineage = lineage(pom);
        Map<String, String> properties = properties(lineage);
        String packaging = pom.project().textAt("packaging");
        String springBoot = springBoot(lineage, properties);
        return new Module(
                pom.directory(),
                BuildTool.MAVEN,
                interpolate(pom.project().textAt("artifactId"), properties),
                "",
                packaging.isEmpty() ? "jar" : interpolate(packaging, properties),
                members(pom, properties),
                uses(pom, lineage, properties),
                lineage.size() > 1 ? lineage.get(1).directory() : null,
                javaLevel(lineage, properties, springBoot),
                springBoot,
                plugin(pom, BOOT_PLUGIN) != null,
                names(dependencies(lineage).filter(each -> !scope(each).equals("test")), properties),
                names(
                        dependencies(lineage)
                                .filter(each -> Set.of("", "compile", "runtime").contains(scope(each)))
                                .filter(each -> !each.textAt("optional").equals("true")),
                        properties),
                dependencies(lineage)
                        .flatMap(each -> each.childrenAt("exclusions").stream())
                        .map(each -> each.textAt("artifactId"))
                        .collect(Collectors.toSet()),
                mainClass(lineage, properties),
                BUNDLERS.stream().anyMatch(name -> plugin(pom, name) != null) || hasManifestMain(pom),
                properties,
                artifact(lineage, properties, packaging));
    }

    /** The build file and those that it inherits from, as far as they are in the tree. */
    private List<Pom> lineage(Pom pom) {
        List<Pom> lineage = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Pom current = pom; current != null && seen.add(current.directory()); current = parent(current)) {
            lineage.add(current);
        }
        return lineage;
    }

    private @Nullable Pom parent(Pom pom) {
        if (!pom.hasParent()) {
            return null;
        }
        XmlElement reference = pom.parentReference();
        XmlElement relativePath = reference.at("relativePath");
        String path = relativePath == null ? "../pom.xml" : relativePath.text();
        String target = path.isEmpty() ? null : SourceTree.resolve(pom.directory(), path);
        if (target != null) {
            Pom found = poms.get(target.endsWith(".xml") ? SourceTree.parent(target) : target);
            if (found != null && artifactId(found).equals(reference.textAt("artifactId"))) {
                return found;
            }
        }
        // a reactor finds a parent that is elsewhere among its modules, too
        String directory = directories.get(reference.textAt("groupId") + ":" + reference.textAt("artifactId"));
        return directory == null || directory.equals(pom.directory()) ? null : poms.get(directory);
    }

    private static String artifactId(Pom pom) {
        return pom.project().textAt("artifactId");
    }

    private String key(Pom pom) {
        return groupId(pom) + ":" + artifactId(pom);
    }

    private static String groupId(Pom pom) {
        String own = pom.project().textAt("groupId");
        return own.isEmpty() ? pom.parentReference().textAt("groupId") : own;
    }

    private static Map<String, String> properties(List<Pom> lineage) {
        Map<String, String> properties = new HashMap<>();
        for (int i = lineage.size() - 1; i >= 0; i--) {
            for (XmlElement property : lineage.get(i).project().childrenAt("properties")) {
                properties.put(property.name(), property.text());
            }
            for (XmlElement profile : lineage.get(i).project().childrenAt("profiles")) {
                if (profile.textAt("activation", "activeByDefault").equals("true")) {
                    profile.childrenAt("properties").forEach(each -> properties.put(each.name(), each.text()));
                }
            }
        }
        Pom pom = lineage.get(0);
        XmlElement reference = pom.parentReference();
        putProject(properties, "artifactId", artifactId(pom));
        putProject(properties, "groupId", groupId(pom));
        putProject(properties, "version", version(pom));
        if (pom.hasParent()) {
            putProject(properties, "parent.groupId", reference.textAt("groupId"));
            putProject(properties, "parent.artifactId", reference.textAt("artifactId"));
            putProject(properties, "parent.version", reference.textAt("version"));
        }
        return properties;
    }

    private static void putProject(Map<String, String> properties, String name, String value) {
        properties.put("project." + name, value);
        properties.put("pom." + name, value);
        properties.putIfAbsent(name, value);
    }

    private static String version(Pom pom) {
        String own = pom.project().textAt("version");
        return own.isEmpty() ? pom.parentReference().textAt("version") : own;
    }

    private static String interpolate(String text, Map<String, String> properties) {
        String result = text;
        for (int i = 0; i < MAX_INTERPOLATIONS && result.contains("${"); i++) {
            Matcher matcher = PLACEHOLDER.matcher(result);
            String next = matcher.replaceAll(match -> Matcher.quoteReplacement(
                    properties.getOrDefault(match.group(1).strip(), match.group())));
            if (next.equals(result) || next.length() > 10_000) {
                break;
            }
            result = next;
        }
        return result;
    }

    private Set<String> members(Pom pom, Map<String, String> properties) {
        Set<String> members = new LinkedHashSet<>();
        Stream<XmlElement> profiles = pom.project().childrenAt("profiles").stream();
        Stream.concat(Stream.of(pom.project()), profiles)
                .flatMap(part ->
                        Stream.concat(part.childrenAt("modules").stream(), part.childrenAt("subprojects").stream()))
                .map(module -> SourceTree.resolve(pom.directory(), interpolate(module.text(), properties)))
                .forEach(path -> {
                    String directory = path != null && path.endsWith(".xml") ? SourceTree.parent(path) : path;
                    if (directory != null && poms.containsKey(directory) && !directory.equals(pom.directory())) {
                        members.add(directory);
                    }
                });
        return members;
    }

    private static String scope(XmlElement dependency) {
        return dependency.textAt("scope");
    }

    private static Set<String> names(Stream<XmlElement> dependencies, Map<String, String> properties) {
        return dependencies
                .map(each -> interpolate(each.textAt("groupId"), properties) + ":"
                        + interpolate(each.textAt("artifactId"), properties))
                .collect(Collectors.toSet());
    }

    /** Dependencies of a lineage, those of profiles too. */
    private static Stream<XmlElement> dependencies(List<Pom> lineage) {
        return lineage.stream()
                .flatMap(pom -> Stream.concat(Stream.of(pom.project()), pom.project().childrenAt("profiles").stream()))
                .flatMap(part -> part.childrenAt("dependencies").stream());
    }

    private Set<String> uses(Pom pom, List<Pom> lineage, Map<String, String> properties) {
        Set<String> uses = new LinkedHashSet<>();
        Stream<XmlElement> imported = lineage.stream()
                .flatMap(one -> one.project().childrenAt("dependencyManagement", "dependencies").stream())
                .filter(dependency -> dependency.textAt("scope").equals("import"));
        Stream<XmlElement> plugins = lineage.stream()
                .flatMap(one -> one.project().childrenAt("build", "plugins").stream())
                .flatMap(plugin -> Stream.concat(Stream.of(plugin), plugin.childrenAt("dependencies").stream()));
        Stream.of(dependencies(lineage), imported, plugins)
                .flatMap(elements -> elements)
                .map(element -> interpolate(element.textAt("groupId"), properties) + ":"
                        + interpolate(element.textAt("artifactId"), properties))
                .map(directories::get)
                .forEach(directory -> {
                    if (directory != null && !directory.equals(pom.directory())) {
                        uses.add(directory);
                    }
                });
        return uses;
    }

    private static String springBoot(List<Pom> lineage, Map<String, String> properties) {
        for (Pom pom : lineage) {
            XmlElement parent = pom.parentReference();
            if (pom.hasParent() && parent.textAt("artifactId").equals(BOOT_PARENT)) {
                return version(parent, properties);
            }
            for (XmlElement managed : pom.project().childrenAt("dependencyManagement", "dependencies")) {
                if (managed.textAt("artifactId").equals(BOOT_BOM)) {
                    return version(managed, properties);
                }
            }
        }
        return lineage.stream()
                .map(pom -> plugin(pom, BOOT_PLUGIN))
                .flatMap(Stream::ofNullable)
                .map(plugin -> version(plugin, properties))
                .filter(version -> !version.isEmpty())
                .findFirst()
                .orElseGet(() -> bootOfCloud(springCloud(lineage, properties)));
    }

    /** The version of Spring Boot that a release of Spring Cloud was made for; {@code ""} where that is not known. */
    private static String bootOfCloud(String version) {
        return CLOUD_RELEASES.entrySet().stream()
                .filter(release -> version.startsWith(release.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
    }

    private static String springCloud(List<Pom> lineage, Map<String, String> properties) {
        for (Pom pom : lineage) {
            XmlElement parent = pom.parentReference();
            if (pom.hasParent() && parent.textAt("artifactId").equals("spring-cloud-starter-parent")) {
                return version(parent, properties);
            }
            for (XmlElement managed : pom.project().childrenAt("dependencyManagement", "dependencies")) {
                if (managed.textAt("artifactId").equals("spring-cloud-dependencies")) {
                    return version(managed, properties);
                }
            }
        }
        return "";
    }

    private static String version(XmlElement element, Map<String, String> properties) {
        String version = interpolate(element.textAt("version"), properties);
        return version.contains("${") ? "" : version;
    }

    private static boolean hasManifestMain(Pom pom) {
        XmlElement jar = plugin(pom, "maven-jar-plugin");
        return jar != null && !firstText(jar, Set.of("mainClass", "Main-Class")).isEmpty();
    }

    private static String mainClass(List<Pom> lineage, Map<String, String> properties) {
        for (String name : List.of("start-class", "mainClass", "main.class", "exec.mainClass")) {
            String value = interpolate(properties.getOrDefault(name, ""), properties);
            if (!value.isEmpty() && !value.contains("${")) {
                return value;
            }
        }
        XmlElement build = lineage.get(0).project().at("build");
        String named =
                build == null ? "" : interpolate(firstText(build, Set.of("mainClass", "Main-Class")), properties);
        return named.contains("${") ? "" : named;
    }

    private static String firstText(XmlElement element, Set<String> names) {
        for (XmlElement child : element.children()) {
            String found = names.contains(child.name()) ? child.text() : firstText(child, names);
            if (!found.isEmpty()) {
                return found;
            }
        }
        return "";
    }

    private static int javaLevel(List<Pom> lineage, Map<String, String> properties, String springBoot) {
        List<String> sayings = new ArrayList<>();
        for (Pom pom : lineage) {
            XmlElement compiler = plugin(pom, "maven-compiler-plugin");
            if (compiler != null) {
                sayings.add(compiler.textAt("configuration", "release"));
                sayings.add(compiler.textAt("configuration", "target"));
                sayings.add(compiler.textAt("configuration", "source"));
            }
        }
        for (String name :
                List.of("maven.compiler.release", "java.version", "maven.compiler.target", "maven.compiler.source")) {
            sayings.add(properties.getOrDefault(name, ""));
        }
        for (String saying : sayings) {
            int level = Module.javaLevel(interpolate(saying, properties));
            if (level > 0) {
                return level;
            }
        }
        boolean inherits = lineage.stream()
                .anyMatch(pom -> pom.hasParent()
                        && pom.parentReference().textAt("artifactId").equals(BOOT_PARENT));
        if (!inherits || !springBoot.matches("[0-9]{1,3}\\..*")) {
            return 0;
        }
        // what that parent sets where nobody says otherwise
        int major = Integer.parseInt(springBoot.substring(0, springBoot.indexOf('.')));
        return major >= 3 ? 17 : major == 2 ? 8 : 6;
    }

    private static @Nullable XmlElement plugin(Pom pom, String artifactId) {
        XmlElement build = pom.project().at("build");
        if (build == null) {
            return null;
        }
        Stream<XmlElement> profiles = pom.project().childrenAt("profiles").stream()
                .flatMap(profile -> profile.childrenAt("build", "plugins").stream());
        Stream<XmlElement> managed =
                artifactId.equals(BOOT_PLUGIN) ? Stream.of() : build.childrenAt("pluginManagement", "plugins").stream();
        return Stream.of(build.childrenAt("plugins").stream(), profiles, managed)
                .flatMap(plugins -> plugins)
                .filter(plugin -> plugin.textAt("artifactId").equals(artifactId))
                .findFirst()
                .orElse(null);
    }

    private static String artifact(List<Pom> lineage, Map<String, String> properties, String packaging) {
        if (packaging.equals("pom")) {
            return "";
        }
        String finalName = lineage.stream()
                .map(one -> one.project().textAt("build", "finalName"))
                .filter(name -> !name.isEmpty())
                .findFirst()
                .orElse("${project.artifactId}-${project.version}");
        XmlElement bootPlugin = lineage.stream()
                .map(one -> plugin(one, BOOT_PLUGIN))
                .filter(plugin -> plugin != null)
                .findFirst()
                .orElse(null);
        String classifier = classifier(bootPlugin);
        // a version that only the build knows is a gap
        String name = PLACEHOLDER
                .matcher(interpolate(finalName + (classifier.isEmpty() ? "" : "-" + classifier), properties))
                .replaceAll("*");
        return "target/" + name + "." + (packaging.equals("war") ? "war" : "jar");
    }

    private static String classifier(@Nullable XmlElement bootPlugin) {
        if (bootPlugin == null) {
            return "";
        }
        String own = bootPlugin.textAt("configuration", "classifier");
        return Stream.concat(
                        Stream.of(own),
                        bootPlugin.childrenAt("executions").stream()
                                .filter(execution -> execution.childrenAt("goals").stream()
                                        .anyMatch(goal -> goal.text().equals("repackage")))
                                .map(execution -> execution.textAt("configuration", "classifier")))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
    }
}
