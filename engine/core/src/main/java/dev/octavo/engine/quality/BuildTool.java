package dev.octavo.engine.quality;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The program that builds a service.
 *
 * @param command the words that start it, without any for the build itself
 */
public record BuildTool(Kind kind, List<String> command) {
    /** What can build a service. */
    public enum Kind {
        MAVEN("Maven", "mvnw", "mvn", "mvn wrapper:wrapper"),
        GRADLE("Gradle", "gradlew", "gradle", "gradle wrapper");

        private final String title;
        private final String wrapper;
        private final String program;
        private final String addWrapper;

        Kind(String title, String wrapper, String program, String addWrapper) {
            this.title = title;
            this.wrapper = wrapper;
            this.program = program;
            this.addWrapper = addWrapper;
        }

        /** The tool's name. */
        public String title() {
            return title;
        }
    }

    public BuildTool {
        command = List.copyOf(command);
    }

    /**
     * Finds the tool that builds {@code directory}: the repository's own wrapper, else the one on the {@code PATH}.
     *
     * @param directory the build's folder, absolute
     * @param workspace the last folder in which a wrapper is looked for, upwards from {@code directory}
     * @throws EngineException {@link ErrorCode#BUILD_TOOL}
     */
    public static BuildTool find(Path directory, Path workspace, Map<String, String> environment) {
        Kind kind = kindOf(directory)
                .orElseThrow(() -> new EngineException(
                        ErrorCode.BUILD_TOOL,
                        "There is nothing to build the service with",
                        directory.toString(),
                        "the folder has neither a pom.xml nor a build.gradle or settings.gradle",
                        "name the folder of the service's build"));
        return wrapper(kind, directory, workspace)
                .or(() -> onPath(kind, environment))
                .orElseThrow(() -> new EngineException(
                        ErrorCode.BUILD_TOOL,
                        kind.title() + " cannot be found",
                        directory.toString(),
                        "neither the folder nor one above it has " + kind.wrapper + ", and no \"" + kind.program
                                + "\" is on the PATH",
                        "add the wrapper to the repository (" + kind.addWrapper + "), or install " + kind.title()));
    }

    private static Optional<Kind> kindOf(Path directory) {
        if (Files.isRegularFile(directory.resolve("pom.xml"))) {
            return Optional.of(Kind.MAVEN);
        }
        for (String name : List.of("build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts")) {
            if (Files.isRegularFile(directory.resolve(name))) {
                return Optional.of(Kind.GRADLE);
            }
        }
        return Optional.empty();
    }

    private static Optional<BuildTool> wrapper(Kind kind, Path directory, Path workspace) {
        boolean windows = isWindows();
        String name = windows ? kind.wrapper + (kind == Kind.MAVEN ? ".cmd" : ".bat") : kind.wrapper;
        for (Path folder = directory; folder != null; folder = folder.getParent()) {
            Path file = folder.resolve(name);
            if (Files.isRegularFile(file)) {
                if (windows) {
                    return Optional.of(new BuildTool(kind, List.of("cmd", "/c", file.toString())));
                }
                // the executable bit gets lost in archives and on Windows
                return Optional.of(new BuildTool(
                        kind, Files.isExecutable(file) ? List.of(file.toString()) : List.of("sh", file.toString())));
            }
            if (folder.equals(workspace) || !folder.startsWith(workspace)) {
                break;
            }
        }
        return Optional.empty();
    }

    private static Optional<BuildTool> onPath(Kind kind, Map<String, String> environment) {
        List<String> names =
                isWindows() ? List.of(kind.program + ".cmd", kind.program + ".bat") : List.of(kind.program);
        for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            for (String name : names) {
                Path file = Path.of(folder.isEmpty() ? "." : folder, name);
                if (Files.isExecutable(file) && !Files.isDirectory(file)) {
                    List<String> words = new ArrayList<>(isWindows() ? List.of("cmd", "/c") : List.of());
                    words.add(file.toString());
                    return Optional.of(new BuildTool(kind, words));
                }
            }
        }
        return Optional.empty();
    }

    /** The variables for the tool: as given, and with this JVM's JDK where they name none. */
    static Map<String, String> withJava(Map<String, String> environment) {
        if (!environment.getOrDefault("JAVA_HOME", "").isBlank()) {
            return environment;
        }
        Path home = Path.of(System.getProperty("java.home", ""));
        if (!Files.isExecutable(home.resolve(isWindows() ? "bin/javac.exe" : "bin/javac"))) {
            return environment;
        }
        Map<String, String> variables = new HashMap<>(environment);
        variables.put("JAVA_HOME", home.toString());
        return variables;
    }

    private static boolean isWindows() {
        return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
    }
}
