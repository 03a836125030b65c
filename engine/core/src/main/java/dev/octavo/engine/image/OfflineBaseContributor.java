package dev.octavo.engine.image;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Makes a stand-in for a base image that cannot be fetched and isn't a Java runtime, such as nginx. Found by
 * {@link java.util.ServiceLoader}; the stand-in is a program for the offline base's Java.
 */
public interface OfflineBaseContributor {
    /** Whether it stands in for images of a repository, such as {@code library/nginx}. */
    boolean appliesTo(String repository);

    /** What the user is told stands in, as half a sentence. */
    String description();

    /** Writes the files that the image gets beside the Java runtime; {@code root} becomes {@code /}. */
    void writeFiles(String repository, Path root) throws IOException;

    /** Starts the stand-in; Java is {@code /opt/java/bin/java}. */
    List<String> entrypoint();

    /** What the image exposes, as {@code 8080/tcp}. */
    List<String> exposedPorts(String repository);

    /** File names of programs that {@link #entrypoint()} replaces where a Dockerfile's ENTRYPOINT or CMD names them. */
    Set<String> replacedPrograms();
}
