package dev.octavo.engine.preflight;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The folders that are built on their own. */
final class Services {
    private static final Set<String> MARKS = Set.of("pom.xml", "build.gradle", "build.gradle.kts", "package.json");

    private final Map<String, String> byDirectory = new LinkedHashMap<>();
    private final Set<String> names = new TreeSet<>();

    private Services() {}

    static Services find(RepositoryFiles files) {
        Services services = new Services();
        for (String file : files.all()) {
            String directory = RepositoryFiles.parent(file);
            String name = RepositoryFiles.name(file);
            if (!directory.isEmpty() && (MARKS.contains(name) || name.equalsIgnoreCase("Dockerfile"))) {
                services.byDirectory.put(directory, RepositoryFiles.name(directory));
                services.names.add(RepositoryFiles.name(directory));
            }
        }
        return services;
    }

    /** Their names, which are their folders'. */
    Set<String> names() {
        return names;
    }

    Collection<String> directories() {
        return byDirectory.keySet();
    }

    /** Whether a service is below the one that a file belongs to: a build's top folder may deploy all of its modules. */
    boolean isInside(String name, String file) {
        String own = directory(file);
        return byDirectory.entrySet().stream()
                .anyMatch(each -> each.getValue().equals(name) && each.getKey().startsWith(own + "/"));
    }

    /** The name of the service that a file belongs to, {@code ""} for none. */
    String of(String file) {
        return byDirectory.getOrDefault(directory(file), "");
    }

    private String directory(String file) {
        String directory = RepositoryFiles.parent(file);
        while (!directory.isEmpty() && !byDirectory.containsKey(directory)) {
            directory = RepositoryFiles.parent(directory);
        }
        return directory;
    }
}
