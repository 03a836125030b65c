package dev.octavo.engine.runner.api;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds shared libraries: the job of the global configuration in Jenkins. */
public interface LibraryResolver {
    /** Knows no library. */
    LibraryResolver NONE = new LibraryResolver() {
        @Override
        public Optional<Path> resolve(String name, String version) {
            return Optional.empty();
        }

        @Override
        public List<String> names() {
            return List.of();
        }
    };

    /**
     * The folder that holds the library's {@code vars}, {@code src} and {@code resources}.
     *
     * @param version what follows {@code @} in the Jenkinsfile, {@code ""} where nothing does
     */
    Optional<Path> resolve(String name, String version);

    /** The names it knows, for the sentence that reports another one. */
    List<String> names();

    /** The libraries that every pipeline has without asking for them. */
    default List<String> implicit() {
        return List.of();
    }
}
