package dev.octavo.engine.catalog;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something in the source tree that can be delivered on its own.
 *
 * @param name the name it is asked for by: the artifact id, the Gradle project's name, or that of its folder
 * @param directory its folder
 * @param buildDirectory the folder that its build starts in: the smallest reactor with all that it is built from
 * @param module what selects it in that build: for Maven the value of {@code -pl}, for Gradle the project's path
 *     ({@code :a:b}); {@code ""} where the build has nothing to select
 * @param javaLevel the Java release that it is compiled for; 0 where the build does not say
 * @param port the TCP port that it listens on
 * @param contextPath what its paths start with, such as {@code /shop}; {@code ""} for the root
 * @param healthPath an HTTP path on {@code port} that answers 200 when it is well; {@code ""} where none is known
 * @param dockerfile its Dockerfile, if it has one
 * @param manifests folders with Kubernetes manifests by environment ({@code dev}, {@code prod});
 *     {@link #ANY_ENVIRONMENT} where one folder is for all of them
 * @param modules the folders that it is built from: its own first, then those of the libraries in this tree that it
 *     uses, directly or not
 * @param artifact a glob for what its build makes, from {@code directory}; {@code ""} where the build makes nothing
 * @param details how it runs
 */
public record Microservice(
        String name,
        String directory,
        ServiceKind kind,
        BuildTool buildTool,
        String buildDirectory,
        String module,
        int javaLevel,
        int port,
        String contextPath,
        String healthPath,
        @Nullable String dockerfile,
        Map<String, String> manifests,
        List<String> modules,
        String artifact,
        ServiceDetails details) {
    /** The key in {@link #manifests()} of a folder that makes no difference between environments. */
    public static final String ANY_ENVIRONMENT = "*";

    public Microservice {
        manifests = Map.copyOf(manifests);
        modules = List.copyOf(modules);
    }

    /** The folder with the manifests for an environment. */
    public Optional<String> manifests(String environment) {
        return Optional.ofNullable(manifests.get(environment))
                .or(() -> Optional.ofNullable(manifests.get(ANY_ENVIRONMENT)));
    }
}
