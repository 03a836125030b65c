package dev.octavo.engine.image;

import dev.octavo.engine.image.registry.RegistryAccess;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An image to build.
 *
 * @param name the folder under {@code .octavo/images}; lower-case letters, digits, {@code .}, {@code _} and {@code -}
 * @param dockerfile for a Java archive, the Dockerfile whose base, EXPOSE, ENV, USER, VOLUME, LABEL and WORKDIR count;
 *     null for none
 * @param base the image to build on; null for the Dockerfile's, else one that fits {@code javaLevel}
 * @param javaLevel the Java release that the service needs, such as 17
 * @param buildArguments values for the Dockerfile's {@code ARG}s
 * @param jvmOptions put before those of the Dockerfile's entrypoint
 * @param labels added to the image's labels; they win over the Dockerfile's
 * @param access how the base's registry may be talked to
 * @param platforms such as {@code linux/amd64}; none for this machine's. Several make an index
 * @param ownRegistry the registry that the run pushes to, whose login is then good for its bases too; "" for none
 */
public record ImageSpec(
        String name,
        Source source,
        Origin origin,
        @Nullable Path dockerfile,
        @Nullable String base,
        Offline offline,
        int javaLevel,
        Map<String, String> buildArguments,
        List<String> jvmOptions,
        Map<String, String> labels,
        RegistryAccess access,
        List<String> platforms,
        String ownRegistry) {
    private static final int JAVA_LEVEL = 17;

    public ImageSpec {
        Objects.requireNonNull(name);
        Objects.requireNonNull(source);
        Objects.requireNonNull(origin);
        buildArguments = Map.copyOf(buildArguments);
        jvmOptions = List.copyOf(jvmOptions);
        labels = Map.copyOf(labels);
        platforms = List.copyOf(platforms);
    }

    /** What goes into the image. */
    public sealed interface Source {}

    /** A jar or executable war; relative to the workspace. */
    public record JavaArchive(Path file) implements Source {}

    /** What a Dockerfile without RUN copies from a folder; both relative to the workspace. */
    public record DockerfileContext(Path dockerfile, Path folder) implements Source {}

    /**
     * What a Dockerfile makes when a program runs it; paths are relative to the workspace.
     *
     * @param programs that may do it; the first one that there is does
     * @param fresh whether nothing is taken from builds before
     */
    public record DockerfileRun(Path dockerfile, Path folder, List<ImageProgram> programs, boolean fresh)
            implements Source {
        public DockerfileRun {
            programs = List.copyOf(programs);
        }
    }

    /**
     * Where the content comes from.
     *
     * @param source the repository's address; user and password are cut out of it
     * @param revision the commit
     * @param version a version or build, "" for none
     * @param created the commit's time: the image gets it, so that the same commit gives the same image
     */
    public record Origin(String source, String revision, String version, Instant created) {
        public Origin {
            source = withoutUser(source);
            created = created.truncatedTo(ChronoUnit.SECONDS);
        }

        private static String withoutUser(String address) {
            try {
                URI uri = URI.create(address);
                if (uri.getRawUserInfo() == null) {
                    return address;
                }
                return address.replace(uri.getRawUserInfo() + "@", "");
            } catch (IllegalArgumentException e) {
                // no URI, as in git@host:path; anything before the last @ may be a secret
                int at = address.lastIndexOf('@');
                return address.contains("://") && at > 0
                        ? address.substring(0, address.indexOf("://") + 3) + address.substring(at + 1)
                        : address;
            }
        }
    }

    /** The image of a Java service, from its packaged jar. */
    public static ImageSpec java(String name, Path archive, Origin origin) {
        return of(name, new JavaArchive(archive), origin);
    }

    /** The image that a Dockerfile describes which runs nothing. */
    public static ImageSpec dockerfile(String name, Path dockerfile, Path folder, Origin origin) {
        return of(name, new DockerfileContext(dockerfile, folder), origin);
    }

    /** The image that a Dockerfile describes, as a program builds it. */
    public static ImageSpec program(String name, DockerfileRun source, Origin origin) {
        return of(name, source, origin);
    }

    private static ImageSpec of(String name, Source source, Origin origin) {
        return new ImageSpec(
                name,
                source,
                origin,
                null,
                null,
                Offline.AUTO,
                JAVA_LEVEL,
                Map.of(),
                List.of(),
                Map.of(),
                RegistryAccess.dockerConfiguration(),
                List.of(),
                "");
    }

    public ImageSpec withDockerfile(@Nullable Path other) {
        return new ImageSpec(
                name,
                source,
                origin,
                other,
                base,
                offline,
                javaLevel,
                buildArguments,
                jvmOptions,
                labels,
                access,
                platforms,
                ownRegistry);
    }

    public ImageSpec withBase(@Nullable String other) {
        return new ImageSpec(
                name,
                source,
                origin,
                dockerfile,
                other,
                offline,
                javaLevel,
                buildArguments,
                jvmOptions,
                labels,
                access,
                platforms,
                ownRegistry);
    }

    public ImageSpec withOffline(Offline other) {
        return new ImageSpec(
                name,
                source,
                origin,
                dockerfile,
                base,
                other,
                javaLevel,
                buildArguments,
                jvmOptions,
                labels,
                access,
                platforms,
                ownRegistry);
    }

    public ImageSpec withJavaLevel(int other) {
        return new ImageSpec(
                name,
                source,
                origin,
                dockerfile,
                base,
                offline,
                other,
                buildArguments,
                jvmOptions,
                labels,
                access,
                platforms,
                ownRegistry);
    }

    public ImageSpec withBuildArguments(Map<String, String> other) {
        return new ImageSpec(
                name,
                source,
                origin,
                dockerfile,
                base,
                offline,
                javaLevel,
                other,
                jvmOptions,
                labels,
                access,
                platforms,
                ownRegistry);
    }

    public ImageSpec withJvmOptions(List<String> other) {
        return new ImageSpec(
                name,
                source,
                origin,
                dockerfile,
                base,
                offline,
                javaLevel,
                buildArguments,
                other,
                labels,
                access,
                platforms,
                ownRegistry);
    }

    public ImageSpec withLabels(Map<String, String> other) {
        return new ImageSpec(
                name,
                source,
                origin,
                dockerfile,
                base,
                offline,
                javaLevel,
                buildArguments,
                jvmOptions,
                other,
                access,
                platforms,
                ownRegistry);
    }

    public ImageSpec withAccess(RegistryAccess other) {
        return new ImageSpec(
                name,
                source,
                origin,
                dockerfile,
                base,
                offline,
                javaLevel,
                buildArguments,
                jvmOptions,
                labels,
                other,
                platforms,
                ownRegistry);
    }

    public ImageSpec withPlatforms(List<String> other) {
        return new ImageSpec(
                name,
                source,
                origin,
                dockerfile,
                base,
                offline,
                javaLevel,
                buildArguments,
                jvmOptions,
                labels,
                access,
                other,
                ownRegistry);
    }

    public ImageSpec withOwnRegistry(String other) {
        return new ImageSpec(
                name,
                source,
                origin,
                dockerfile,
                base,
                offline,
                javaLevel,
                buildArguments,
                jvmOptions,
                labels,
                access,
                platforms,
                other);
    }

    /** How the registry of a base may be talked to. */
    RegistryAccess access(String registry) {
        return registry.equals(ownRegistry) ? RegistryAccess.standard() : access;
    }

    /** One for each platform. */
    List<ImageSpec> byPlatform() {
        return platforms.size() < 2
                ? List.of(this)
                : platforms.stream().map(each -> withPlatforms(List.of(each))).toList();
    }
}
